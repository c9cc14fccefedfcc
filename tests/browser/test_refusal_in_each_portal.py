"""How a refusal reads in each portal: the reason, and how to contest it (行政许可法 38)."""

from playwright.sync_api import expect

from tests.browser import staff_steps
from tests.browser.people import PHONE, Visitors
from tests.browser.registering import applied, decided, registered_doctor
from tests.browser.test_accessibility import look
from tests.support.server import Server

FILING = {"reason_code": "02", "remarks": "退休"}
REMEDIES = "60 日内申请行政复议，或依法提起行政诉讼"


def test_a_refusal_says_why_and_how_to_contest_it_on_every_side(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server)
    case = decided(server, held.place.handler, applied(server, held, "filing", FILING), "endorse")
    number, path = case["number"], f"applications/{case['id']}"
    approver = visitors.sign_in(held.place.authority_approver)
    staff_steps.open_case(approver, held.name, number, queue="authority_review")
    approver.get_by_label("办理意见").fill("退休证明与登记信息不符。")
    staff_steps.press(approver, "不予", asks=False)
    expect(approver.get_by_role("dialog").get_by_text(REMEDIES)).to_be_visible()
    found = look(approver, "refusing")
    approver.get_by_role("dialog").get_by_role("button", name="确认", exact=True).click()
    expect(approver.get_by_text(f"已办理：不予（{number}）")).to_be_visible()
    staff_steps.open_case(approver, held.name, number, queue="refused")
    clerk = visitors.sign_in(held.place.handler, PHONE, path)
    doctor = visitors.sign_in(held.login, PHONE, path)
    for page in (approver, clerk, doctor):
        note = page.get_by_role("main").locator(".note", has_text=REMEDIES)
        expect(note.get_by_text("退休证明与登记信息不符。")).to_be_visible()
        found += look(page, "refused")
    assert found == []
