"""From the first sign-in to the activated account where it does not go straight on: each reason, and what helps."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import account_steps as person_does
from tests.browser.account_states import Unactivated
from tests.browser.doctor_steps import start_registration
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.server import Server

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
WATCH = "收录后通知我"
_TELEPHONE = re.compile(r"^[0-9-]{7,}$")


@pytest.fixture
def doctor(visitors: Visitors, server: Server) -> Unactivated:
    """Somebody whom no other test knows."""
    person, login = visitors.account_owner()
    return Unactivated(server, person, login)


@WIDTHS
def test_another_name_than_the_registers_is_told_with_the_office_to_ask(
    visitors: Visitors, doctor: Unactivated, width: int
) -> None:
    doctor.step_back(to="verify_identity")
    doctor.rename("欧阳某")
    page = visitors.sign_in(doctor.login, width)
    person_does.expect_heading(page, "账户激活")
    expect(page.get_by_text("姓名与登记信息不一致")).to_be_visible()
    expect(page.get_by_text("联系谁")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name=_TELEPHONE)).to_be_visible()
    expect(page.get_by_role("link", name="提出身份异议")).to_be_visible()
    found = look(page, "name differs")

    doctor.rename(doctor.person.name)
    page.get_by_role("button", name="重新校验").click()
    expect(page.get_by_text("校验通过").first).to_be_visible()
    page.get_by_role("button", name="继续", exact=True).click()
    expect(page.get_by_role("heading", name="验证手机")).to_be_visible()

    assert found == []


@WIDTHS
def test_who_is_not_in_the_register_yet_is_told_of_the_arrival_and_goes_on(
    visitors: Visitors, doctor: Unactivated, width: int
) -> None:
    doctor.step_back(to="verify_identity")
    doctor.hide_from_register()
    page = visitors.sign_in(doctor.login, width)
    expect(page.get_by_text("资格登记信息里没有找到您")).to_be_visible()
    found = look(page, "not found")
    page.get_by_role("button", name="点击此处验证手机").click()
    person_does.ask_for_code(page)
    page.get_by_label("校验码", exact=True).fill(person_does.code_for(page, doctor.person.phone))
    page.get_by_role("button", name="确定", exact=True).click()

    page.get_by_label("资格证书编码").fill(doctor.person.certificate_number)
    page.get_by_role("button", name=WATCH, exact=True).click()
    expect(page.get_by_text(f"证书 {doctor.person.certificate_number} 收录后会通知您。")).to_be_visible()
    expect(page.get_by_role("heading", name="等待收录的证书")).to_be_visible()
    found += look(page, "watched before identity")

    doctor.arrive()
    _open_notice(page)
    found += look(page, "arrived")
    page.get_by_role("button", name="继续", exact=True).click()
    expect(page.get_by_text("已收录，可以激活了")).to_be_visible()
    found += look(page, "arrived and matched")
    person_does.activate(page, doctor.person)

    assert found == []


@WIDTHS
def test_a_certificate_that_is_not_there_yet_is_waited_for(
    visitors: Visitors, doctor: Unactivated, watch: Watch, width: int
) -> None:
    watch.expected.append("422")
    doctor.step_back(to="activate")
    doctor.hide_certificate()
    page = visitors.sign_in(doctor.login, width)
    expect(page.get_by_role("heading", level=2, name="激活账户")).to_be_visible()
    _try(page, doctor.person.certificate_number)
    expect(page.get_by_role("alert").filter(has_text="没有找到这个资格证书编码")).to_be_visible()
    found = look(page, "certificate not found")
    page.get_by_role("button", name=WATCH, exact=True).click()
    expect(page.get_by_role("status").filter(has_text="收录后会通知您。")).to_be_focused()
    expect(page.get_by_role("alert")).to_have_count(0)
    found += look(page, "certificate watched")

    doctor.arrive()
    _open_notice(page)
    person_does.activate(page, doctor.person)

    assert found == []


@WIDTHS
def test_certificates_of_others_and_of_nobody_use_up_the_days_tries(
    visitors: Visitors, doctor: Unactivated, watch: Watch, width: int
) -> None:
    watch.expected += ["409", "422", "429"]
    doctor.step_back(to="activate")
    stranger = visitors.newcomer()
    page = visitors.sign_in(doctor.login, width)
    _try(page, "")
    expect(page.get_by_role("link", name="请填写资格证书编码。")).to_be_visible()
    _try(page, stranger.certificate_number)
    expect(page.get_by_role("alert").filter(has_text="资格证书不在您的名下")).to_be_visible()
    expect(page.get_by_role("link", name="提出身份异议")).to_be_visible()
    found = look(page, "certificate not yours")
    for guess in range(4):
        _try(page, f"GUESS{guess}")
        expect(page.get_by_role("alert").filter(has_text="没有找到这个资格证书编码")).to_be_visible()
    page.get_by_role("button", name=WATCH, exact=True).click()
    expect(page.get_by_text("证书 GUESS3 收录后会通知您。")).to_be_visible()
    page.get_by_role("button", name="不再通知").click()
    expect(page.get_by_role("heading", name="等待收录的证书")).to_have_count(0)
    _try(page, doctor.person.certificate_number)
    expect(page.get_by_role("alert").filter(has_text="今天的核对次数已经用完")).to_be_visible()
    expect(page.get_by_label("资格证书编码")).to_have_value(doctor.person.certificate_number)
    found += look(page, "tries used up")

    doctor.forget_tries()
    person_does.activate(page, doctor.person)

    assert found == []


@WIDTHS
def test_who_opens_a_page_of_business_is_led_to_the_next_step_and_back(
    visitors: Visitors, doctor: Unactivated, width: int
) -> None:
    page = visitors.sign_in(doctor.login, width)
    start_registration(page)
    place = page.url
    doctor.step_back(to="activate")

    page.goto(place)
    person_does.expect_heading(page, "账户激活")
    expect(page.get_by_text("要先完成下面的步骤，才能使用刚才打开的页面。")).to_be_visible()
    found = look(page, "led to activation")
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="业务申请").click()
    person_does.expect_heading(page, "账户激活")
    page.goto(place)
    person_does.activate(page, doctor.person)
    found += look(page, "activated on the way")
    page.get_by_role("link", name="继续刚才的页面").click()
    expect(page).to_have_url(place)
    expect(page.get_by_role("button", name="确认，下一步")).to_be_visible()

    assert found == []


def _try(page: Page, code: str) -> None:
    page.get_by_label("资格证书编码").fill(code)
    page.get_by_role("button", name="确定，激活").click()


def _open_notice(page: Page) -> None:
    """Reads of the arrival where notices are, and follows it to what comes next."""
    page.goto("/doctor/notices")
    notice = page.get_by_role("listitem").filter(has_text="您登记查询的资格证书信息已收录")
    expect(notice.get_by_text("未读")).to_be_visible()
    notice.get_by_role("button").click()
    person_does.expect_heading(page, "账户激活")
