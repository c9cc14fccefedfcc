"""A doctor on a phone adds a proof while applying, takes it back, adds another; both offices look at it."""

import re

from playwright.sync_api import Page, expect

from tests.browser import doctor_steps as doctor_does
from tests.browser import staff_steps
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import registered_doctor
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.people import portrait
from tests.support.server import Server

PROOF, CLEAR = "诊断证明", "市医院诊断书"


def button(verb: str, name: str) -> re.Pattern[str]:
    """Of one proof; its name is for those who do not see beside what the button stands."""
    return re.compile(f"^{verb} ?：{name}$")


def add(page: Page, name: str, content: bytes) -> None:
    """Names a proof, chooses its file and sends it."""
    page.get_by_label("材料名称").fill(name)
    page.get_by_label("材料文件").set_input_files(
        {"name": "proof.jpg", "mimeType": "image/jpeg", "buffer": content}
    )
    page.get_by_role("button", name="添加材料").click()


def test_a_proof_is_added_removed_and_read_by_staff(visitors: Visitors, server: Server, watch: Watch) -> None:
    watch.expected.append("422")
    held = registered_doctor(visitors, server)
    doctor = visitors.sign_in(held.login, PHONE, "business")
    doctor.get_by_role("button", name="：中医（专长）医师注销").click()
    doctor.get_by_label("注销理由").select_option(value="08")
    doctor_does.go_on(doctor)
    doctor.get_by_role("button", name="添加材料").click()
    expect(doctor.get_by_text("请填写材料名称。")).to_be_visible()
    expect(doctor.get_by_text("请选择材料文件。")).to_be_visible()
    found = look(doctor, "proof with faults")
    add(doctor, PROOF, b"not a picture")
    expect(doctor.get_by_role("alert").get_by_text("文件不是图片")).to_be_visible()
    expect(doctor.get_by_label("材料名称")).to_have_value(PROOF)
    found += look(doctor, "a proof that is no picture")

    add(doctor, PROOF, portrait())
    expect(doctor.get_by_role("button", name=button("查看", PROOF))).to_be_visible()
    expect(doctor.get_by_label("材料名称")).to_have_value("")
    doctor.get_by_role("button", name=button("删除", PROOF)).click()
    expect(doctor.get_by_text("还没有证明材料。")).to_be_visible()
    add(doctor, CLEAR, portrait())
    expect(doctor.get_by_role("button", name=button("查看", CLEAR))).to_be_visible()
    found += look(doctor, "proof added")
    number = doctor_does.submit(doctor)
    doctor.get_by_role("link", name="查看办理进度").click()
    expect(doctor.get_by_role("button", name=button("查看", CLEAR))).to_be_visible()
    expect(doctor.get_by_role("button", name=button("删除", CLEAR))).to_have_count(0)

    for login, queue, width, action in (
        (held.place.handler, "institution_review", PHONE, "同意"),
        (held.place.authority_approver, "authority_review", DESKTOP, "准予"),
    ):
        staff = visitors.sign_in(login, width)
        staff_steps.open_case(staff, held.name, number, queue=queue)
        staff.get_by_role("button", name=button("查看", CLEAR)).click()
        dialog = staff.get_by_role("dialog")
        picture = dialog.get_by_role("img", name=CLEAR)
        expect(picture).to_be_visible()
        assert picture.evaluate("one => one.naturalWidth") > 0
        found += look(staff, f"proof at {width}")
        dialog.get_by_role("button", name="关闭").click()
        staff_steps.decide(staff, action, number)
    assert found == []
