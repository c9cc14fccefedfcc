"""What opens in WeChat's browser, at the width of a phone: the code's page, the decision, and how it ended.

The running service stands in for WeChat with made-up people, as under `make run`.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from registry_api.accounts.entry import device_cookie_name
from registry_api.demo.logins import Login
from tests.browser.people import PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.server import Server

NOBODYS, OWN = "演示：以微信身份 2 确认", "演示：以微信身份 3 确认"


@pytest.fixture
def desktop(server: Server) -> Iterator[httpx.Client]:
    """A desktop's browser without its pages."""
    with httpx.Client(
        base_url=f"{server.origin}/api/v1", headers={"X-Registry-Realm": "doctor"}, trust_env=False
    ) as client:
        yield client


def sign_in(desktop: httpx.Client, server: Server, login: Login) -> None:
    """Signs in on a known device and shows a fresh proof."""
    desktop.cookies.set(device_cookie_name("doctor", server.settings), login.device_token)
    body = {"realm": "doctor", "login_name": login.login_name, "password": login.password}
    assert desktop.post("/sessions", json=body).status_code == 201
    proof = {"method": "password", "password": login.password}
    assert desktop.post("/me/step-up", json=proof).status_code == 204


def start(desktop: httpx.Client, path: str, **more: Any) -> dict[str, Any]:
    answer = desktop.post(path, **more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def status(desktop: httpx.Client, login: dict[str, Any]) -> str:
    body = {"poll_token": login["poll_token"]}
    return str(desktop.post(f"/wechat/logins/{login['id']}/polls", json=body).json()["status"])


def scan(visitors: Visitors, login: dict[str, Any]) -> Page:
    """A phone that opened the code."""
    code = urlsplit(login["qr_url"])
    page = visitors.arrive(f"{code.path}#{code.fragment}", PHONE)
    expect(page.get_by_role("heading", name="演示：选择微信身份")).to_be_visible()
    return page


def test_a_phone_binds_its_wechat_and_signs_a_desktop_in(
    visitors: Visitors, server: Server, desktop: httpx.Client
) -> None:
    sign_in(desktop, server, visitors.fresh_doctor().login)
    binding = start(desktop, "/me/wechat")
    page = scan(visitors, binding)
    found = look(page, "who")
    page.get_by_role("link", name=OWN).click()
    expect(page.get_by_text("确认将本微信绑定到")).to_be_visible()
    expect(page.get_by_text("127.0.*.*")).to_be_visible()
    assert page.url == f"{server.origin}/wechat/confirm"
    found += look(page, "decision")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("已确认。请回到电脑上继续。")).to_be_visible()
    found += look(page, "result")
    assert status(desktop, binding) == "confirmed"

    desktop.cookies.delete("doctor")
    login = start(desktop, "/wechat/logins", json={"purpose": "sign_in"})
    page = scan(visitors, login)
    page.get_by_role("link", name=OWN).click()
    expect(page.get_by_text("确认登录 医师电子化注册 个人端？")).to_be_visible()
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("已确认。请回到电脑上继续。")).to_be_visible()
    assert status(desktop, login) == "confirmed"
    assert desktop.get("/me").json()["account"]["wechat_bound"] is True
    assert found == []


def test_each_end_says_what_to_do(
    visitors: Visitors, server: Server, desktop: httpx.Client, watch: Watch
) -> None:
    login = start(desktop, "/wechat/logins", json={"purpose": "sign_in"})
    page = scan(visitors, login)
    page.get_by_role("link", name=NOBODYS).click()
    expect(page.get_by_text("此微信尚未绑定账户")).to_be_visible()
    assert status(desktop, login) == "unbound"

    watch.expected.append("410")
    code = urlsplit(login["qr_url"])
    second = visitors.arrive(f"{code.path}#{code.fragment}", PHONE)
    expect(second.get_by_text("二维码或操作已失效")).to_be_visible()
    assert look(second, "expired") == []

    sign_in(desktop, server, visitors.fresh_doctor().login)
    binding = start(desktop, "/me/wechat")
    page = scan(visitors, binding)
    page.get_by_role("link", name=NOBODYS).click()
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_text("已取消，没有登录或绑定")).to_be_visible()
    assert status(desktop, binding) == "refused"
