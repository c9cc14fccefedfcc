"""What an institution starts itself: its report, with the doctor's objection and a correction."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import staff_steps
from tests.browser.people import PHONE, Visitors
from tests.browser.registering import registered_doctor
from tests.browser.test_accessibility import look
from tests.support.people import portrait
from tests.support.server import Server

FILING = "中医（专长）医师备案"


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
    number = staff_steps.number_of(clerk)
    clerk.get_by_label("材料名称").fill("离职证明")
    clerk.get_by_label("材料文件").set_input_files(
        {"name": "proof.jpg", "mimeType": "image/jpeg", "buffer": portrait()}
    )
    clerk.get_by_role("button", name="添加材料").click()
    clerk.get_by_role("button", name="查看 ：离职证明").click()
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
    expect(handler.get_by_role("button", name="查看 ：离职证明")).to_be_visible()
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
