"""What staff start themselves: an institution's report with the doctor's objection, and direct handling by two."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from playwright.sync_api import Page, expect

from registry_api.kit.clock import SystemClock
from tests.browser import invitation_steps, staff_steps
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import RegisteredDoctor, registered_doctor
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.administrators import login_of, new_person
from tests.support.database import apart
from tests.support.people import portrait
from tests.support.server import Server

FILING = "中医（专长）医师备案"


def number_of(page: Page) -> str:
    """The 受理号 of the case that is open."""
    number = page.locator(".case-facts .copy-text")
    expect(number).not_to_be_empty()
    return number.inner_text()


def report_filing(clerk: Page, name: str) -> list[str]:
    """机构报告 of a 备案, from the menu to the case; gives what axe finds on the way."""
    clerk.get_by_role("link", name="机构报告").click()
    clerk.get_by_role("button", name="查找").click()
    expect(clerk.get_by_text("请填写医师姓名。")).to_be_visible()
    clerk.get_by_label("医师姓名").fill(name)
    clerk.get_by_role("button", name="查找").click()
    expect(clerk.get_by_role("radio", name=name)).to_be_checked()
    clerk.get_by_role("radio", name=FILING, exact=True).check()
    clerk.get_by_role("button", name="提交报告").click()
    summary = clerk.get_by_role("alert").filter(has_text="请先修正以下问题")
    expect(summary.get_by_role("link", name="备案理由")).to_be_visible()
    expect(summary.get_by_role("link", name="事实说明")).to_be_visible()
    found = look(clerk, "report with faults")
    clerk.get_by_label("备案理由").select_option(index=1)
    clerk.get_by_label("事实说明").fill("该医师已于本月离职，三十日内报告。")
    clerk.get_by_role("button", name="提交报告").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text(f"{name} · {FILING}")
    return found


@pytest.mark.parametrize("width", [PHONE])
def test_a_report_is_objected_to_corrected_and_decided(
    visitors: Visitors, server: Server, width: int
) -> None:
    held = registered_doctor(visitors, server)
    name, place = held.name, held.place
    clerk = visitors.sign_in(place.handler)
    found = report_filing(clerk, name)
    number = number_of(clerk)
    clerk.get_by_label("材料名称").fill("离职证明")
    clerk.get_by_label("材料文件").set_input_files(
        {"name": "proof.jpg", "mimeType": "image/jpeg", "buffer": portrait()}
    )
    clerk.get_by_role("button", name="添加材料").click()
    clerk.get_by_role("button", name="：离职证明").click()
    expect(clerk.get_by_role("dialog").get_by_role("img", name="离职证明")).to_be_visible()
    found += look(clerk, "proof")
    clerk.get_by_role("dialog").get_by_role("button", name="关闭").click()

    doctor = visitors.sign_in(held.login, width, "applications")
    doctor.get_by_role("main").get_by_role("link").filter(has_text=FILING).first.click()
    expect(doctor.get_by_text(f"这件业务由 {place.name} 报告")).to_be_visible()
    expect(doctor.get_by_role("link", name="继续填写")).to_have_count(0)
    doctor.get_by_role("button", name="提出异议").click()
    doctor.get_by_label("异议理由").fill("本人没有离职，只是休假。")
    found += look(doctor, "objection")
    doctor.get_by_role("dialog").get_by_role("button", name="确认").click()
    expect(doctor.get_by_text("您已提出异议")).to_be_visible()
    found += look(doctor, "reported")

    handler = visitors.sign_in(place.authority_handler)
    staff_steps.open_case(handler, name, number, queue="authority_review")
    expect(handler.get_by_role("heading", name="医师提出异议")).to_be_visible()
    expect(handler.get_by_text("本人没有离职，只是休假。").first).to_be_visible()
    expect(handler.get_by_role("button", name="：离职证明")).to_be_visible()
    expect(handler.get_by_role("heading", name="初步判断")).to_be_visible()
    handler.get_by_role("button", name="认领").click()
    expect(handler.get_by_text("由您办理")).to_be_visible()
    handler.get_by_label("新备注").fill("已电话核实，机构补充离职证明。")
    handler.get_by_role("button", name="添加备注").click()
    expect(handler.get_by_label("新备注")).to_be_empty()
    expect(handler.get_by_text("已电话核实，机构补充离职证明。")).to_be_visible()
    found += look(handler, "case of a report")
    staff_steps.pin(handler, "备案备注", "请写明离职日期")
    staff_steps.decide(handler, "通知补正", number, "请写明离职日期。", asks=False)

    clerk.reload()
    clerk.get_by_role("link", name="修改并重新提交").click()
    remarks = clerk.get_by_label("备案备注")
    expect(remarks).to_have_accessible_description("选择“其他情形”时必须说明。 审核意见：请写明离职日期")
    remarks.fill("十一月三日离职")
    found += look(clerk, "correction")
    clerk.get_by_role("button", name="提交补正").click()
    expect(clerk.get_by_text("十一月三日离职").first).to_be_visible()

    staff_steps.open_case(handler, name, number, queue="authority_review")
    expect(handler.get_by_text("退回前：未填写")).to_be_visible()
    take = handler.get_by_role("button", name="认领").or_(handler.get_by_role("button", name="放回"))
    if take.inner_text() == "认领":
        take.click()
    expect(handler.get_by_text("由您办理")).to_be_visible()
    approver = visitors.sign_in(place.authority_approver)
    staff_steps.open_case(approver, name, number, queue="authority_review")
    expect(approver.get_by_text("正在办理").first).to_be_visible()
    expect(approver.get_by_role("button", name="准予", exact=True)).to_have_count(0)
    approver.get_by_role("button", name="改派给自己").click()
    staff_steps.decide(approver, "准予", number, "经核实，报告属实。")
    doctor.reload()
    expect(doctor.get_by_text("已备案", exact=True)).to_be_visible()
    assert found == []


@pytest.fixture
def held(visitors: Visitors, server: Server) -> Iterator[RegisteredDoctor]:
    """A registered doctor, at whose authority direct handling takes two people."""
    made = registered_doctor(visitors, server)
    setting = uuid4()

    async def run(statement: str, *values: object) -> None:
        owner = await asyncpg.connect(server.settings.owner_dsn)
        try:
            await owner.execute(statement, *values)
        finally:
            await owner.close()

    apart(
        run(
            "INSERT INTO authority_setting (id, authority_id, name, value, valid_from, document, recorded_at)"
            " SELECT $1, authority_id, 'direct_handling_countersigned', 'true', $2, '内部规定', now()"
            " FROM institution WHERE id = $3",
            setting,
            SystemClock().today() - timedelta(days=3),
            UUID(made.place.id),
        )
    )
    yield made
    apart(run("DELETE FROM authority_setting WHERE id = $1", setting))


def test_two_approvers_handle_directly(
    visitors: Visitors, server: Server, watch: Watch, held: RegisteredDoctor
) -> None:
    watch.expected += ["403"]
    name = held.name
    approver = visitors.sign_in(held.place.authority_approver)
    approver.get_by_role("link", name="直接办理").click()
    approver.get_by_label("查找方式").select_option(label="姓名")
    approver.get_by_label("姓名", exact=True).fill(name)
    approver.get_by_role("button", name="查找").click()
    expect(approver.get_by_role("heading", name=name)).to_be_visible()
    approver.get_by_role("radio", name="中医（专长）医师注销", exact=True).check()
    approver.get_by_role("button", name="核对").click()
    summary = approver.get_by_role("alert").filter(has_text="请先修正以下问题")
    expect(summary.get_by_role("link", name="文号")).to_be_visible()
    found = look(approver, "direct handling with faults")
    approver.get_by_label("注销理由").select_option(value="04")
    approver.get_by_label("文号或文件名称").fill("鲁卫医函〔2026〕12 号")
    approver.get_by_label("办理理由").fill("依据行政处罚决定。")
    approver.get_by_role("button", name="核对").click()
    dialog = approver.get_by_role("dialog")
    expect(dialog.get_by_text("依据行政处罚决定。")).to_be_visible()
    found += look(approver, "check direct handling")
    dialog.get_by_role("button", name="提交办理").click()
    expect(approver.get_by_text("待复核", exact=True).first).to_be_visible()
    expect(approver.get_by_text("依据：鲁卫医函〔2026〕12 号")).to_be_visible()
    found += look(approver, "case of direct handling")
    number = number_of(approver)

    colleague = _second_approver(visitors, server, held)
    staff_steps.open_case(colleague, name, number, queue="countersign")
    staff_steps.decide(colleague, "复核同意", number)
    doctor = visitors.sign_in(held.login, DESKTOP, "registrations")
    expect(doctor.get_by_text("已注销").first).to_be_visible()
    assert found == []


def _second_approver(visitors: Visitors, server: Server, held: RegisteredDoctor) -> Page:
    """Another approver of the authority, invited by its administrator and signed in."""
    person = new_person(name="复核人")
    administrator = visitors.sign_in(login_of(held.place, "authority_administrator"))
    invitation_steps.open_people(administrator)
    link = invitation_steps.invite(administrator, person, "审批人")
    guest = visitors.arrive(link.removeprefix(server.origin))
    login_name = f"fuhe.{person['phone'][-8:]}"
    invitation_steps.choose_login(guest, login_name)
    totp = invitation_steps.open_with_totp(guest)
    invitation_steps.sign_in_first(guest, login_name)
    invitation_steps.show_totp(guest, totp)
    return guest
