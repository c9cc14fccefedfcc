"""Applications that end otherwise than by the ordinary way: taken over, terminated, withdrawn by whoever filed them."""

import re

from playwright.sync_api import expect

from tests.browser import doctor_steps as doctor_does
from tests.browser import staff_steps
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import Requests, applied, decided, registered_doctor
from tests.browser.test_accessibility import look
from tests.support.closures import closed, neighbour_of
from tests.support.earlier import arrived_earlier
from tests.support.server import Server

TAKE_OVER = "直接接办"
FILING = {"reason_code": "01", "remarks": "退休"}


def test_an_authority_takes_over_what_an_institution_leaves_lying(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server)
    case = applied(server, held, "filing", FILING)
    number = case["number"]
    handler = visitors.sign_in(held.place.authority_handler)
    staff_steps.open_case(handler, held.name, number, queue="institution_review")
    expect(handler.get_by_text("现在没有需要您办理的操作")).to_be_visible()
    expect(handler.get_by_role("button", name=TAKE_OVER)).to_have_count(0)

    arrived_earlier(server.settings, case["id"], 60)
    handler.goto("/authority/")
    late = (
        handler.get_by_role("region", name="业务概况").get_by_text("机构逾期未审核，可以接办").locator("..")
    )
    expect(late).to_be_visible()
    found = look(handler, "home with a late institution")
    late.get_by_role("link").click()
    expect(handler).to_have_url(
        re.compile("status=institution_review.*overdue=1|overdue=1.*status=institution_review")
    )
    staff_steps.open_case(handler, held.name, number, queue="institution_review&overdue=1")
    expect(handler.get_by_text("逾期").first).to_be_visible()
    handler.get_by_role("button", name=TAKE_OVER, exact=True).click()
    expect(handler.get_by_text("请先填写办理意见，说明原因和需要做什么。")).to_be_visible()
    handler.get_by_role("button", name="机构逾期未审核，由本机关直接接办。").click()
    found += look(handler, "late")
    staff_steps.decide(handler, TAKE_OVER, number, asks=False)

    approver = visitors.sign_in(held.place.authority_approver, PHONE)
    staff_steps.open_case(approver, held.name, number, queue="authority_review")
    expect(approver.get_by_text("机构逾期未审核，由本机关直接接办。").first).to_be_visible()
    found += look(approver, "taken over")
    staff_steps.decide(approver, "准予", number)
    doctor = visitors.sign_in(held.login, PHONE, f"applications/{case['id']}")
    expect(doctor.get_by_text("已备案", exact=True)).to_be_visible()
    expect(doctor.get_by_text("机构逾期未审核，由本机关直接接办。")).to_be_visible()
    found += look(doctor, "approved without the institution")
    clerk = visitors.sign_in(held.place.handler, DESKTOP, f"applications/{case['id']}")
    expect(clerk.get_by_text("机构逾期未审核，由本机关直接接办。")).to_be_visible()
    assert found == []


def test_a_doctor_leaves_an_institution_that_has_closed(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server, at=lambda place: str(neighbour_of(place).id))
    gone = neighbour_of(held.place)
    doctor = visitors.sign_in(held.login, PHONE, "business")
    with closed(server.settings, gone.id):
        doctor.get_by_role("button", name="：中医（专长）医师备案").click()
        doctor.get_by_label("备案理由").select_option(index=1)
        doctor_does.go_on(doctor)
        expect(doctor.get_by_role("button", name="提交此业务")).to_be_visible()
        found = look(doctor, "check with a closed institution")
        number = doctor_does.submit(doctor)
        found += look(doctor, "submitted to a closed institution")

        handler = visitors.sign_in(held.place.authority_handler)
        staff_steps.open_case(handler, held.name, number, queue="institution_review")
        expect(handler.get_by_text("审核机构已经关闭").first).to_be_visible()
        handler.get_by_role("button", name="机构已停业，由本机关直接接办。").click()
        found += look(handler, "closed")
        staff_steps.decide(handler, TAKE_OVER, number, asks=False)
        approver = visitors.sign_in(held.place.authority_approver)
        staff_steps.open_case(approver, held.name, number, queue="authority_review")
        staff_steps.decide(approver, "准予", number)
    doctor.get_by_role("link", name="查看办理进度").click()
    expect(doctor.get_by_text("已备案", exact=True)).to_be_visible()
    expect(doctor.get_by_text("机构已停业，由本机关直接接办。")).to_be_visible()
    assert found == []


