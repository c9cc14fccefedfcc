"""安全设置: what protects the way in. Password, devices that are signed in, what was done, and second factors."""

import time

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser import account_steps as does
from tests.browser import security_steps as settings
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch

BOTH = pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
ENDED = "登录已失效，请重新登录"


@BOTH
def test_a_new_password_ends_the_other_sessions(visitors: Visitors, watch: Watch, width: int) -> None:
    watch.expected += ["401", "422"]
    _, login = visitors.account_owner()
    page = visitors.sign_in(login, width)
    other = visitors.sign_in(login, width)
    settings.open_setting(page, "修改密码：修改密码", "修改密码")
    rules = page.get_by_role("list", name="密码要求")
    expect(rules.get_by_role("listitem")).to_have_count(4)
    found = look(page, "password")
    _change(page, login.password, "Abcdefgh123456789")
    expect(page.get_by_role("alert").get_by_role("link", name="密码最多 16 位，请改短一些。")).to_be_visible()
    expect(page.get_by_label("新的密码", exact=True)).to_have_value("Abcdefgh123456789")
    found += look(page, "17 characters")
    _change(page, "Falsch2026", does.FRESH_PASSWORD)
    expect(page.get_by_role("alert").get_by_role("link", name="密码不正确")).to_be_visible()
    found += look(page, "wrong password")
    _change(page, login.password, does.FRESH_PASSWORD)
    expect(page.get_by_text("密码已修改。")).to_be_visible()
    found += look(page, "changed")

    other.get_by_role("navigation", name="主菜单").get_by_role("link", name="业务申请").click()
    dialog = other.get_by_role("dialog", name=ENDED)
    dialog.get_by_label("密码", exact=True).fill(login.password)
    dialog.get_by_role("button", name="登录", exact=True).click()
    expect(dialog.get_by_role("alert").get_by_text("登录名或密码")).to_be_visible()
    dialog.get_by_label("密码", exact=True).fill(does.FRESH_PASSWORD)
    dialog.get_by_role("button", name="登录", exact=True).click()
    expect(dialog).to_have_count(0)
    does.expect_heading(other, "业务申请")
    settings.open_settings(page)
    assert found == []


@BOTH
def test_a_device_is_signed_out_from_another_at_once(visitors: Visitors, watch: Watch, width: int) -> None:
    watch.expected += ["401"]
    _, login = visitors.account_owner()
    page, second, third = (visitors.sign_in(login, width) for _ in range(3))
    settings.open_settings(page)
    expect(settings.row(page, "登录设备")).to_contain_text("3 处已登录")
    settings.open_setting(page, "登录设备：查看", "登录设备")
    devices = page.get_by_role("main").get_by_role("listitem")
    expect(devices).to_have_count(3)
    expect(devices.first).to_contain_text("本设备")
    found = look(page, "devices")
    # The newest but this one stands first.
    devices.filter(has_not_text="本设备").first.get_by_role("button", name="退出此设备").click()
    expect(page.get_by_text("已退出该设备。")).to_be_visible()
    expect(devices).to_have_count(2)
    _is_out(third)
    page.get_by_role("button", name="退出其他全部").click()
    found += look(page, "all others?")
    page.get_by_role("dialog").get_by_role("button", name="退出其他全部").click()
    expect(page.get_by_text("没有别的设备登录。")).to_be_visible()
    _is_out(second)

    settings.back(page)
    settings.open_setting(page, "安全记录：查看", "安全记录")
    events = page.get_by_role("main").get_by_role("listitem")
    expect(events.filter(has_text="登录")).not_to_have_count(0)
    found += look(page, "events")
    assert found == []


@BOTH
def test_an_authenticator_is_added_used_and_removed(visitors: Visitors, watch: Watch, width: int) -> None:
    watch.expected += ["403", "422"]
    person, login = visitors.account_owner()
    page = visitors.sign_in(login, width)
    settings.open_setting(page, "动态口令/通行密钥：管理", "动态口令/通行密钥")
    expect(page.get_by_text("还没有添加。")).to_be_visible()
    found = look(page, "no factor")
    page.get_by_role("button", name="添加动态口令").click()
    used = settings.prove_by_code(page, person.phone)
    secret = page.locator("main .copy-text").inner_text()
    picture = page.get_by_role("img", name="动态口令二维码")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    found += look(page, "authenticator")
    authenticator = pyotp.TOTP(secret)
    page.get_by_label("应用里显示的 6 位数字").fill(f"{(int(authenticator.now()) + 1) % 1_000_000:06d}")
    page.get_by_role("button", name="确认添加").click()
    expect(page.get_by_role("alert").get_by_text("这 6 位数字不正确")).to_be_visible()
    first = authenticator.now()
    page.get_by_label("应用里显示的 6 位数字").fill(first)
    page.get_by_role("button", name="确认添加").click()
    expect(page.get_by_text("已添加。")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("listitem")).to_contain_text("动态口令")
    found += look(page, "one factor")
    assert used != first

    stranger = visitors.arrive("/doctor/", width)
    does.sign_in(stranger, login.login_name, login.password)
    stranger.get_by_role("radio", name="动态口令").check()
    # Each code counts once; the next one is good half a minute early.
    code = next(one for one in (authenticator.now(), authenticator.at(int(time.time()) + 30)) if one != first)
    stranger.get_by_label("动态口令", exact=True).last.fill(code)
    found += look(stranger, "second factor")
    stranger.get_by_role("button", name="确认", exact=True).click()
    expect(stranger.get_by_role("navigation", name="主菜单")).to_be_visible()

    page.get_by_role("main").get_by_role("button", name="移除").click()
    page.get_by_role("dialog").get_by_role("button", name="移除").click()
    expect(page.get_by_text("还没有添加。")).to_be_visible()
    settings.expect_message(page, person.phone, "两步验证方式")
    assert found == []


def _change(page: Page, old: str, fresh: str) -> None:
    page.get_by_label("原始密码").fill(old)
    page.get_by_label("新的密码", exact=True).fill(fresh)
    page.get_by_label("确认密码").fill(fresh)
    page.get_by_role("button", name="确认", exact=True).click()


def _is_out(page: Page) -> None:
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="执业信息").click()
    expect(page.get_by_role("dialog", name=ENDED)).to_be_visible()
