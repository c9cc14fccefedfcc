"""A passkey with Chromium's own authenticator in software: made, shown at the sign-in and for a fresh proof, removed.

Passkeys know hosts by name only, so that this service is reached as `localhost`.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from registry_api.launcher.postgres import free_port
from tests.browser import account_steps as does
from tests.browser import security_steps as settings
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.server import Server, served


@pytest.fixture
def named_visitors(chromium: Browser, server: Server, watch: Watch) -> Iterator[Visitors]:
    """Visitors of the same service under a name."""
    port = free_port()
    named = {"port": port, "public_origin": f"http://localhost:{port}"}
    with served(server.settings.model_copy(update=named)) as made:
        visitors = Visitors(chromium, made, watch)
        yield visitors
        visitors.close()


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_passkey_is_added_used_and_removed(named_visitors: Visitors, watch: Watch, width: int) -> None:
    watch.expected += ["403"]
    person, login = named_visitors.account_owner()
    page = named_visitors.sign_in(login, width)
    _add_authenticator(page)
    settings.open_setting(page, "动态口令/通行密钥：管理", "动态口令/通行密钥")
    page.get_by_role("button", name="添加通行密钥").click()
    settings.step_up_dialog(page)
    does.prove_by_password(page, login.password)
    expect(page.get_by_text("已添加。")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("listitem")).to_contain_text("通行密钥")
    found = look(page, "one passkey")

    _sign_out(page)
    page.context.clear_cookies()
    does.sign_in(page, login.login_name, login.password)
    page.get_by_role("radio", name="通行密钥").check()
    page.get_by_label("在本设备上记住").check()
    found += look(page, "second factor")
    page.get_by_role("button", name="使用通行密钥").click()
    expect(page.get_by_role("navigation", name="主菜单")).to_be_visible()

    _sign_out(page)
    does.sign_in(page, login.login_name, login.password)
    settings.open_setting(page, "动态口令/通行密钥：管理", "动态口令/通行密钥")
    page.get_by_role("button", name="移除").click()
    page.get_by_role("dialog").get_by_role("button", name="移除").click()
    dialog = settings.step_up_dialog(page)
    expect(dialog.get_by_role("radio", name="登录密码")).to_have_count(0)
    dialog.get_by_role("radio", name="通行密钥").check()
    found += look(page, "who is there")
    dialog.get_by_role("button", name="使用通行密钥").click()
    expect(page.get_by_text("还没有添加。")).to_be_visible()
    settings.expect_message(page, person.phone, "两步验证方式")
    assert found == []


def _add_authenticator(page: Page) -> None:
    """The device's own, which takes its owner's finger for granted."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _sign_out(page: Page) -> None:
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="我的").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("密码", exact=True)).to_be_visible()
