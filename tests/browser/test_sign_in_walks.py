"""Signing in as people do it: with a wrong password first, on a device that is not known, by phone, after a pause."""

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

from registry_api.accounts.sign_in import FREE_ATTEMPTS
from registry_api.demo.logins import Login
from tests.browser import account_steps as owner_does
from tests.browser import doctor_steps as doctor_does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.server import Server

FACTOR = "再确认一次身份"


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_doctor_comes_in_after_wrong_passwords_and_is_remembered(
    visitors: Visitors, watch: Watch, width: int
) -> None:
    watch.expected += ["401", "403", "422"]
    person, login = visitors.account_owner()
    page = visitors.arrive("/doctor/", width)
    found = look(page, "sign-in")
    for _ in range(FREE_ATTEMPTS):
        owner_does.sign_in(page, login.login_name, "Wrong2026")
        expect(page.get_by_text("登录名或密码不正确").first).to_be_visible()
        expect(page.get_by_role("button", name="登录", exact=True)).to_be_enabled()
    expect(page.get_by_label("登录名或手机号")).to_have_value(login.login_name)
    expect(page.get_by_text("为确认是您本人操作，请完成下面的验证。")).to_be_visible()
    found += look(page, "human")
    owner_does.sign_in(page, login.login_name, login.password)
    expect(page.get_by_text("请完成验证。").first).to_be_visible()
    owner_does.prove_human(page)
    page.get_by_role("button", name="登录", exact=True).click()

    expect(page.get_by_role("heading", name=FACTOR)).to_be_focused()
    owner_does.ask_for_code(page)
    found += look(page, "second factor")
    code = owner_does.code_for(page, person.phone)
    page.get_by_label("校验码", exact=True).fill("000000" if code != "000000" else "111111")
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.get_by_text("这 6 位数字不正确，请核对后重新填写。").first).to_be_visible()
    found += look(page, "wrong code")
    page.get_by_label("校验码", exact=True).fill(code)
    page.get_by_label("在本设备上记住").check()
    page.get_by_role("button", name="确认", exact=True).click()
    expect_home(page, person.name)

    leave(page)
    owner_does.sign_in(page, person.phone, login.password)
    expect_home(page, person.name)
    assert found == []


@pytest.mark.parametrize(("realm", "width"), [("institution", PHONE), ("authority", DESKTOP)])
def test_staff_show_their_authenticator_once_on_a_device(
    visitors: Visitors, server: Server, watch: Watch, realm: str, width: int
) -> None:
    watch.expected += ["403", "422"]
    place = server.pool.institutions[3]
    login: Login = place.handler if realm == "institution" else place.authority_handler
    page = visitors.arrive(f"/{realm}/applications?status=all", width)
    expect(page.get_by_text("请联系本单位的管理员")).to_be_visible()
    found = look(page, "sign-in")
    fill_in(page, login)
    expect(page.get_by_role("heading", name=FACTOR)).to_be_focused()
    found += look(page, "second factor")
    page.get_by_label("动态口令").fill("12a 34")
    expect(page.get_by_label("动态口令")).to_have_value("1234")
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.get_by_text("请填写 6 位数字。").first).to_be_visible()
    found += look(page, "no code")
    page.get_by_label("动态口令").fill(pyotp.TOTP(str(login.totp_secret)).now())
    page.get_by_label("在本设备上记住").check()
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page).to_have_url(re.compile(r"/applications\?status=all$"))
    expect(page.get_by_role("table")).to_be_visible()

    page.get_by_role("button", name="退出登录").click()
    fill_in(page, login)
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    assert found == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_pause_loses_neither_the_page_nor_what_was_typed(
    visitors: Visitors, watch: Watch, width: int
) -> None:
    watch.expected += ["401", "403"]
    person, login = visitors.account_owner()
    page = visitors.sign_in(login, width)
    doctor_does.start_registration(page)
    doctor_does.open_step(page, "form")
    place = page.url
    expect(page.get_by_label("毕业学校")).to_be_visible()
    page.context.clear_cookies()
    page.get_by_label("毕业学校").fill("省中医药学校")
    dialog = page.get_by_role("dialog", name="登录已失效，请重新登录")
    expect(dialog.get_by_label("登录名")).to_have_value(login.login_name)
    found = look(page, "over the page")
    dialog.get_by_label("密码", exact=True).fill(login.password)
    dialog.get_by_role("button", name="登录", exact=True).click()
    owner_does.ask_for_code(dialog)
    dialog.get_by_label("校验码", exact=True).fill(owner_does.code_for(page, person.phone))
    found += look(page, "second factor over the page")
    dialog.get_by_label("在本设备上记住").check()
    dialog.get_by_role("button", name="确认", exact=True).click()
    expect(dialog).to_have_count(0)
    doctor_does.expect_saved(page)
    expect(page).to_have_url(place)

    page.context.clear_cookies(name="doctor")
    page.get_by_label("毕业学校").fill("另一所学校")
    # Who would rather keep what was typed than leave is asked to sign in still.
    page.once("dialog", lambda question: question.dismiss())
    dialog.get_by_role("button", name="关闭").click()
    expect(dialog.get_by_label("登录名")).to_have_value(login.login_name)
    page.once("dialog", lambda question: question.accept())
    dialog.get_by_role("button", name="关闭").click()
    expect(page).to_have_url(re.compile(r"/sign-in\?to="))
    owner_does.sign_in(page, login.login_name, login.password)
    expect(page.get_by_label("毕业学校")).to_be_visible()
    expect(page).to_have_url(place)
    assert found == []


def fill_in(page: Page, login: Login) -> None:
    """Name and password of staff."""
    page.get_by_label("登录名").fill(login.login_name)
    page.get_by_label("密码", exact=True).fill(login.password)
    page.get_by_role("button", name="登录", exact=True).click()


def expect_home(page: Page, name: str) -> None:
    """The home page of the person is open."""
    expect(page.get_by_role("heading", level=1, name=re.compile(name))).to_be_visible()


def leave(page: Page) -> None:
    """Signs out."""
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="我的").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("密码", exact=True)).to_be_visible()
