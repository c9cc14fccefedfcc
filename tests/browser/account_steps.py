"""What people do about their accounts, as they would: read the page, take the code from the phone, fill in, go on."""

import re
import time
from typing import Any

from playwright.sync_api import Locator, Page, expect

from registry_api.demo.people import DemoPerson

PASSWORD = "Banxia47xk"
FRESH_PASSWORD = "Kaihua2027x"
_PATIENCE_SECONDS = 20.0
_WORK_MS = 60_000
"""A device proves in a few seconds that somebody is there; this one has other things to do."""


def prove_human(page: Page | Locator) -> None:
    """Lets the device do what proves that somebody is there; who chose that before need not choose it again."""
    choose = page.get_by_role("button", name="看不清也听不清？点这里由设备自动验证")
    chosen = page.get_by_role("progressbar", name="自动验证的进度").or_(
        page.get_by_role("button", name="改用验证码")
    )
    expect(choose.or_(chosen).first).to_be_visible()
    if choose.is_visible():
        choose.click()
    expect(page.get_by_text("设备已完成验证，可以继续。").first).to_be_visible(timeout=_WORK_MS)


def expect_heading(page: Page, name: str | re.Pattern[str]) -> None:
    """The page with this title is open."""
    expect(page.get_by_role("main").get_by_role("heading", level=1, name=name)).to_be_visible()


def messages(page: Page) -> list[dict[str, Any]]:
    """What was sent, the newest first, from the inbox of the development machine."""
    answer = page.request.get("/development/messages")
    assert answer.ok, answer.text()
    return list(answer.json()["messages"])


def code_for(page: Page, phone: str, but: str = "") -> str:
    """The newest code that came to a phone, other than `but`."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up:
        for one in messages(page):
            if one["to"] == phone and one["code"] and one["code"] != but:
                return str(one["code"])
        page.wait_for_timeout(100)
    raise AssertionError("no code came to the phone")


def ask_for_code(page: Page | Locator) -> None:
    """Presses the button that sends a code, and sees that it was sent."""
    page.get_by_role("button", name="向手机发送校验码").click()
    expect(page.get_by_text("校验码已发送，请查看手机短信。")).to_be_visible()


def register(page: Page, person: DemoPerson, login_name: str) -> None:
    """Both pages of the registration, up to 注册成功."""
    page.get_by_role("link", name="注册新账号").click()
    expect_heading(page, "填写身份信息")
    page.get_by_label("您的姓名").fill(person.name)
    page.get_by_label("身份证号").fill(person.id_number)
    prove_human(page)
    page.get_by_label("我同意隐私政策").check()
    page.get_by_role("button", name="确定，继续").click()
    expect_heading(page, "设置账号")
    page.get_by_label("手机号").fill(person.phone)
    page.get_by_label("登录名").fill(login_name)
    page.get_by_label("登录密码", exact=True).fill(PASSWORD)
    page.get_by_label("确认密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="确定，继续").click()
    expect_heading(page, "注册成功")


def sign_in(page: Page, login_name: str, password: str) -> None:
    """Name and password; what comes then is the test's."""
    page.get_by_label("登录名或手机号").fill(login_name)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def verify_phone(page: Page, person: DemoPerson) -> None:
    """The stage 手机验证, by the code that came."""
    page.get_by_role("button", name="点击此处验证手机").click()
    ask_for_code(page)
    page.get_by_label("校验码", exact=True).fill(code_for(page, person.phone))
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_role("heading", level=2, name="激活账户")).to_be_visible()


def activate(page: Page, person: DemoPerson) -> None:
    """The stage 账户激活."""
    page.get_by_label("资格证书编码").fill(person.certificate_number)
    page.get_by_role("button", name="确定，激活").click()
    expect(page.get_by_role("heading", level=2, name="账户已激活")).to_be_visible()


def prove_by_password(page: Page, password: str) -> None:
    """Answers the dialog that asks once more who is there; the operation then goes on by itself."""
    dialog = page.get_by_role("dialog", name="请再确认一次身份")
    dialog.get_by_role("radio", name="登录密码").check()
    dialog.get_by_label("登录密码", exact=True).last.fill(password)
    dialog.get_by_role("button", name="确认", exact=True).click()
    expect(dialog).to_have_count(0)
