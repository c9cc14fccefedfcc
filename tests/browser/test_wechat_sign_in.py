"""微信扫码登录: the desktop shows a code, a phone decides, and the desktop goes on; also right after registering."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import asyncpg
import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser import account_steps as owner_does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.database import apart
from tests.support.server import Server

OWN, NOBODYS = "演示：以微信身份 1 确认", "演示：以微信身份 2 确认"
_UNBIND = "UPDATE wechat_binding SET removed_at = now() WHERE removed_at IS NULL"
_END = "UPDATE wechat_login SET expires_at = now() WHERE expires_at > now()"


@pytest.fixture
def unbound(server: Server) -> Iterator[None]:
    """The made-up people are nobody's, before and after."""
    apart(run(server, _UNBIND))
    yield
    apart(run(server, _UNBIND))


@pytest.mark.usefixtures("unbound")
@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_who_bound_a_wechat_when_registering_signs_in_with_it(
    visitors: Visitors, watch: Watch, width: int
) -> None:
    watch.expected += ["401", "403"]
    person = visitors.newcomer()
    page = visitors.arrive("/doctor/", width)
    codes = follow_codes(page)
    login_name = f"wx{person.phone[-8:]}"
    owner_does.register(page, person, login_name)
    page.get_by_role("button", name="显示绑定二维码").click()
    phone = scan(visitors, page, codes)
    found = look(page, "code after registering")
    phone.get_by_role("link", name=OWN).click()
    expect(phone.get_by_text("确认将本微信绑定到")).to_be_visible()
    phone.get_by_role("button", name="确认").click()
    expect(phone.get_by_text("已确认。请回到电脑上继续。")).to_be_visible()
    expect(page.get_by_text("微信已绑定")).to_be_visible()
    found += look(page, "bound")

    page.goto("/doctor/sign-in")
    page.get_by_role("button", name="微信扫码登录").click()
    phone = scan(visitors, page, codes)
    expect(page.get_by_text("已扫码，请在手机上确认。")).to_be_visible()
    found += look(page, "scanned")
    phone.get_by_role("link", name=OWN).click()
    phone.get_by_role("button", name="取消").click()
    expect(page.get_by_text("已取消，没有登录或绑定。")).to_be_visible()
    found += look(page, "refused")
    refresh(page)
    phone = scan(visitors, page, codes)
    phone.get_by_role("link", name=OWN).click()
    phone.get_by_role("button", name="确认").click()
    expect(phone.get_by_text("已确认。请回到电脑上继续。")).to_be_visible()
    owner_does.expect_heading(page, "账户激活")
    assert found == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_code_that_ends_says_how_to_go_on(
    visitors: Visitors, server: Server, watch: Watch, width: int
) -> None:
    watch.expected += ["410"]
    page = visitors.arrive("/doctor/sign-in", width)
    codes = follow_codes(page)
    page.get_by_role("button", name="微信扫码登录").click()
    phone = scan(visitors, page, codes)
    phone.get_by_role("link", name=NOBODYS).click()
    expect(phone.get_by_text("此微信尚未绑定账户")).to_be_visible()
    expect(page.get_by_text("此微信尚未绑定账户")).to_be_visible()
    found = look(page, "not bound")
    refresh(page)
    scan(visitors, page, codes)
    apart(run(server, _END))
    expect(page.get_by_text("二维码或操作已失效")).to_be_visible()
    found += look(page, "expired")
    page.get_by_role("button", name="密码登录").click()
    expect(page.get_by_label("密码", exact=True)).to_be_visible()
    assert found == []


async def run(server: Server, statement: str) -> None:
    """Changes rows as the owner of the tables."""
    connection = await asyncpg.connect(server.settings.owner_dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def follow_codes(page: Page) -> list[str]:
    """What each code that the page will show leads to, the newest last."""
    codes: list[str] = []

    def note(answer: Response) -> None:
        if answer.url.endswith("/wechat/logins") and answer.ok:
            codes.append(answer.json()["qr_url"])

    page.on("response", note)
    return codes


def refresh(page: Page) -> None:
    """Asks for another code."""
    with page.expect_response("**/wechat/logins"):
        page.get_by_role("button", name="刷新二维码").click()
    expect(page.get_by_role("button", name="刷新二维码")).to_have_count(0)


def scan(visitors: Visitors, page: Page, codes: list[str]) -> Page:
    """The picture is drawn; a phone reads it, and WeChat's browser opens what it says."""
    picture = page.get_by_role("img", name="微信扫码二维码")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    code = urlsplit(codes[-1])
    phone = visitors.arrive(f"{code.path}#{code.fragment}", PHONE)
    expect(phone.get_by_role("heading", name="演示：选择微信身份")).to_be_visible()
    return phone
