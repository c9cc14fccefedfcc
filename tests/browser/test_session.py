"""What a person has begun is not lost, and the doctors' portal is small enough for a slow line."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from registry_api.accounts.entry import cookie_name
from tests.browser import doctor_steps as doctor_does
from tests.browser.people import DESKTOP, PHONE, Visitors, fill_in_login
from tests.browser.watch import Watch
from tests.support.server import Server

FIRST_LOAD_BYTES = 60 * 1024
"""Brotli, JavaScript and styles of the doctors' first page: a second on a 3G line."""

_DOCTOR_BUNDLE = Path(__file__).parents[2] / "frontends" / "doctor" / "dist"


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_was_typed_survives_a_reload(visitors: Visitors, width: int) -> None:
    doctor = visitors.sign_in(visitors.fresh_doctor().login, width)
    doctor_does.start_registration(doctor)
    doctor_does.open_step(doctor, "form")
    doctor.get_by_label("毕业学校").fill("省中医药学校")
    doctor_does.expect_saved(doctor)

    doctor.reload()

    expect(doctor.get_by_label("毕业学校")).to_have_value("省中医药学校")


def test_an_ended_session_goes_on_where_it_ended(visitors: Visitors, server: Server, watch: Watch) -> None:
    watch.expected.append("401")
    login = visitors.fresh_doctor().login
    doctor = visitors.sign_in(login)
    doctor_does.start_registration(doctor)
    doctor_does.open_step(doctor, "form")
    place = doctor.url
    expect(doctor.get_by_label("毕业学校")).to_be_visible()

    # The session's alone: the browser stays known.
    doctor.context.clear_cookies(name=cookie_name("doctor", server.settings))
    doctor.get_by_label("毕业学校").fill("省中医药学校")
    dialog = doctor.get_by_role("dialog", name="登录已失效，请重新登录")
    expect(dialog.get_by_label("登录名")).to_have_value(login.login_name)
    dialog.get_by_label("密码", exact=True).fill(login.password)
    dialog.get_by_role("button", name="登录", exact=True).click()

    expect(dialog).to_have_count(0)
    doctor_does.expect_saved(doctor)
    expect(doctor).to_have_url(place)
    doctor.reload()
    expect(doctor.get_by_label("毕业学校")).to_have_value("省中医药学校")


def test_signing_in_leads_to_the_page_that_was_asked_for(visitors: Visitors, server: Server) -> None:
    handler = server.pool.institutions[0].handler
    page = visitors.arrive("/institution/applications?status=institution_returned", known_to=handler)
    fill_in_login(page, handler)
    page.get_by_role("button", name="登录", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("医师申请业务办理")
    expect(page).to_have_url(re.compile(r"/institution/applications\?status=institution_returned$"))


def test_a_person_who_signs_out_is_out(visitors: Visitors, server: Server) -> None:
    page = visitors.sign_in(server.pool.institutions[0].handler)
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("密码", exact=True)).to_be_visible()

    page.goto("/institution/applications")

    expect(page.get_by_label("密码", exact=True)).to_be_visible()


def test_the_first_load_of_the_doctors_portal_is_small() -> None:
    page = (_DOCTOR_BUNDLE / "index.html").read_text("utf-8")
    names = re.findall(r'(?:src|href)="/doctor/(assets/[^"]+\.(?:js|css))"', page)
    assert any(name.endswith(".js") for name in names)
    assert any(name.endswith(".css") for name in names)

    total = sum(_sent_bytes(_DOCTOR_BUNDLE / name) for name in names)

    assert total <= FIRST_LOAD_BYTES, {name: _sent_bytes(_DOCTOR_BUNDLE / name) for name in names}


def _sent_bytes(file: Path) -> int:
    """Small files have no compressed sibling."""
    compressed = file.with_name(f"{file.name}.br")
    return (compressed if compressed.exists() else file).stat().st_size
