"""电子证照: a doctor claims it, shows it, takes it home, and sees it end; whoever scans the code learns the same."""

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import BASIS, RegisteredDoctor, Requests, registered_doctor
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.pages import qr_codes
from tests.support.people import portrait
from tests.support.server import Server

A_SECOND = 1.0
BOTH = pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])


def with_photo(server: Server, held: RegisteredDoctor) -> RegisteredDoctor:
    """The doctor's photo is uploaded, and approved by the institution."""
    with Requests(server, held.login) as doctor:
        photo = doctor.ask(
            "POST",
            "/doctor/photos",
            data={"registration_id": held.registration_id},
            files={"file": ("p.jpg", portrait("lightblue"), "image/jpeg")},
        )
    with Requests(server, held.place.handler) as institution:
        path = f"/institution/photo-reviews/{photo['id']}/decisions"
        institution.ask("POST", path, json={"action": "approve", "reason": ""})
    return held


def directly(server: Server, held: RegisteredDoctor, type_code: str, payload: dict[str, Any]) -> None:
    """The authority handles it itself."""
    with Requests(server, held.place.authority_approver) as approver:
        approver.ask(
            "POST",
            "/authority/direct-handlings",
            json={
                "type": type_code,
                "practitioner_id": str(held.person.id),
                "registration_id": held.registration_id,
                "payload": payload,
                "basis": BASIS,
            },
        )


def verify(server: Server, code: str) -> Any:
    answer = httpx.post(f"{server.origin}/api/v1/licences/verifications", json={"token": code}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def scan(page: Page, folder: Path) -> str:
    """What a telephone reads from the screen."""
    picture = folder / "screen.png"
    page.screenshot(path=picture)
    with Image.open(picture) as screen:
        (found,) = zxingcpp.read_barcodes(screen)
    return str(found.text)


@BOTH
def test_a_licence_is_claimed_shown_and_dies_with_the_registration(
    visitors: Visitors, server: Server, watch: Watch, width: int, tmp_path: Path
) -> None:
    watch.expected.append("409")
    held = with_photo(server, registered_doctor(visitors, server))
    page = visitors.sign_in(held.login, width)
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="电子证照").click()
    expect(page.get_by_role("heading", name="申领条件")).to_be_visible()
    found = look(page, "before")

    page.get_by_role("button", name="申领 | 亮照").click()
    screen = page.get_by_role("dialog", name="亮照")
    expect(screen.get_by_role("img", name="亮照二维码")).to_be_visible()
    expect(screen.get_by_text(held.name)).to_be_visible()
    expect(screen.get_by_role("timer")).to_contain_text("秒后失效")
    found += look(page, "shown")
    shown = scan(page, tmp_path)
    learned = verify(server, shown)
    assert (learned["outcome"], learned["kind"]) == ("valid", "presentation")
    assert (learned["holder"]["name"], learned["practice"]["institution"]) == (held.name, held.place.name)
    screen.get_by_role("button", name="结束亮照").click()

    expect(page.get_by_role("img", name=f"{held.name}的照片")).to_be_visible()
    found += look(page, "card")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="下载证照（PDF）").click()
    assert downloading.value.suggested_filename == "执业证书.pdf"
    (code,) = qr_codes(downloading.value.path().read_bytes())
    assert verify(server, code)["outcome"] == "valid"

    directly(server, held, "deregistration", {"reason_code": "01"})
    approved = time.monotonic()
    for one in (shown, code):
        assert verify(server, one)["outcome"] == "revoked"
    assert time.monotonic() - approved < A_SECOND

    page.get_by_role("button", name="亮照", exact=True).click()
    expect(screen.get_by_role("heading", name="证照已不能亮照")).to_be_visible()
    found += look(page, "refused")
    screen.get_by_role("button", name="结束亮照").click()
    expect(page.get_by_role("heading", name="暂不能申领")).to_be_visible()
    expect(page.get_by_text("注销注册")).to_be_visible()
    found += look(page, "ended")
    assert found == []


def test_a_code_is_replaced_before_it_dies_and_disappears_without_a_network(
    visitors: Visitors, server: Server, watch: Watch
) -> None:
    watch.expected.append("ERR_INTERNET_DISCONNECTED")
    held = with_photo(server, registered_doctor(visitors, server))
    page = visitors.sign_in(held.login, PHONE, "licence")
    page.clock.install()
    page.get_by_role("button", name="申领 | 亮照").click()
    code = page.get_by_role("dialog", name="亮照").get_by_role("img", name="亮照二维码")
    expect(code).to_be_visible()
    first = code.get_attribute("src")
    page.clock.run_for(21_000)
    expect(code).not_to_have_attribute("src", first or "")

    page.context.set_offline(True)
    page.clock.run_for(31_000)
    expect(page.get_by_role("heading", name="网络不可用，亮照码已失效")).to_be_visible()
    expect(code).to_have_count(0)
    page.context.set_offline(False)
    page.clock.run_for(4_000)
    expect(code).to_be_visible()

    page.clock.run_for(301_000)
    expect(page.get_by_role("heading", name="亮照已暂停")).to_be_visible()
    expect(code).to_have_count(0)
    page.get_by_role("button", name="继续亮照").click()
    expect(code).to_be_visible()


@BOTH
def test_who_cannot_claim_reads_every_reason_and_what_to_do(
    visitors: Visitors, server: Server, width: int
) -> None:
    held = registered_doctor(visitors, server)
    page = visitors.sign_in(held.login, width, "licence")
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", name="暂不能申领")).to_be_visible()
    expect(main.get_by_text("没有审核通过的照片")).to_be_visible()
    expect(main.get_by_text("请在“信息维护”中上传照片")).to_be_visible()
    expect(main.get_by_role("button", name="申领")).to_have_count(0)
    expect(main.get_by_role("link", name="更新个人照片")).to_be_visible()
    assert look(page, "not eligible") == []
    with_photo(server, held)
    main.get_by_role("button", name="刷新").click()
    expect(main.get_by_role("button", name="申领 | 亮照")).to_be_visible()
