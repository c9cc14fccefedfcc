"""A decision is set aside by another approver: who made it may not, and the doctor sees what was undone, and why."""

from playwright.sync_api import expect

from tests.browser import staff_steps
from tests.browser.people import PHONE, Visitors
from tests.browser.registering import applied, decided, registered_doctor
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.colleagues import add_colleague
from tests.support.server import Server

REASON = "经核查，离职证明不实，予以撤销。"


def test_another_approver_sets_a_decision_aside(visitors: Visitors, server: Server, watch: Watch) -> None:
    watch.expected.append("403")
    held = registered_doctor(visitors, server)
    case = applied(server, held, "filing", {"reason_code": "01", "remarks": ""})
    case = decided(server, held.place.handler, case, "endorse")
    decided(server, held.place.authority_approver, case, "approve")
    number = case["number"]
    doctor = visitors.sign_in(held.login, PHONE, f"applications/{case['id']}")
    expect(doctor.get_by_text("已备案", exact=True)).to_be_visible()

    approver = visitors.sign_in(held.place.authority_approver)
    staff_steps.open_case(approver, held.name, number, queue="approved")
    approver.get_by_label("办理意见").fill(REASON)
    staff_steps.press(approver, "撤销决定")
    expect(approver.get_by_role("alert").get_by_text("须由另一人办理")).to_be_visible()
    expect(approver.get_by_label("办理意见")).to_have_value(REASON)
    found = look(approver, "own decision")

    colleague = visitors.sign_in(add_colleague(server.settings, held.place.authority_approver, "复查人"))
    staff_steps.open_case(colleague, held.name, number, queue="approved")
    colleague.get_by_role("button", name="撤销决定", exact=True).click()
    expect(colleague.get_by_text("请先填写办理意见，说明原因和需要做什么。")).to_be_visible()
    staff_steps.decide(colleague, "撤销决定", number, REASON)

    doctor.reload()
    expect(doctor.get_by_text("决定已撤销", exact=True)).to_be_visible()
    expect(doctor.get_by_text(REASON).first).to_be_visible()
    expect(doctor.get_by_text("登记信息已恢复到该决定之前")).to_be_visible()
    found += look(doctor, "set aside")
    clerk = visitors.sign_in(held.place.handler, PHONE, f"applications/{case['id']}")
    for page in (clerk, colleague):
        if page is colleague:
            staff_steps.open_case(page, held.name, number, queue="set_aside")
        note = page.get_by_role("main").locator(".note", has_text="登记信息已恢复到该决定之前")
        expect(note.get_by_text(REASON)).to_be_visible()
        # The trace: the approval stays to be read beside what undid it.
        expect(page.locator(".timeline-step", has_text="准予")).not_to_have_count(0)
        expect(page.locator(".timeline-step", has_text=REASON)).to_have_count(1)
        found += look(page, "set aside, as staff read it")
    doctor.get_by_role("navigation", name="主菜单").get_by_role("link", name="执业信息").click()
    expect(doctor.get_by_text("注册有效", exact=True).first).to_be_visible()
    expect(doctor.get_by_text("已被撤销").first).to_be_visible()
    found += look(doctor, "register after a set-aside")
    assert found == []


def test_a_refusal_that_was_set_aside_leaves_the_register_alone(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server)
    case = applied(server, held, "filing", {"reason_code": "01", "remarks": ""})
    case = decided(server, held.place.handler, case, "endorse")
    decided(server, held.place.authority_approver, case, "refuse", "材料不足。")
    colleague = visitors.sign_in(add_colleague(server.settings, held.place.authority_approver, "复查人"))
    staff_steps.open_case(colleague, held.name, case["number"], queue="refused")
    staff_steps.decide(colleague, "撤销决定", case["number"], "原不予决定适用依据错误。")
    doctor = visitors.sign_in(held.login, PHONE, f"applications/{case['id']}")
    expect(doctor.get_by_text("原来的决定不再有效。需要继续办理的，可以重新申请。")).to_be_visible()
    expect(doctor.get_by_text("登记信息已恢复")).to_have_count(0)
    assert look(doctor, "refusal set aside") == []
