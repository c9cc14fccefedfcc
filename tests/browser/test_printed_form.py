"""A doctor and the staff download 申请审核表; a character that will not print is said while it is typed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import doctor_steps as doctor_does
from tests.browser import staff_steps as staff_does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.support.pages import running_text
from tests.support.server import Server


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_form_is_downloaded_by_both_sides(visitors: Visitors, server: Server, width: int) -> None:
    person = visitors.fresh_doctor()
    place = next(one for one in server.pool.institutions if one.province_code == person.province_code)
    page = visitors.sign_in(person.login, width)
    doctor_does.start_registration(page)
    doctor_does.upload_photo(page)
    doctor_does.choose_institution(page, place.name, by_keyboard=width == DESKTOP)
    doctor_does.go_on(page)
    doctor_does.fill_in_form(page)
    page.get_by_label("家庭地址").fill("泉城路㛃𰻝号")
    warned = page.get_by_role("status").filter(has_text="请注意")
    expect(warned).to_contain_text("有字库未收的字：𰻝（U+30EDD）")
    expect(warned).to_contain_text("不影响办理")
    found = look(page, "a rare character")
    doctor_does.go_on(page)
    number = doctor_does.submit(page)
    page.get_by_role("link", name="打印").click()
    expect(page.get_by_role("button", name="打印这张表")).to_be_visible()
    found += look(page, "print")
    text = downloaded(page, number)
    assert "泉城路㛃〓号" in text
    assert f"申请人：{person.name}" in text

    clerk = visitors.sign_in(place.handler)
    staff_does.open_case(clerk, person.name, number, queue="institution_review")
    expect(clerk.get_by_role("main")).to_contain_text("有字库未收的字：𰻝（U+30EDD）")
    assert f"受理号{number}" in downloaded(clerk, number)
    found += look(clerk, "case")
    staff_does.decide(clerk, "同意", number, "符合本机构聘用条件")
    approver = visitors.sign_in(place.authority_approver)
    staff_does.open_case(approver, person.name, number, queue="authority_review")
    assert "同意。符合本机构聘用条件" in downloaded(approver, number)
    assert found == []


def downloaded(page: Page, number: str) -> str:
    """The text of the form that the button saves under a name without personal data."""
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 PDF 表单").click()
    assert download.value.suggested_filename == f"申请审核表-{number}.pdf"
    return running_text(Path(download.value.path()).read_bytes())
