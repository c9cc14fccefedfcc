"""The portal for everybody: entrances, the look-up of a doctor, an institution's board, announcements, help."""

from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.database import apart
from tests.support.pages import running_text
from tests.support.server import Server
from tests.support.superuser import superuser_dsn

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet(server: Server) -> None:
    """Every test comes from one address."""

    async def forget() -> None:
        connection = await asyncpg.connect(superuser_dsn(server.settings))
        await connection.execute(
            "DELETE FROM attempt_counter WHERE key ~ '^(register_search|display_board)/'"
        )
        await connection.close()

    apart(forget())


@pytest.fixture
def board(server: Server) -> dict[str, Any]:
    """The board of an institution with doctors."""
    with httpx.Client(base_url=server.origin, trust_env=False) as client:
        for place in server.pool.institutions:
            found = client.get(f"/api/v1/institutions/{place.id}/display-board").json()
            if found["items"]:
                return dict(found)
    pytest.fail("no institution of the demonstration has doctors")


def choose_institution(page: Page, name: str) -> None:
    page.get_by_label("执业机构", exact=True).last.fill(name)
    choice = page.get_by_text(name, exact=True).first
    expect(choice).to_be_visible()
    choice.click()


@WIDTHS
def test_the_first_page_leads_to_every_portal(visitors: Visitors, server: Server, width: int) -> None:
    page = visitors.arrive("/", width)
    expect(page.get_by_role("heading", name="中医（专长）医师公众服务")).to_be_visible()
    expect(page.get_by_role("link", name="中医（专长）医师电子证照开始申领（演示）")).to_be_visible()
    found = look(page, "home")
    for entrance, path in (("个人端", "doctor"), ("机构端", "institution"), ("管理端", "authority")):
        page.goto("/")
        page.get_by_role("link", name=entrance).click()
        expect(page.get_by_label("登录名")).to_be_visible()
        assert page.url.startswith(f"{server.origin}/{path}/")
    assert found == []


@WIDTHS
def test_a_patient_looks_a_doctor_up(visitors: Visitors, board: dict[str, Any], width: int) -> None:
    institution, doctor = board["institution"], board["items"][0]
    page = visitors.arrive("/", width)
    page.get_by_role("link", name="查医师注册信息").click()
    expect(page.get_by_role("heading", name="查医师注册信息", level=1)).to_be_visible()
    found = look(page, "empty form")

    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("link", name="请填写医师姓名。")).to_be_visible()
    expect(page.get_by_role("link", name="请选择执业机构。")).to_be_visible()
    found += look(page, "faults")

    page.get_by_label("医师姓名").fill(doctor["name"])
    choose_institution(page, institution["name"])
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", name="找到 1 人")).to_be_visible()
    expect(page.get_by_text("注册有效").first).to_be_visible()
    expect(page.get_by_text("、".join(doctor["techniques"])).first).to_be_visible()
    page.get_by_text("各种状态是什么意思").click()
    expect(page.get_by_text("注册已注销，不能执业。")).to_be_visible()
    found += look(page, "found")

    page.get_by_label("医师姓名").fill("无此人")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", name="没有查到")).to_be_visible()
    expect(page.get_by_text("查不到，不能认为此人可以行医。")).to_be_visible()
    found += look(page, "not found")
    assert page.url.endswith("/register")

    page.get_by_role("link", name="看这家机构的公示牌").click()
    expect(page.get_by_role("heading", name=institution["name"])).to_be_visible()
    expect(page.get_by_role("heading", name=doctor["name"]).first).to_be_visible()
    found += look(page, "board")
    assert found == []


def test_who_asks_often_shows_that_somebody_is_there(
    visitors: Visitors, server: Server, board: dict[str, Any], watch: Watch
) -> None:
    watch.expected.append("403")
    asked = {"name": "无此人", "institution_id": board["institution"]["id"]}
    with httpx.Client(base_url=server.origin, trust_env=False) as client:
        while client.post("/api/v1/register/searches", json=asked).status_code == httpx.codes.OK:
            pass
    page = visitors.arrive("/register", PHONE)
    page.get_by_label("医师姓名").fill(board["items"][0]["name"])
    page.get_by_label("机构全称（例如机构已停业，选不到时）").check()
    page.get_by_label("机构全称", exact=True).fill(board["institution"]["name"])
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("请先完成验证").first).to_be_visible()
    page.get_by_role("button", name="由设备自动验证").click()
    expect(page.get_by_text("设备已完成验证").first).to_be_visible()
    assert look(page, "proof") == []
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", name="找到 1 人")).to_be_visible()


@WIDTHS
def test_announcements_help_and_what_is_not_there(visitors: Visitors, width: int, watch: Watch) -> None:
    page = visitors.arrive("/announcements", width)
    expect(page.get_by_role("heading", name="中医（专长）医师电子证照开始申领（演示）")).to_be_visible()
    found = look(page, "announcements")
    page.get_by_role("navigation").get_by_role("link", name="帮助").click()
    expect(page.get_by_role("heading", name="怎样知道一位医师能不能执业？")).to_be_visible()
    found += look(page, "help")
    page.get_by_role("button", name="大字").click()
    found += look(page, "help in large letters")

    watch.expected.append("404")
    page.goto("/boards/00000000-0000-7000-8000-000000000001")
    expect(page.get_by_role("alert")).to_be_visible()
    found += look(page, "no board")
    assert found == []


@WIDTHS
def test_a_board_is_downloaded_to_be_hung_up(
    visitors: Visitors, server: Server, board: dict[str, Any], width: int
) -> None:
    page = visitors.arrive(f"/boards/{board['institution']['id']}", width)
    assert "公示牌" in downloaded(page)

    place = next(one for one in server.pool.institutions if one.id == board["institution"]["id"])
    page = visitors.sign_in(place.handler, DESKTOP, "board")
    expect(page.get_by_role("heading", name="执业公示牌", level=1)).to_be_visible()
    expect(page.get_by_role("rowheader", name=board["items"][0]["name"]).first).to_be_visible()
    assert look(page, "board of the institution") == []
    assert board["items"][0]["name"] in downloaded(page)


PUBLIC_DIST = Path(__file__).parents[2] / "frontends" / "public" / "dist"
MOST_BYTES = 60 * 1024


@pytest.mark.parametrize("path", ["/", "/register", "/v", "/announcements", "/help"])
def test_a_first_visit_is_light(visitors: Visitors, path: str) -> None:
    """Scripts and styles as they are sent, compressed with Brotli."""
    page = visitors.arrive(path, PHONE)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    names = page.evaluate("performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname)")
    files = {PUBLIC_DIST / name[1:] for name in names if name.startswith("/assets/")}
    sent = [file.with_name(f"{file.name}.br") for file in files]
    weight = sum(
        (small if small.exists() else file).stat().st_size for small, file in zip(sent, files, strict=True)
    )
    assert 20 * 1024 < weight <= MOST_BYTES


def downloaded(page: Page) -> str:
    """The words of the board that the page hands over."""
    with page.expect_download() as handed:
        page.get_by_role("button", name="下载公示牌（PDF）").click()
    return running_text(handed.value.path().read_bytes())
