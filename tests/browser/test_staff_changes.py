"""Staff come with a passkey, lose a role, and hand over what only they could do; and the inbox of development."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from registry_api.launcher.postgres import free_port
from tests.browser import invitation_steps as does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.administrators import new_person
from tests.support.server import Server, served

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture(scope="module")
def named(server: Server) -> Iterator[Server]:
    """Another API process of the same service, under a name: passkeys belong to names, not to addresses."""
    port = free_port()
    update = {"port": port, "public_origin": f"http://localhost:{port}"}
    with served(server.settings.model_copy(update=update)) as made:
        yield made


def give_authenticator(page: Page) -> None:
    """The device has a fingerprint reader, and a finger is on it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@WIDTHS
def test_an_invitation_is_accepted_with_a_passkey(
    chromium: Browser, named: Server, watch: Watch, width: int
) -> None:
    watch.expected += ["401", "403"]
    visitors = Visitors(chromium, named, watch)
    person = new_person(name="上官密钥")
    page = visitors.sign_in(does.administrator(named, "authority"), place="people")
    link = does.invite(page, person, "审批人")
    assert link.startswith(named.origin)

    guest = visitors.arrive(link.removeprefix(named.origin), width)
    give_authenticator(guest)
    login_name = f"miyao.{person['phone'][-8:]}"
    does.choose_login(guest, login_name)
    guest.get_by_label("通行密钥（指纹、面容或安全密钥）").check()
    expect(guest.get_by_text("按设备提示创建通行密钥")).to_be_visible()
    found = look(guest, "passkey")
    guest.get_by_role("button", name="开通账号").click()
    expect(guest.get_by_text("账号已开通")).to_be_visible()
    does.sign_in_first(guest, login_name)
    guest.get_by_role("button", name="使用通行密钥").click()
    expect(guest.get_by_text(person["name"]).first).to_be_visible()
    expect(guest.get_by_role("heading", level=1)).to_be_visible()
    assert urlsplit(guest.url).path.startswith("/authority/")
    found += look(guest, "home")
    visitors.close()
    assert found == []


def test_an_address_offers_no_passkey_that_it_could_not_keep(visitors: Visitors, server: Server) -> None:
    page = visitors.sign_in(does.administrator(server, "authority"), place="people")
    link = does.invite(page, new_person(), "审批人")
    guest = visitors.arrive(link.removeprefix(server.origin))
    does.choose_login(guest, f"dizhi.{time.monotonic_ns()}"[:30])
    expect(guest.get_by_text("通行密钥")).to_have_count(0)


@WIDTHS
def test_who_is_demoted_can_do_no_more_than_the_new_role_at_once(
    visitors: Visitors, server: Server, watch: Watch, width: int
) -> None:
    watch.expected += ["401", "403"]
    person = new_person(name="司徒降级")
    chief = visitors.sign_in(does.administrator(server, "authority"), width, "people")
    link = does.invite(chief, person, "管理员")
    chief.get_by_role("button", name="完成").click()
    member = visitors.arrive(link.removeprefix(server.origin), width)
    login_name = f"jiang.{person['phone'][-8:]}"
    does.choose_login(member, login_name)
    totp = does.open_with_totp(member)
    does.sign_in_first(member, login_name)
    does.show_totp(member, totp)
    member.goto("/authority/people")
    expect(member.get_by_role("button", name="邀请人员")).to_be_visible()

    chief.reload()
    chief.get_by_role("row").filter(has_text=login_name).get_by_role("button", name="更改角色").click()
    dialog = chief.get_by_role("dialog")
    dialog.get_by_label("角色").select_option(label="经办人")
    found = look(chief, "role")
    dialog.get_by_role("button", name="更改角色").click()
    expect(chief.get_by_text(f"{person['name']}的角色已改为经办人")).to_be_visible()

    began = time.monotonic()
    headers = {"X-Registry-Realm": "authority"}
    refused = member.request.get("/api/v1/authority/staff", headers=headers)
    assert (refused.status, time.monotonic() - began < 1) == (403, True)
    assert member.request.get("/api/v1/authority/applications", headers=headers).status == 200
    member.goto("/authority/")
    expect(member.get_by_role("heading", level=1)).to_be_visible()
    expect(member.get_by_role("link", name="人员管理")).to_have_count(0)
    assert found == []


@pytest.mark.parametrize(("width", "place"), [(PHONE, -1), (DESKTOP, -2)], ids=["phone", "desktop"])
def test_the_only_administrator_leaves_and_a_colleague_goes_on(
    visitors: Visitors, server: Server, watch: Watch, width: int, place: int
) -> None:
    watch.expected += ["401", "403"]
    colleague = server.pool.institutions[place].handler
    heir = visitors.sign_in(colleague, width)
    expect(heir.get_by_role("link", name="人员管理")).to_have_count(0)
    leaver = visitors.sign_in(does.administrator(server, "institution", place), width, "people")
    row = leaver.get_by_role("row").filter(has_text="（本人）")
    expect(row.get_by_role("button")).to_have_text(["移交管理权"])
    row.get_by_role("button").click()
    dialog = leaver.get_by_role("dialog")
    dialog.get_by_role("button", name="移交管理权").click()
    expect(leaver.get_by_text("请选择接任的同事。").first).to_be_visible()
    found = look(leaver, "nobody chosen")
    name = heir.request.get("/api/v1/me", headers={"X-Registry-Realm": "institution"}).json()["account"][
        "name"
    ]
    dialog.get_by_label("移交给").select_option(label=f"{name}（机构经办人）")
    dialog.get_by_label("移交后，您的账号").select_option(label="停用")
    dialog.get_by_role("button", name="移交管理权").click()
    expect(leaver.get_by_label("登录名")).to_be_visible()

    heir.goto("/institution/people")
    expect(heir.get_by_role("row").filter(has_text="（本人）")).to_contain_text("机构管理员")
    expect(heir.get_by_role("table")).to_contain_text("已停用")
    expect(heir.get_by_role("button", name="邀请人员")).to_be_visible()
    found += look(heir, "people")
    status = leaver.request.get("/api/v1/me", headers={"X-Registry-Realm": "institution"}).status
    assert (status, found) == (401, [])


@WIDTHS
def test_the_inbox_of_development_reads_well(visitors: Visitors, server: Server, width: int) -> None:
    owner = visitors.fresh_doctor()
    page = visitors.sign_in(owner.login, width)
    sent = page.request.post(
        "/api/v1/me/step-up/codes", headers={"X-Registry-Realm": "doctor", "Origin": server.origin}
    )
    assert sent.status == 204
    page.goto("/development/inbox")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("listitem").first).to_be_visible()
    assert look(page, "inbox") == []
