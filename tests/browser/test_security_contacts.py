"""安全设置: a new phone and a verified address, at both widths, as their owner goes about it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import account_steps as does
from tests.browser import security_steps as settings
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch

BOTH = pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
ADDRESS = "laozhongyi@example.cn"


@BOTH
def test_a_phone_is_changed_by_codes_to_the_old_and_to_the_new(
    visitors: Visitors, watch: Watch, width: int
) -> None:
    # The proof that is wanted, a wrong password and a wrong code, the second change within a day, the old number.
    watch.expected += ["403", "422", "409", "401"]
    person, login = visitors.account_owner()
    phone = settings.free_phone()
    page = visitors.sign_in(login, width)
    settings.open_settings(page)
    found = look(page, "settings")
    settings.open_setting(page, "我的手机：更换手机号", "更换手机号")
    found += look(page, "old phone")
    page.get_by_role("button", name="确定继续").click()
    expect(page.get_by_role("alert").get_by_text("请填写短信里的 6 位校验码。")).to_be_visible()

    page.get_by_role("button", name="向手机发送校验码").click()
    dialog = settings.step_up_dialog(page)
    found += look(page, "who is there")
    dialog.get_by_role("radio", name="登录密码").check()
    dialog.get_by_label("登录密码", exact=True).last.fill("Falsch2026")
    dialog.get_by_role("button", name="确认", exact=True).click()
    expect(dialog.get_by_role("alert").get_by_text("密码不正确")).to_be_visible()
    found += look(page, "wrong password")
    does.prove_by_password(page, login.password)
    expect(page.get_by_text("校验码已发送，请查看手机短信。")).to_be_visible()
    code = does.code_for(page, person.phone)
    page.get_by_label("校验码", exact=True).fill(_another(code))
    page.get_by_role("button", name="确定继续").click()
    expect(page.get_by_role("alert").get_by_text("这 6 位数字不正确，请核对后重新填写。")).to_be_visible()
    page.get_by_label("校验码", exact=True).fill(code)
    page.get_by_role("button", name="确定继续").click()

    expect(page.get_by_role("heading", name="填写新手机号")).to_be_focused()
    page.get_by_role("button", name="向手机发送校验码").click()
    expect(page.get_by_role("alert").get_by_text("请先填写正确的新手机号，再发送校验码。")).to_be_visible()
    found += look(page, "no new phone")
    page.get_by_label("新手机号").fill(f"{phone[:3]} {phone[3:7]} {phone[7:]}")
    does.ask_for_code(page)
    page.get_by_label("校验码", exact=True).fill(does.code_for(page, phone))
    found += look(page, "new phone")
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_text(f"手机号已更换为 {phone[:3]}****{phone[7:]}。")).to_be_visible()
    found += look(page, "changed")
    settings.expect_message(page, person.phone, f"更换为 {phone[:3]}****{phone[7:]}")
    settings.back(page)
    expect(settings.row(page, "我的手机")).to_contain_text(f"{phone[:3]}****{phone[7:]} · 已验证")

    settings.open_setting(page, "我的手机：更换手机号", "更换手机号")
    page.get_by_role("button", name="向手机发送校验码").click()
    expect(page.get_by_text("24 小时内只能更换一次。")).to_be_visible()
    found += look(page, "too soon")
    stranger = visitors.arrive("/doctor/", width)
    does.sign_in(stranger, person.phone, login.password)
    expect(stranger.get_by_role("alert").get_by_text("登录名或密码")).to_be_visible()
    does.sign_in(stranger, phone, login.password)
    expect(stranger.get_by_role("heading", name="再确认一次身份")).to_be_visible()
    assert found == []


@BOTH
def test_an_address_is_verified_by_its_link_and_once(visitors: Visitors, watch: Watch, width: int) -> None:
    watch.expected += ["403", "410"]
    _, login = visitors.account_owner()
    page = visitors.sign_in(login, width)
    settings.open_setting(page, "我的邮箱：邮箱验证", "邮箱验证")
    found = look(page, "address")
    page.get_by_label("您常用的邮箱").fill(ADDRESS)
    page.get_by_label("再次输入邮箱").fill("laozhongyi@example.com")
    does.prove_human(page)
    page.get_by_role("button", name="发送验证邮件").click()
    expect(page.get_by_role("alert").get_by_text("两次输入的邮箱不一样。")).to_be_visible()
    found += look(page, "two addresses")

    # What the device has proved is still good: nothing was sent.
    page.get_by_label("再次输入邮箱").fill(ADDRESS)
    page.get_by_role("button", name="发送验证邮件").click()
    settings.step_up_dialog(page)
    does.prove_by_password(page, login.password)
    expect(page.get_by_text("验证邮件已发送")).to_be_visible()
    found += look(page, "sent")

    link = settings.mailed_link(page, ADDRESS)
    elsewhere = visitors.arrive(link, width)
    does.expect_heading(elsewhere, "确认邮箱")
    expect(elsewhere.get_by_text("设为您账户的邮箱吗？")).to_be_visible()
    assert "#" not in elsewhere.url
    found += look(elsewhere, "link")
    settings.open_settings(page)
    expect(settings.row(page, "我的邮箱")).to_contain_text("还没有邮箱")
    elsewhere.get_by_role("button", name="确认，这是我的邮箱").click()
    expect(elsewhere.get_by_text("已验证。")).to_be_visible()
    found += look(elsewhere, "confirmed")

    page.reload()
    expect(settings.row(page, "我的邮箱")).to_contain_text("@example.cn · 已验证")
    _used_up(visitors.arrive(link, width), found)
    assert found == []


def _used_up(page: Page, found: list[str]) -> None:
    expect(page.get_by_text("这个链接已经失效")).to_be_visible()
    expect(page.get_by_role("link", name="查看邮箱，或重新发送")).to_be_visible()
    found += look(page, "used link")


def _another(code: str) -> str:
    """Six other digits."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
