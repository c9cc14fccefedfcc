"""What administrators and the people whom they invite do, page by page."""

import re
from datetime import UTC, datetime
from typing import Any

import pyotp
from playwright.sync_api import Page, expect

from registry_api.demo.logins import Login
from registry_api.kit.roles import Role
from tests.support.administrators import PASSWORD, STEP, login_of
from tests.support.server import Server


def administrator(server: Server, realm: str, place: int = 0) -> Login:
    """Who administers an institution of the pool, or its authority."""
    role: Role = "institution_administrator" if realm == "institution" else "authority_administrator"
    return login_of(server.pool.institutions[place], role)


def open_people(page: Page) -> None:
    """From anywhere in a portal of staff to 人员管理."""
    page.get_by_role("link", name="人员管理").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("人员管理")
    expect(page.get_by_role("table")).to_be_visible()


def invite(page: Page, person: dict[str, Any], role: str) -> str:
    """Fills in the form of an invitation; gives the link that is shown."""
    page.get_by_role("button", name=re.compile("邀请(人员|管理员)")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("姓名").fill(person["name"])
    dialog.get_by_label("身份证号").fill(person["id_number"])
    dialog.get_by_label("手机号码").fill(person["phone"])
    if role:
        dialog.get_by_label("角色").select_option(label=role)
    dialog.get_by_role("button", name="发出邀请").click()
    expect(page.get_by_role("dialog", name=f"已邀请{person['name']}")).to_be_visible()
    return page.get_by_role("group", name="邀请链接").inner_text().split()[0]


def choose_login(page: Page, login_name: str) -> None:
    """From who is invited to the second factor."""
    page.get_by_role("button", name="是我本人，继续").click()
    page.get_by_label("登录名").fill(login_name)
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_label("确认密码").fill(PASSWORD)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("img", name="动态口令二维码")).to_be_visible()


def open_with_totp(page: Page) -> pyotp.TOTP:
    """Scans the code, opens the account; gives the authenticator."""
    totp = pyotp.TOTP(page.locator(".copy-text").inner_text())
    # The step before still counts; the current code is left for the sign-in.
    page.get_by_label("动态口令", exact=True).fill(totp.at(datetime.now(UTC) - STEP))
    page.get_by_role("button", name="开通账号").click()
    expect(page.get_by_text("账号已开通")).to_be_visible()
    return totp


def sign_in_first(page: Page, login_name: str) -> None:
    """From the opened account to the question for the second factor."""
    page.get_by_role("button", name="去登录").click()
    page.get_by_label("登录名").fill(login_name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def show_totp(page: Page, totp: pyotp.TOTP) -> None:
    """Shows the authenticator's code, and is signed in."""
    page.get_by_label("动态口令").fill(totp.now())
    page.get_by_role("button", name="确认").click()
    expect(
        page.get_by_role("link", name="退出").or_(page.get_by_role("button", name="退出")).first
    ).to_be_visible()
