"""One application in two windows: neither overwrites the other unseen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import doctor_steps as doctor_does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.watch import Watch

_SCHOOL, _ADDRESS = "毕业学校", "家庭地址"


@pytest.fixture
def windows(visitors: Visitors, watch: Watch) -> tuple[Page, Page]:
    """The form step of one draft, open on a doctor's computer and phone."""
    watch.expected.append("412")
    login = visitors.fresh_doctor().login
    computer = visitors.sign_in(login, DESKTOP)
    doctor_does.start_registration(computer)
    doctor_does.open_step(computer, "form")
    expect(computer.get_by_label(_SCHOOL)).to_be_visible()
    phone = visitors.sign_in(login, PHONE)
    phone.goto(computer.url)
    expect(phone.get_by_label(_SCHOOL)).to_be_visible()
    return computer, phone


def fill_in_differently(computer: Page, phone: Page) -> None:
    """The computer saves first; the phone is asked."""
    computer.get_by_label(_SCHOOL).fill("省中医药学校")
    doctor_does.expect_saved(computer)
    phone.get_by_label(_ADDRESS).fill("泉城路 18 号")
    dialog = phone.get_by_role("dialog", name="这份申请在另一个窗口或设备上修改过")
    expect(dialog.get_by_role("listitem")).to_have_text([_SCHOOL, _ADDRESS])


def test_the_other_windows_content_is_taken_when_asked_for(windows: tuple[Page, Page]) -> None:
    computer, phone = windows
    fill_in_differently(computer, phone)

    phone.get_by_role("button", name="使用另一处的内容").click()

    expect(phone.get_by_role("dialog")).to_have_count(0)
    expect(phone.get_by_label(_SCHOOL)).to_have_value("省中医药学校")
    expect(phone.get_by_label(_ADDRESS)).to_have_value("")
    phone.get_by_label(_ADDRESS).fill("泉城路 20 号")
    doctor_does.expect_saved(phone)
    computer.reload()
    expect(computer.get_by_label(_ADDRESS)).to_have_value("泉城路 20 号")


def test_ones_own_content_is_kept_when_asked_for(windows: tuple[Page, Page]) -> None:
    computer, phone = windows
    fill_in_differently(computer, phone)
    assert stored_school(computer) == "省中医药学校", "nothing is overwritten before the answer"

    phone.get_by_role("button", name="保留本窗口的内容").click()

    doctor_does.expect_saved(phone)
    expect(phone.get_by_label(_ADDRESS)).to_have_value("泉城路 18 号")
    assert stored_school(computer) == ""
    # The first window has not heard of it; it is asked in its turn.
    computer.get_by_label(_SCHOOL).fill("市卫生学校")
    dialog = computer.get_by_role("dialog", name="这份申请在另一个窗口或设备上修改过")
    dialog.get_by_role("button", name="关闭").click()
    expect(computer.get_by_label(_SCHOOL)).to_have_value("市卫生学校")


def stored_school(window: Page) -> str:
    """What the service holds now."""
    application = window.url.partition("/applications/")[2].partition("/")[0]
    answer = window.request.get(
        f"/api/v1/doctor/applications/{application}", headers={"X-Registry-Realm": "doctor"}
    )
    return str(answer.json()["payload"]["form"]["school"])
