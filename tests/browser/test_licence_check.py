"""The page that opens from a licence's code: what counts now, in words for everybody, with and without a network."""

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import segno
from PIL import Image
from playwright.sync_api import Page, expect

from registry_api.accounts.entry import device_cookie_name
from registry_api.kit.key_bundles import parse_bundles
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.database import apart
from tests.support.pages import qr_codes
from tests.support.server import Server
from tests.support.signed_licences import Issuer
from tests.support.superuser import superuser_dsn

OFFLINE = "ERR_INTERNET_DISCONNECTED"


@pytest.fixture(scope="module")
def doctor(server: Server) -> Iterator[httpx.Client]:
    """A registered doctor's browser without its pages."""
    login = next(one for one in server.logins if "执业注册有效" in one.note)
    headers = {"X-Registry-Realm": "doctor"}
    with httpx.Client(base_url=f"{server.origin}/api/v1", headers=headers, trust_env=False) as client:
        client.cookies.set(device_cookie_name("doctor", server.settings), login.device_token)
        body = {"realm": "doctor", "login_name": login.login_name, "password": login.password}
        assert client.post("/sessions", json=body).status_code == httpx.codes.CREATED
        yield client


@pytest.fixture(scope="module")
def licence(doctor: httpx.Client) -> dict[str, Any]:
    """The doctor's licence, claimed."""
    (one,) = doctor.get("/doctor/licences/eligibility").json()["items"]
    claimed = doctor.post(
        "/doctor/licences",
        json={"registration_id": one["registration_id"]},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert claimed.status_code == httpx.codes.CREATED, claimed.text
    return dict(claimed.json())


@pytest.fixture(scope="module")
def code(doctor: httpx.Client, licence: dict[str, Any]) -> str:
    """What the code on the licence's PDF opens: a path with its fragment."""
    (address,) = qr_codes(doctor.get(f"/doctor/licences/{licence['id']}.pdf").content)
    parts = urlsplit(address)
    return f"{parts.path}#{parts.fragment}"


@pytest.fixture(scope="module")
def issuer(server: Server) -> Issuer:
    """Signs as the service does."""
    return Issuer(*parse_bundles(server.settings.licence_keys.get_secret_value()), origin=server.origin)


def outcome(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_scanned_licence_shows_what_counts_now(
    visitors: Visitors, licence: dict[str, Any], code: str, width: int
) -> None:
    page = visitors.arrive(code, width)
    outcome(page, "有效")
    expect(page.get_by_text(licence["name"], exact=False).first).to_be_visible()
    photo = page.get_by_role("img", name=f"{licence['name']}的照片")
    expect(photo).to_be_visible()
    assert photo.evaluate("(image) => image.naturalWidth") > 100
    for words in (licence["institution_name"], "、".join(licence["techniques"]), "联网查验，为登记的现状"):
        expect(page.get_by_text(words).first).to_be_visible()
    found = look(page, "valid")
    page.get_by_role("button", name="再查一次").click()
    outcome(page, "有效")
    page.get_by_role("button", name="大字").click()
    found += look(page, "valid in large letters")
    assert found == []


def test_the_code_never_reaches_the_server_in_an_address(visitors: Visitors, code: str) -> None:
    page = visitors.arrive("/v")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(code)
    page.reload()
    outcome(page, "有效")
    token = code.partition("#")[2]
    assert [url for url in asked if token[:40] in url.partition("#")[0]] == []


def test_a_shown_licence_counts_for_thirty_seconds(
    visitors: Visitors, doctor: httpx.Client, server: Server, licence: dict[str, Any], issuer: Issuer
) -> None:
    shown = doctor.post(f"/doctor/licences/{licence['id']}/presentation").json()["url"]
    page = visitors.arrive(shown.removeprefix(server.origin), PHONE)
    outcome(page, "有效")
    expect(page.get_by_role("img", name=f"{licence['name']}的照片")).to_be_visible()
    page.goto(f"/v#{issuer.presentation(datetime.now(UTC) - timedelta(minutes=1))}")
    outcome(page, "二维码已过期")
    assert look(page, "over") == []


ENDED = {"revoked": "已失效", "superseded": "旧版，已换新"}


@pytest.mark.parametrize("status", sorted(ENDED))
def test_what_has_ended_says_so_and_shows_no_photo(
    visitors: Visitors, server: Server, licence: dict[str, Any], code: str, status: str
) -> None:
    try:
        put(server, licence, status)
        page = visitors.arrive(code, PHONE)
        outcome(page, ENDED[status])
        expect(page.get_by_text(licence["name"]).first).to_be_visible()
        expect(page.get_by_text("失效日期")).to_be_visible()
        expect(page.get_by_role("img", name="照片")).to_have_count(0)
        assert look(page, status) == []
    finally:
        put(server, licence, "valid")


def put(server: Server, licence: dict[str, Any], status: str) -> None:
    """The row of the licence as if something had ended it."""

    async def write() -> None:
        connection = await asyncpg.connect(superuser_dsn(server.settings))
        # A licence ends once: what is to be valid again for the next test goes round that.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(
            "UPDATE licence SET status = $2, ended_at = CASE WHEN $2 <> 'valid' THEN now() END,"
            " end_reason = CASE WHEN $2 <> 'valid' THEN 'changed' END WHERE id = $1",
            UUID(licence["id"]),
            status,
        )
        await connection.close()

    apart(write())


STRANGE = {
    "changed": ("不是有效的证照", "签名不对"),
    "cut": ("不是有效的证照", "不完整"),
    "another": ("不是有效的证照", "声称由别的系统签发"),
    "stranger": ("不是有效的证照", "密钥不是本系统公布的"),
    "unknown": ("登记中没有", "登记中没有这份证照"),
    "words": ("不是有效的证照", "不是中医（专长）医师电子证照的二维码"),
}


@pytest.mark.parametrize("strange", sorted(STRANGE))
def test_what_is_no_licence_is_named(visitors: Visitors, issuer: Issuer, code: str, strange: str) -> None:
    token = code.partition("#")[2]
    shown = {
        "changed": token[:-20] + ("A" if token[-20] != "A" else "B") + token[-19:],
        "cut": token[:60],
        "another": Issuer(origin="https://other.example.cn").token(),
        "stranger": Issuer(origin=issuer.origin).token(),
        "unknown": issuer.token(licence_number="DZ00000000000000"),
        "words": "您好",
    }[strange]
    title, reason = STRANGE[strange]
    page = visitors.arrive(f"/v#{shown}", PHONE)
    outcome(page, title)
    expect(page.get_by_text(reason)).to_be_visible()
    assert look(page, strange) == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_code_is_pasted_or_read_from_a_picture(
    visitors: Visitors, server: Server, code: str, tmp_path: Path, width: int
) -> None:
    page = visitors.arrive("/v", width)
    found = look(page, "nothing scanned")
    page.get_by_role("button", name="查验").click()
    expect(page.get_by_text("请粘贴二维码的内容。")).to_be_visible()
    page.get_by_label("粘贴二维码的内容").fill(f" {server.origin}{code} ")
    page.get_by_role("button", name="查验").click()
    outcome(page, "有效")

    page.get_by_role("link", name="查验另一份证照").click()
    picture = tmp_path / "code.png"
    page_of(f"{server.origin}{code}", picture)
    page.get_by_label("选择二维码图片").set_input_files(picture)
    outcome(page, "有效")

    page.goto("/v")
    blank = tmp_path / "blank.png"
    page_of(None, blank)
    page.get_by_label("选择二维码图片").set_input_files(blank)
    expect(page.get_by_text("图片中没有找到二维码")).to_be_visible()
    (tmp_path / "words.png").write_text("no picture")
    page.get_by_label("选择二维码图片").set_input_files(tmp_path / "words.png")
    expect(page.get_by_text("不能作为图片打开")).to_be_visible()
    found += look(page, "no picture")
    assert found == []


def page_of(content: str | None, file: Path) -> None:
    """A photo of a code on a desk, or of the desk alone."""
    desk = Image.new("RGB", (1400, 1000), (200, 190, 170))
    if content is not None:
        made = io.BytesIO()
        segno.make(content, error="m").save(made, kind="png", scale=7, border=4)
        desk.paste(Image.open(made).convert("RGB").rotate(4, expand=True, fillcolor="white"), (180, 60))
    desk.save(file)


def test_without_a_network_the_open_page_judges_by_itself(
    visitors: Visitors, licence: dict[str, Any], code: str, watch: Watch
) -> None:
    watch.expected.append(OFFLINE)
    page = visitors.arrive("/v", PHONE)
    expect(page.get_by_text("没有网络时也能查验")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_label("粘贴二维码的内容").fill(code.partition("#")[2])
    page.get_by_role("button", name="查验").click()
    outcome(page, "真实，名单中没有失效")
    expect(page.get_by_text(licence["name"]).first).to_be_visible()
    expect(page.get_by_text("离线查验，没有连上系统")).to_be_visible()
    expect(page.get_by_text("所用名单的时间：")).to_be_visible()
    assert look(page, "offline") == []
    page.goto(f"/v#{Issuer(origin='https://other.example.cn').token()}")
    outcome(page, "不是有效的证照")


def test_without_a_network_a_scan_opens_the_page_that_was_kept(
    visitors: Visitors, code: str, watch: Watch
) -> None:
    watch.expected += [OFFLINE, "Failed to fetch"]
    page = visitors.arrive("/v", PHONE)
    expect(page.get_by_text("没有网络时也能查验")).to_be_visible()
    page.wait_for_function("caches.match('/v', {cacheName: 'licence-check'}).then(Boolean)")
    page.close()
    context = page.context
    context.set_offline(True)
    fresh = context.new_page()
    fresh.goto(code)
    outcome(fresh, "真实，名单中没有失效")
    # What is older than five minutes no longer says that a licence counts.
    fresh.clock.install(time=time.time() + 3600)
    fresh.reload()
    outcome(fresh, "真实，现在是否有效不明")
    assert look(fresh, "an old list") == []
