"""人员管理: an administrator invites, the new person opens the account and signs in, and is disabled at once."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.browser import invitation_steps as does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.administrators import PASSWORD, new_person
from tests.support.server import Server


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_somebody_is_invited_signs_in_and_is_disabled(
    visitors: Visitors, server: Server, watch: Watch, width: int
) -> None:
    watch.expected += ["401", "403"]
    person = new_person(name="欧阳𬱖")
    administrator = visitors.sign_in(does.administrator(server, "institution"), width)
    does.open_people(administrator)
    found = look(administrator, "people")
    link = does.invite(administrator, person, "机构经办人")
    found += look(administrator, "link")
    administrator.get_by_role("button", name="完成").click()
    row = administrator.get_by_role("row").filter(has_text=person["phone"][-4:])
    expect(row).to_contain_text("待开通")

    guest = visitors.arrive(link.removeprefix(server.origin), width)
    login_name = f"ouyang.{person['phone'][-8:]}"
    does.choose_login(guest, login_name)
    found += look(guest, "authenticator")
    totp = does.open_with_totp(guest)
    found += look(guest, "opened")
    does.sign_in_first(guest, login_name)
    expect(guest.get_by_label("动态口令")).to_be_visible()
    found += look(guest, "second factor")
    does.show_totp(guest, totp)
    expect(guest.get_by_role("heading", level=1)).to_be_visible()
    expect(guest.get_by_text(person["name"]).first).to_be_visible()
    expect(guest.get_by_role("link", name="医师申请业务办理")).to_be_visible()
    expect(guest.get_by_role("link", name="人员管理")).to_have_count(0)

    administrator.reload()
    expect(row).to_contain_text("在用")
    row.get_by_role("button", name=f"停用：{person['name']}").click()
    administrator.get_by_role("dialog").get_by_role("button", name="停用", exact=True).click()
    expect(row).to_contain_text("已停用")

    guest.get_by_role("link", name="医师申请业务办理").click()
    expect(guest.get_by_role("dialog", name="登录已失效，请重新登录")).to_be_visible()
    found += look(guest, "ended")
    assert found == []


def test_a_link_that_was_used_says_whom_to_ask(visitors: Visitors, watch: Watch) -> None:
    watch.expected.append("410")
    page = visitors.arrive("/authority/invitation#no-such-token-was-ever-given")
    expect(page.get_by_role("heading", name="邀请链接不能使用")).to_be_visible()
    expect(page.get_by_text("请联系本单位管理员重新邀请")).to_be_visible()
    assert look(page, "gone") == []


def test_a_superior_appoints_an_institutions_administrator(
    visitors: Visitors, server: Server, watch: Watch
) -> None:
    watch.expected.append("409")
    page = visitors.sign_in(does.administrator(server, "authority"))
    page.get_by_role("link", name="下级管理员").click()
    expect(page.get_by_role("table")).to_be_visible()
    found = look(page, "offices")
    page.get_by_role("link", name=re.compile("管理员账号：")).last.click()
    expect(page.get_by_role("button", name=re.compile("由此人接任管理员")).first).to_be_visible()
    found += look(page, "accounts of an office")
    person = new_person(name="司马上任")
    page.get_by_role("button", name="邀请管理员").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("姓名").fill(person["name"])
    dialog.get_by_label("身份证号").fill(person["id_number"])
    dialog.get_by_label("手机号码").fill(person["phone"])
    dialog.get_by_role("button", name="发出邀请").click()
    expect(dialog.get_by_text("该单位已有管理员", exact=True)).to_be_visible()
    found += look(page, "refused")
    assert found == []


def test_the_pages_are_accessible(visitors: Visitors, server: Server) -> None:
    page = visitors.sign_in(does.administrator(server, "authority"), DESKTOP, "people")
    expect(page.get_by_role("table")).to_be_visible()
    found = look(page, "people")
    page.get_by_role("button", name="邀请人员").click()
    page.get_by_role("button", name="发出邀请").click()
    expect(page.get_by_text("请填写身份证号。").first).to_be_visible()
    found += look(page, "form with faults")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("移交管理权：")).click()
    expect(page.get_by_label("移交给")).to_be_visible()
    found += look(page, "hand-over")
    page.keyboard.press("Escape")
    link = does.invite(page, new_person(), "审批人")
    found += look(page, "link")

    guest = visitors.arrive(link.removeprefix(server.origin), PHONE)
    expect(guest.get_by_role("heading", name="核对身份")).to_be_visible()
    found += look(guest, "who")
    guest.get_by_role("button", name="是我本人，继续").click()
    guest.get_by_role("button", name="下一步").click()
    expect(guest.get_by_text("密码至少 12 位。").first).to_be_visible()
    found += look(guest, "password with faults")
    guest.get_by_label("登录名").fill(f"ouyang.{datetime.now(UTC):%H%M%S%f}")
    guest.get_by_label("登录密码").fill(PASSWORD)
    guest.get_by_label("确认密码").fill(PASSWORD)
    guest.get_by_role("button", name="下一步").click()
    expect(guest.get_by_role("img", name="动态口令二维码")).to_be_visible()
    found += look(guest, "authenticator")
    assert found == []
