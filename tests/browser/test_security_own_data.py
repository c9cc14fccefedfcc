"""安全设置: who looked at a doctor's papers, the copy of what is kept, and 账号注销, which is not 执业注册注销."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import account_steps as does
from tests.browser import security_steps as settings
from tests.browser import staff_steps as staff_does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.server import Server

BOTH = pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])


@BOTH
def test_a_copy_of_everything_is_a_document(visitors: Visitors, watch: Watch, width: int) -> None:
    watch.expected += ["403"]
    person, login = visitors.account_owner()
    page = visitors.sign_in(login, width)
    settings.open_setting(page, "导出我的数据：导出", "导出我的数据")
    found = look(page, "copy")
    page.get_by_role("button", name="下载我的数据").click()
    dialog = settings.step_up_dialog(page)
    dialog.get_by_role("button", name="关闭").click()
    expect(page.get_by_role("alert").get_by_text("请先确认是您本人")).to_be_visible()
    page.get_by_role("button", name="下载我的数据").click()
    with page.expect_download() as download:
        does.prove_by_password(page, login.password)
    assert re.fullmatch(r"我的数据-\d{4}-\d\d-\d\d\.json", download.value.suggested_filename)
    document = json.loads(download.value.path().read_text("utf-8"))
    assert document["account"]["phone"] == person.phone
    assert document["person"]["id_number"] == person.id_number
    assert document["key_meanings"]["id_number"]
    expect(page.get_by_text("文件已下载。")).to_be_visible()
    found += look(page, "copied")
    assert found == []


@BOTH
def test_who_looked_is_told_and_closing_waits_for_open_business(
    visitors: Visitors, server: Server, watch: Watch, width: int
) -> None:
    # Nobody has proved to be there; an application is open; afterwards nobody gets in.
    watch.expected += ["403", "409", "401"]
    person = visitors.fresh_doctor()
    institution = next(one for one in server.pool.institutions if one.province_code == person.province_code)
    page = visitors.sign_in(person.login, width)
    application = settings.submit_application(page, institution.id)
    clerk = visitors.sign_in(institution.handler)
    staff_does.open_case(clerk, person.name, application["number"], queue="institution_review")
    settings.open_setting(page, "谁看过我的资料：查看", "谁看过我的资料")
    view = page.get_by_role("main").get_by_role("listitem")
    expect(view).to_contain_text(institution.name)
    expect(view).to_contain_text(f"受理号 {application['number']}")
    found = look(page, "views")

    settings.back(page)
    page.get_by_role("link", name="账号注销：注销账号").click()
    expect(page.get_by_role("heading", name="账号注销不是执业注册注销")).to_be_visible()
    page.get_by_role("button", name="注销账号").click()
    faults = page.get_by_role("alert").filter(has_text="请先修正以下问题")
    for fault in ("请照样输入“注销账号”。", "请填写密码。", "请阅读说明，明白后勾选。"):
        expect(faults.get_by_role("link", name=fault)).to_be_visible()
    found += look(page, "closing, nothing filled in")
    _close(page, person.login.password)
    settings.step_up_dialog(page)
    does.prove_by_password(page, person.login.password)
    expect(page.get_by_role("alert").get_by_text("还有未办结的业务")).to_be_visible()
    found += look(page, "open business")

    page.get_by_role("main").get_by_role("link", name=application["type_title"]).click()
    page.get_by_role("button", name="撤回").click()
    page.get_by_role("dialog").get_by_role("button", name="确认", exact=True).click()
    expect(page.get_by_text("已撤回").first).to_be_visible()
    settings.open_setting(page, "账号注销：注销账号", "账号注销")
    _close(page, person.login.password)
    expect(page.get_by_text("账号已注销。您的执业注册不受影响。")).to_be_visible()
    found += look(page, "closed")
    page.get_by_role("link", name="回到登录页").click()
    does.sign_in(page, person.login.login_name, person.login.password)
    expect(page.get_by_role("alert").get_by_text("登录名或密码")).to_be_visible()
    page.goto("/doctor/security")
    expect(page.get_by_label("密码", exact=True)).to_be_visible()
    assert found == []


def _close(page: Page, password: str) -> None:
    page.get_by_label("请输入“注销账号”四个字").fill("注销账号")
    page.get_by_label("登录密码", exact=True).fill(password)
    page.get_by_label("我已明白：注销的只是登录账号").check()
    page.get_by_role("button", name="注销账号").click()
