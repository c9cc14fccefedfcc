"""Every main page of the three portals by axe-core's rules for WCAG 2.0 to 2.2, A and AA, and on narrow screens."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from registry_api.demo.logins import Login
from tests.browser import doctor_steps as doctor_does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.support.server import Server

NARROWEST = 360
REALMS = ("doctor", "institution", "authority")

_AXE = Path(__file__).parents[2] / "frontends" / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
_NARROWEST_TEXT = 120
"""Pixels: no line of a section holds less than this on any screen."""
_MEASURE = """(least) => [
  document.documentElement.scrollWidth - window.innerWidth,
  [...document.querySelectorAll('main section')]
    .filter((one) => one.offsetWidth && one.offsetWidth < least).map((one) => one.innerText.slice(0, 60)),
]"""
_DOCTOR_PAGES = (
    "",
    "business",
    "applications",
    "registrations",
    "licence",
    "notices",
    "mine",
    "no/such/page",
)
_STAFF_PAGES = ("", "applications", "applications?status=all", "applications?status=all&number=NONE")


@pytest.mark.parametrize("realm", REALMS)
@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_sign_in_is_accessible(visitors: Visitors, realm: str, width: int) -> None:
    page = visitors.arrive(f"/{realm}/", width)
    expect(page.get_by_label("密码", exact=True)).to_be_visible()
    assert _violations(page) == []

    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("link", name="请填写登录名。")).to_be_visible()
    assert _violations(page) == []


@pytest.mark.parametrize("width", [NARROWEST, PHONE, DESKTOP], ids=["narrowest", "phone", "desktop"])
def test_doctors_pages_are_accessible_and_fit(visitors: Visitors, server: Server, width: int) -> None:
    registered = next(login for login in server.logins if "执业注册有效" in login.note)
    page = visitors.sign_in(registered, width)
    found = _findings(page, "doctor", _DOCTOR_PAGES)

    page.goto("/doctor/applications")
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="办理进度")).to_be_visible()
    found += look(page, "application")
    page.goto(f"{page.url}/print")
    expect(page.get_by_role("button", name="打印这张表")).to_be_visible()
    found += look(page, "print")
    page.goto("/doctor/business")
    page.get_by_role("button", name="为什么？").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += look(page, "why not")

    assert found == []


@pytest.mark.parametrize("width", [NARROWEST, PHONE, DESKTOP], ids=["narrowest", "phone", "desktop"])
def test_each_step_of_an_application_is_accessible_and_fits(
    visitors: Visitors, server: Server, width: int
) -> None:
    person = visitors.fresh_doctor()
    institution = next(one for one in server.pool.institutions if one.province_code == person.province_code)
    page = visitors.sign_in(person.login, width)
    doctor_does.start_registration(page)
    found = look(page, "first step")
    doctor_does.go_on(page)
    doctor_does.expect_faults(page, "拟执业机构")
    found += look(page, "first step with faults")
    doctor_does.upload_photo(page)
    doctor_does.choose_institution(page, institution.name, by_keyboard=width == DESKTOP)
    found += look(page, "first step filled in")
    doctor_does.go_on(page)
    expect(page.get_by_label("家庭地址")).to_be_visible()
    doctor_does.go_on(page)
    doctor_does.expect_faults(page, "家庭地址")
    found += look(page, "form with faults")
    doctor_does.fill_in_form(page)
    found += look(page, "form filled in")
    doctor_does.go_on(page)
    expect(page.get_by_role("button", name="提交此业务")).to_be_visible()
    found += look(page, "check")
    doctor_does.submit(page)
    found += look(page, "submitted")

    assert found == []


@pytest.mark.parametrize("realm", ["institution", "authority"])
def test_staff_pages_are_accessible(visitors: Visitors, server: Server, realm: str) -> None:
    page = visitors.sign_in(_clerk(server, realm))
    found = _findings(page, realm, _STAFF_PAGES)

    page.goto(f"/{realm}/applications?status=all")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="业务打印表单").first).to_be_visible()
    found += look(page, "case")

    assert found == []


def _clerk(server: Server, realm: str) -> Login:
    return next(login for login in server.logins if login.role == f"{realm}_handler")


def _findings(page: Page, realm: str, places: Iterable[str]) -> list[str]:
    """What is wrong on pages that are reached by their addresses."""
    found = []
    for place in places:
        page.goto(f"/{realm}/{place}")
        expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        found += look(page, place or "home")
    return found


def look(page: Page, name: str) -> list[str]:
    """What axe finds, whether the page has to be scrolled sideways, and which of its parts are too narrow to read."""
    found = [f"{name}: {violation}" for violation in _violations(page)]
    beyond, squeezed = page.evaluate(_MEASURE, _NARROWEST_TEXT)
    if beyond > 0:
        found.append(f"{name}: {beyond} px too wide")
    return found + [f"{name}: squeezed: {words}" for words in squeezed]


def _violations(page: Page) -> list[str]:
    """Rule, number of places, and the first place of each violation."""
    page.evaluate(_AXE.read_text("utf-8"))
    result = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", _RULES)
    return [
        f"{one['id']} ({len(one['nodes'])}): {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary']}"
        for one in result["violations"]
    ]
