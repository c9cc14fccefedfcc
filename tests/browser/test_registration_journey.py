"""The whole chain of 执业注册 as four people go it in real browsers."""

import pytest
from playwright.sync_api import expect

from tests.browser import doctor_steps as doctor_does
from tests.browser import staff_steps as staff_does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.support.server import Server


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_doctor_gets_registered_after_a_return(visitors: Visitors, server: Server, width: int) -> None:
    person = visitors.fresh_doctor()
    institution = next(one for one in server.pool.institutions if one.province_code == person.province_code)
    doctor = visitors.sign_in(person.login, width)

    doctor_does.start_registration(doctor)
    doctor_does.go_on(doctor)
    doctor_does.expect_faults(doctor, "个人照片", "拟执业机构")
    doctor_does.upload_photo(doctor)
    doctor_does.choose_institution(doctor, institution.name, by_keyboard=width == DESKTOP)
    doctor_does.go_on(doctor)
    expect(doctor.get_by_label("家庭地址")).to_be_visible()
    doctor_does.go_on(doctor)
    doctor_does.expect_faults(doctor, "家庭地址", "民族", "个人工作经历", "请阅读声明")
    doctor_does.fill_in_form(doctor)
    doctor_does.go_on(doctor)
    number = doctor_does.submit(doctor)
    expect(doctor.get_by_text(f"申请已经送到 {institution.name}，由机构审核。")).to_be_visible()

    clerk = visitors.sign_in(institution.handler)
    staff_does.open_case(clerk, person.name, number, queue="institution_review")
    staff_does.pin(clerk, "家庭地址", "缺少区县和街道")
    staff_does.decide(clerk, "退回", number, "家庭地址请填写完整。", asks=False)

    doctor.get_by_role("link", name="查看办理进度").click()
    expect(doctor.get_by_text("请按下面的意见修改")).to_be_visible()
    expect(doctor.get_by_role("main").get_by_text("家庭地址请填写完整。").first).to_be_visible()
    doctor.get_by_role("link", name="修改并重新提交").click()
    doctor_does.go_on(doctor)
    address = doctor.get_by_label("家庭地址")
    expect(address).to_have_accessible_description("审核意见：缺少区县和街道")
    address.fill("历下区泉城路街道 18 号院 2 号楼 301 室")
    doctor_does.go_on(doctor)
    assert doctor_does.submit(doctor) == number

    staff_does.open_case(clerk, person.name, number, queue="institution_review")
    expect(clerk.get_by_text("历下区泉城路街道 18 号院 2 号楼 301 室")).to_be_visible()
    staff_does.decide(clerk, "同意", number)
    handler = visitors.sign_in(institution.authority_handler)
    staff_does.open_case(handler, person.name, number, queue="authority_review")
    staff_does.decide(handler, "受理", number)
    approver = visitors.sign_in(institution.authority_approver)
    staff_does.open_case(approver, person.name, number, queue="accepted")
    staff_does.decide(approver, "准予", number, "经审查，符合执业注册条件，准予注册。")

    doctor.get_by_role("navigation", name="主菜单").get_by_role("link", name="执业信息").click()
    expect(doctor.get_by_role("heading", name=institution.name)).to_be_visible()
    expect(doctor.get_by_role("main").get_by_text("注册有效", exact=True)).to_be_visible()
    doctor.get_by_role("navigation", name="主菜单").get_by_role("link", name="首页").click()
    expect(doctor.get_by_text("执业注册有效")).to_be_visible()
