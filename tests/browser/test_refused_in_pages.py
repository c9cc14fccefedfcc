"""What the service refuses, as people meet it in pages: said clearly, and nothing of what they filled in is lost."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from registry_api.kit.clock import SystemClock
from tests.browser import doctor_steps as doctor_does
from tests.browser import staff_steps
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import Requests, applied, decided, registered_doctor
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.closures import closed, neighbour_of
from tests.support.earlier import registered_earlier
from tests.support.server import Server

FILING = {"reason_code": "01", "remarks": ""}


@pytest.fixture(autouse=True)
def refusals(watch: Watch) -> None:
    """Chromium reports each answer of 4xx as an error of the console."""
    watch.expected.append("409")


def begin(page: Page, title: str) -> None:
    """The first page of a new application of a type."""
    page.goto("/doctor/business")
    page.get_by_role("button", name=f"：中医（专长）医师{title}").click()
    expect(page.get_by_role("button", name=doctor_does.NEXT)).to_be_visible()


def expect_refused(page: Page, message: str) -> None:
    """The check page says what fails and what to do."""
    page.get_by_role("button", name="提交此业务").click()
    expect(page.get_by_text("还有条件不符合，暂时不能提交")).to_be_visible()
    expect(page.get_by_text(message)).to_be_visible()
    expect(page.get_by_text("怎么办：").first).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_place_or_a_period_that_is_not_allowed_is_refused_and_kept(
    visitors: Visitors, server: Server, width: int
) -> None:
    held = registered_doctor(visitors, server)
    province = held.place.province_code
    strange = next(one for one in server.pool.institutions if one.province_code != province)
    today = SystemClock().today()
    doctor = visitors.sign_in(held.login, width)
    begin(doctor, "多执业机构备案")
    doctor_does.choose_institution(doctor, strange.name, by_keyboard=width == DESKTOP)
    doctor.get_by_label("有效期开始时间").fill((today + timedelta(days=30)).isoformat())
    doctor.get_by_label("有效期结束时间").fill((today + timedelta(days=3)).isoformat())
    doctor_does.go_on(doctor)
    doctor_does.fill_in_form(doctor)
    doctor_does.go_on(doctor)
    expect_refused(doctor, "拟执业机构不在考核的省内，目标省没有同意的记录")
    expect(doctor.get_by_text("结束时间不晚于开始时间")).to_be_visible()
    found = look(doctor, "refused at submission")

    doctor.get_by_role("button", name=re.compile("^修改")).first.click()
    expect(doctor.get_by_label("有效期结束时间")).to_have_value((today + timedelta(days=3)).isoformat())
    doctor.get_by_label("有效期结束时间").fill((today + timedelta(days=90)).isoformat())
    doctor.get_by_role("button", name="更换机构").click()
    near = neighbour_of(held.place)
    doctor_does.choose_institution(doctor, near.name, by_keyboard=width == DESKTOP)
    doctor_does.go_on(doctor)
    expect(doctor.get_by_text("第 2 步，共 3 步")).to_be_visible()
    doctor_does.go_on(doctor)
    with closed(server.settings, near.id):
        expect_refused(doctor, "拟执业机构没有选定或已经关闭")
        found += look(doctor, "closed meanwhile")
    assert doctor_does.submit(doctor).startswith("DJ-")
    assert found == []


def test_a_second_application_of_a_kind_leads_to_the_first(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server)
    doctor = visitors.sign_in(held.login, PHONE, "business")
    start = doctor.get_by_role("button", name="：中医（专长）医师备案")
    expect(start).to_be_visible()
    applied(server, held, "filing", FILING)
    start.click()
    expect(doctor.get_by_role("alert").get_by_text("已有未办结的申请")).to_be_visible()
    expect(doctor.get_by_role("link", name="：中医（专长）医师备案")).to_be_visible()
    found = look(doctor, "second application")

    approver = visitors.sign_in(held.place.authority_approver, DESKTOP, "direct")
    approver.get_by_label("身份证号").fill(held.person.id_number)
    approver.get_by_role("button", name="查找").click()
    approver.get_by_role("radio", name="中医（专长）医师备案", exact=True).check()
    approver.get_by_label("备案理由").select_option(index=1)
    approver.get_by_label("文号或文件名称").fill("鲁卫医函〔2026〕12 号")
    approver.get_by_label("办理理由").fill("依职权办理。")
    approver.get_by_role("button", name="核对").click()
    approver.get_by_role("dialog").get_by_role("button", name="提交办理").click()
    expect(approver.get_by_role("alert").get_by_text("已有未办结的申请")).to_be_visible()
    expect(approver.get_by_label("办理理由")).to_have_value("依职权办理。")
    found += look(approver, "direct handling refused")
    assert found == []


def test_after_two_years_a_filing_is_not_cancelled(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server)
    case = applied(server, held, "filing", FILING)
    case = decided(server, held.place.handler, case, "endorse")
    decided(server, held.place.authority_approver, case, "approve")
    doctor = visitors.sign_in(held.login, PHONE)
    begin(doctor, "取消备案")
    doctor.get_by_label("理由", exact=True).fill("返聘")
    doctor_does.go_on(doctor)
    expect(doctor.get_by_role("button", name="提交此业务")).to_be_visible()

    registered_earlier(server.settings, held.registration_id, 740)
    expect_refused(doctor, "备案已经超过二年")
    expect(doctor.get_by_text("返聘")).to_be_visible()
    found = look(doctor, "too late")
    approver = visitors.sign_in(held.place.authority_approver, DESKTOP, "direct")
    approver.get_by_label("身份证号").fill(held.person.id_number)
    approver.get_by_role("button", name="查找").click()
    approver.get_by_role("radio", name="中医（专长）医师取消备案", exact=True).check()
    approver.get_by_label("理由", exact=True).fill("返聘")
    approver.get_by_label("文号或文件名称").fill("鲁卫医函〔2026〕12 号")
    approver.get_by_label("办理理由").fill("依职权办理。")
    approver.get_by_role("button", name="核对").click()
    approver.get_by_role("dialog").get_by_role("button", name="提交办理").click()
    refusal = approver.get_by_role("alert")
    expect(refusal.get_by_text("条件不符合，没有办理")).to_be_visible()
    expect(refusal.get_by_text("备案已经超过二年")).to_be_visible()
    expect(approver.get_by_label("理由", exact=True)).to_have_value("返聘")
    found += look(approver, "direct handling too late")
    assert found == []


def test_a_case_that_has_moved_on_is_not_decided_twice(
    visitors: Visitors, server: Server, watch: Watch
) -> None:
    watch.expected.append("412")
    held = registered_doctor(visitors, server)
    case = applied(server, held, "filing", FILING)
    clerk = visitors.sign_in(held.place.handler, DESKTOP, f"applications/{case['id']}")
    clerk.get_by_label("办理意见").fill("该医师确已离职。")
    endorsed = decided(server, held.place.handler, case, "endorse")
    staff_steps.press(clerk, "同意")
    expect(clerk.get_by_role("alert").get_by_text("申请已经变化，刚才的操作没有办理")).to_be_visible()
    expect(clerk.get_by_text("状态已由“待机构审核”变为“待审批”。请核对后再办理。")).to_be_visible()
    found = look(clerk, "endorsed by a colleague")

    handler = visitors.sign_in(held.place.authority_handler, PHONE, f"applications/{case['id']}")
    handler.get_by_label("办理意见").fill("请说明离职日期。")
    decided(server, held.place.authority_approver, endorsed, "accept")
    staff_steps.press(handler, "通知补正", asks=False)
    expect(handler.get_by_text("状态已由“待审批”变为“已受理”。请核对后再办理。")).to_be_visible()
    found += look(handler, "accepted by a colleague")

    with Requests(server, held.login) as applicant:
        mine = f"/doctor/applications/{case['id']}"
        version = applicant.ask("GET", mine)["version"]
        applicant.ask("POST", f"{mine}/withdrawal", version=version, json={"comment": ""})
    approver = visitors.sign_in(held.place.authority_approver, DESKTOP, f"applications/{case['id']}")
    expect(approver.get_by_text("现在没有需要您办理的操作")).to_be_visible()
    assert found == []
