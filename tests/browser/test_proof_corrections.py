"""A correction is asked for about a proof: the doctor sees it there, changes the proof, and the official sees how."""

from playwright.sync_api import Locator, Page, expect

from registry_api.demo.chance import Chance
from registry_api.demo.portraits import portrait
from tests.browser import doctor_steps as doctor_does
from tests.browser import staff_steps as staff_does
from tests.browser.people import PHONE, Visitors
from tests.browser.registering import registered_doctor
from tests.browser.test_accessibility import look
from tests.support.server import Server

_BLURRED, _CLEAR = "离职证明", "离职证明（清晰）"


def add_proof(page: Page, name: str) -> None:
    page.get_by_label("材料名称").fill(name)
    page.get_by_label("材料文件").set_input_files(
        {
            "name": "proof.jpg",
            "mimeType": "image/jpeg",
            "buffer": portrait(Chance(1, "journey", len(name)), "1"),
        }
    )
    page.get_by_role("button", name="添加材料").click()
    expect(proof(page, name)).to_be_visible()


def proof(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_text(name, exact=True))


def test_a_correction_is_pinned_to_a_proof_and_shows_what_became_of_it(
    visitors: Visitors, server: Server
) -> None:
    held = registered_doctor(visitors, server)
    name, place = held.name, held.place
    doctor = visitors.sign_in(held.login, PHONE, "business")
    doctor.get_by_role("button", name="：中医（专长）医师备案").click()
    doctor.get_by_label("备案理由").select_option(index=1)
    doctor_does.go_on(doctor)
    add_proof(doctor, _BLURRED)
    number = doctor_does.submit(doctor)
    clerk = visitors.sign_in(place.handler)
    staff_does.open_case(clerk, name, number, queue="institution_review")
    staff_does.decide(clerk, "同意", number)

    official = visitors.sign_in(place.authority_handler)
    staff_does.open_case(official, name, number, queue="authority_review")
    staff_does.pin(official, _BLURRED, "看不清公章，请重新拍照")
    found = look(official, "pinned proof")
    staff_does.decide(official, "通知补正", number, asks=False)

    doctor.get_by_role("link", name="查看办理进度").click()
    expect(proof(doctor, _BLURRED)).to_contain_text("看不清公章")
    found += look(doctor, "remark on a proof")
    proof(doctor, _BLURRED).get_by_role("button", name="删除").click()
    expect(proof(doctor, _BLURRED)).to_have_count(0)
    add_proof(doctor, _CLEAR)
    doctor.get_by_role("link", name="修改并重新提交").first.click()
    doctor_does.go_on(doctor)
    doctor_does.submit(doctor)

    clerk.reload()
    staff_does.open_case(official, name, number, queue="authority_review")
    expect(proof(official, _CLEAR)).to_contain_text("补正新增")
    expect(official.get_by_text(f"补正时删除：{_BLURRED}")).to_be_visible()
    found += look(official, "changed proofs")
    assert found == []
