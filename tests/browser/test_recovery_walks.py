"""Who forgot the password or the login name gets in again; a stranger sees the same pages and learns nothing."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import account_steps as owner_does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch

WRONG_CODE = re.compile("校验码或身份证号不正确")
PERSONAL = re.compile("姓名|手机|个人")


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_new_password_opens_the_account(visitors: Visitors, watch: Watch, width: int) -> None:
    watch.expected += ["401", "403", "422"]
    person, login = visitors.account_owner()
    page = visitors.arrive("/doctor/", width)
    page.get_by_role("link", name="忘记密码").click()
    owner_does.expect_heading(page, "忘记密码")
    page.get_by_role("button", name="确定，继续").click()
    expect(page.get_by_text("请填写登录名或手机号。").first).to_be_visible()
    found = look(page, "who")
    ask_for_reset(page, person.phone)
    found += look(page, "new password")
    code = owner_does.code_for(page, person.phone)
    fill_in(
        page, "000000" if code != "000000" else "111111", person.id_number[-6:], owner_does.FRESH_PASSWORD
    )
    expect(page.get_by_role("alert").get_by_role("link", name=WRONG_CODE)).to_be_visible()
    # What breaks the rules is told, and what was typed stays.
    fill_in(page, code, person.id_number[-6:], "onlyletters")
    expect(page.get_by_text("密码里要有数字。").first).to_be_visible()
    found += look(page, "faults")
    expect(page.get_by_label("校验码", exact=True)).to_have_value(code)
    expect(page.get_by_label("身份证号后 6 位")).to_have_value(person.id_number[-6:])
    expect(page.get_by_label("新的密码", exact=True)).to_have_value("onlyletters")
    fill_in(page, code, person.id_number.lower(), f"a{person.phone}")
    expect(page.get_by_role("alert").get_by_text(PERSONAL)).to_be_visible()
    expect(page.get_by_label("校验码", exact=True)).to_have_value(code)
    found += look(page, "personal")
    fill_in(page, code, person.id_number, owner_does.FRESH_PASSWORD)
    expect(page.get_by_text("密码已重新设置")).to_be_visible()
    found += look(page, "done")

    page.get_by_role("link", name="去登录").click()
    owner_does.sign_in(page, login.login_name, login.password)
    expect(page.get_by_text("登录名或密码不正确").first).to_be_visible()
    owner_does.sign_in(page, login.login_name, owner_does.FRESH_PASSWORD)
    expect(page.get_by_role("heading", name="再确认一次身份")).to_be_visible()
    assert found == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_forgotten_login_name_comes_to_the_phone(visitors: Visitors, watch: Watch, width: int) -> None:
    watch.expected += ["422"]
    person, login = visitors.account_owner()
    page = visitors.arrive("/doctor/", width)
    page.get_by_role("link", name="找回登录名").click()
    owner_does.expect_heading(page, "找回登录名")
    page.get_by_role("button", name="发送登录名").click()
    expect(page.get_by_text("手机号应为 11 位数字，请核对。").first).to_be_visible()
    found = look(page, "faults")
    ask_for_name(page, person.phone, person.id_number)
    found += look(page, "sent")
    known = page.get_by_role("main").inner_text()
    expect_login_name(page, person.phone, login.login_name)
    page.get_by_role("link", name="去登录").click()
    expect(page.get_by_label("登录名或手机号")).to_be_visible()

    nobody = visitors.newcomer()
    page.goto("/doctor/forgotten-name")
    ask_for_name(page, nobody.phone, nobody.id_number)
    assert page.get_by_role("main").inner_text() == known
    assert found == []


def test_a_stranger_sees_the_same_pages(visitors: Visitors, watch: Watch) -> None:
    watch.expected += ["422"]
    person, login = visitors.account_owner()
    seen = []
    for name in (login.login_name, "nobody-has-this-name"):
        page = visitors.arrive("/doctor/forgotten-password")
        ask_for_reset(page, name)
        asked = without_times(page)
        fill_in(page, "246810", person.id_number[-6:], owner_does.FRESH_PASSWORD)
        expect(page.get_by_role("alert").get_by_role("link", name=WRONG_CODE)).to_be_visible()
        seen.append((asked, without_times(page)))
    assert seen[0] == seen[1]
    page.get_by_role("button", name="重新填写，再发一次").click()
    expect(page.get_by_label("登录名或手机号")).to_have_value("nobody-has-this-name")


def ask_for_reset(page: Page, name: str) -> None:
    """The first step, up to the form for the new password."""
    page.get_by_label("登录名或手机号").fill(name)
    owner_does.prove_human(page)
    page.get_by_role("button", name="确定，继续").click()
    expect(page.get_by_label("校验码", exact=True)).to_be_visible()


def fill_in(page: Page, code: str, tail: str, password: str) -> None:
    """The second step, sent."""
    page.get_by_label("校验码", exact=True).fill(code)
    page.get_by_label("身份证号后 6 位").fill(tail)
    page.get_by_label("新的密码", exact=True).fill(password)
    page.get_by_label("确认密码", exact=True).fill(password)
    page.get_by_role("button", name="确认", exact=True).click()


def ask_for_name(page: Page, phone: str, tail: str) -> None:
    """The form of 找回登录名, sent."""
    page.get_by_label("手机号").fill(phone)
    page.get_by_label("身份证号后 6 位").fill(tail)
    owner_does.prove_human(page)
    page.get_by_role("button", name="发送登录名").click()
    expect(page.get_by_role("link", name="去登录")).to_be_visible()


def expect_login_name(page: Page, phone: str, login_name: str) -> None:
    """The login name comes to the phone."""
    for _ in range(100):
        if any(one["to"] == phone and login_name in one["text"] for one in owner_does.messages(page)):
            return
        page.wait_for_timeout(100)
    raise AssertionError("no login name came to the phone")


def without_times(page: Page) -> str:
    """What the page says but for the hour."""
    return re.sub(r"\d{1,2}:\d{2}", "TIME", page.get_by_role("main").inner_text())