def test_an_authority_ends_what_has_lost_its_purpose(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server)
    case = applied(server, held, "filing", FILING)
    decided(server, held.place.handler, case, "return", "请补充材料。")
    number = case["number"]
    approver = visitors.sign_in(held.place.authority_approver)
    staff_steps.open_case(approver, held.name, number, queue="institution_returned")
    approver.get_by_role("button", name="终止", exact=True).click()
    expect(approver.get_by_text("请先填写办理意见，说明原因和需要做什么。")).to_be_visible()
    approver.get_by_label("办理意见").fill("医师已另行办理，本件不再继续。")
    approver.get_by_role("button", name="终止", exact=True).click()
    expect(approver.get_by_role("dialog").get_by_text("医师已另行办理，本件不再继续。")).to_be_visible()
    found = look(approver, "terminate")
    approver.get_by_role("dialog").get_by_role("button", name="确认", exact=True).click()
    expect(approver.get_by_text(f"已办理：终止（{number}）")).to_be_visible()

    doctor = visitors.sign_in(held.login, PHONE, f"applications/{case['id']}")
    expect(doctor.get_by_text("医师已另行办理，本件不再继续。").first).to_be_visible()
    expect(doctor.get_by_role("link", name="修改并重新提交")).to_have_count(0)
    found += look(doctor, "terminated")
    clerk = visitors.sign_in(held.place.handler)
    staff_steps.open_case(clerk, held.name, number, queue="terminated")
    expect(clerk.get_by_text("医师已另行办理，本件不再继续。").first).to_be_visible()
    assert found == []


def test_a_doctor_withdraws_and_may_apply_again(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server)
    case = applied(server, held, "filing", FILING)
    doctor = visitors.sign_in(held.login, PHONE, f"applications/{case['id']}")
    doctor.get_by_role("button", name="撤回申请").click()
    doctor.get_by_role("dialog").get_by_role("button", name="取消").click()
    expect(doctor.get_by_text("待机构审核").first).to_be_visible()
    doctor.get_by_role("button", name="撤回申请").click()
    doctor.get_by_label("撤回原因").fill("决定不离开了")
    found = look(doctor, "withdraw")
    doctor.get_by_role("dialog").get_by_role("button", name="确认", exact=True).click()
    expect(doctor.get_by_text("已撤回").first).to_be_visible()
    expect(doctor.get_by_text("决定不离开了")).to_be_visible()
    expect(doctor.get_by_role("button", name="撤回申请")).to_have_count(0)
    found += look(doctor, "withdrawn")

    clerk = visitors.sign_in(held.place.handler)
    staff_steps.open_case(clerk, held.name, case["number"], queue="withdrawn")
    expect(clerk.get_by_text("决定不离开了")).to_be_visible()
    expect(clerk.get_by_text("现在没有需要您办理的操作")).to_be_visible()
    doctor.goto("/doctor/business")
    expect(doctor.get_by_role("button", name="：中医（专长）医师备案")).to_be_visible()
    assert found == []


def test_an_institution_withdraws_its_own_report(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server)
    with Requests(server, held.place.handler) as institution:
        body = {
            "type": "filing",
            "registration_id": held.registration_id,
            "payload": FILING,
            "comment": "该医师已离职。",
        }
        case = institution.ask("POST", "/institution/applications", json=body)
    clerk = visitors.sign_in(held.place.handler, PHONE, f"applications/{case['id']}")
    clerk.get_by_role("button", name="撤回", exact=True).click()
    expect(clerk.get_by_text("请先填写办理意见，说明原因和需要做什么。")).to_be_visible()
    found = look(clerk, "withdraw a report without a reason")
    staff_steps.decide(clerk, "撤回", case["number"], "经核实，该医师并未离职。")

    doctor = visitors.sign_in(held.login, PHONE, f"applications/{case['id']}")
    expect(doctor.get_by_text("经核实，该医师并未离职。").first).to_be_visible()
    expect(doctor.get_by_role("button", name="提出异议")).to_have_count(0)
    found += look(doctor, "withdrawn report")
    doctor.goto("/doctor/registrations")
    expect(doctor.get_by_text("注册有效", exact=True).first).to_be_visible()
    approver = visitors.sign_in(held.place.authority_approver)
    staff_steps.open_case(approver, held.name, case["number"], queue="withdrawn")
    expect(approver.get_by_text("经核实，该医师并未离职。")).to_be_visible()
    assert found == []
