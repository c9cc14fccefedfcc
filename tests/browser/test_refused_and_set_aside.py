"""How a refusal, and a decision that is set aside, read in each portal: the reason, its trace, and what to do."""

from uuid import UUID

from playwright.sync_api import Page, expect

from tests.browser import staff_steps
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import RegisteredDoctor, applied, decided, registered_doctor
from tests.browser.test_accessibility import look
from tests.support.colleagues import add_colleague
from tests.support.server import Server

FILING = {"reason_code": "02", "remarks": "退休"}
REMEDIES = "60 日内申请行政复议，或依法提起行政诉讼"
WRONG = "经核查，原决定所依据的材料不实，予以撤销。"


def colleague(visitors: Visitors, server: Server, held: RegisteredDoctor, width: int = DESKTOP) -> Page:
    """A second approver of the authority."""
    return visitors.sign_in(
        add_colleague(server.settings, held.place.authority_approver, "另一审批人"), width
    )


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


def test_an_approval_is_set_aside_and_everybody_reads_why(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server)
    endorsed = decided(server, held.place.handler, applied(server, held, "filing", FILING), "endorse")
    case = decided(server, held.place.authority_approver, endorsed, "approve")
    number, path = case["number"], f"applications/{UUID(case['id'])}"
    second = colleague(visitors, server, held)
    staff_steps.open_case(second, held.name, number, queue="approved")
    second.get_by_role("button", name="撤销决定", exact=True).click()
    expect(second.get_by_text("请先填写办理意见，说明原因和需要做什么。")).to_be_visible()
    second.get_by_role("button", name=WRONG).click()
    staff_steps.press(second, "撤销决定", asks=False)
    expect(second.get_by_role("dialog").get_by_text("恢复到该决定之前")).to_be_visible()
    found = look(second, "setting aside")
    second.get_by_role("dialog").get_by_role("button", name="确认", exact=True).click()
    expect(second.get_by_text(f"已办理：撤销决定（{number}）")).to_be_visible()

    clerk = visitors.sign_in(held.place.handler, PHONE, path)
    doctor = visitors.sign_in(held.login, PHONE, path)
    for page in (clerk, doctor):
        note = page.get_by_role("main").locator(".note", has_text="登记信息已恢复到该决定之前")
        expect(note.get_by_text(WRONG)).to_be_visible()
        # The trace: the approval stays to be read beside what undid it.
        steps = page.locator(".timeline-step")
        expect(steps.filter(has_text="准予")).not_to_have_count(0)
        expect(steps.filter(has_text=WRONG)).to_have_count(1)
        found += look(page, "set aside")
    doctor.goto("/doctor/registrations")
    expect(doctor.get_by_text("注册有效", exact=True).first).to_be_visible()
    expect(doctor.get_by_text("已被撤销").first).to_be_visible()
    found += look(doctor, "history with a decision set aside")
    assert found == []
