"""Each type beside 执业注册 once, from the doctor's first click to what the register says then."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from registry_api.demo.logins import PoolInstitution
from registry_api.kit.clock import SystemClock
from tests.browser import doctor_steps as doctor_does
from tests.browser import staff_steps as staff_does
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import RegisteredDoctor, registered_doctor
from tests.browser.test_accessibility import look
from tests.support.server import Server

both_widths = pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])


class Walk:
    """One doctor with one application after the other, and who decides on them on a screen of the other width."""

    def __init__(self, visitors: Visitors, held: RegisteredDoctor, width: int) -> None:
        self._visitors = visitors
        self.held = held
        self.width = width
        self._staff_width = DESKTOP if width == PHONE else PHONE
        self.doctor = visitors.sign_in(held.login, width)
        self.found: list[str] = []
        self._desks: dict[str, Page] = {}

    def start(self, title: str) -> None:
        """Begins an application of a type."""
        menu = self.doctor.get_by_role("navigation", name="主菜单")
        menu.get_by_role("link", name="业务申请").click()
        self.doctor.get_by_role("button", name=f"：中医（专长）医师{title}", exact=False).click()
        expect(self.doctor.get_by_role("button", name=doctor_does.NEXT)).to_be_visible()
        # The scope comes from the qualification and is nobody's to type.
        expect(self.doctor.get_by_text("治疗病证范围")).to_be_visible()

    def choose(self, place: PoolInstitution) -> None:
        """The institution, as this screen offers it."""
        doctor_does.choose_institution(self.doctor, place.name, by_keyboard=self.width == DESKTOP)

    def look(self, name: str) -> None:
        """Notes what axe finds."""
        self.found += look(self.doctor, name)

    def submit(self, title: str, *, pages: int) -> str:
        """From the last page to fill in to the 受理号."""
        doctor_does.go_on(self.doctor)
        expect(self.doctor.get_by_text(f"第 {pages} 步，共 {pages} 步")).to_be_visible()
        self.look(f"check {title}")
        return doctor_does.submit(self.doctor)

    def decide(self, number: str, place: PoolInstitution) -> None:
        """Endorsed by the institution and approved by its authority."""
        name = self.held.name
        clerk = self._desk(place, "institution")
        staff_does.open_case(clerk, name, number, queue="institution_review")
        staff_does.decide(clerk, "同意", number)
        approver = self._desk(place, "authority")
        staff_does.open_case(approver, name, number, queue="authority_review")
        staff_does.decide(approver, "准予", number)

    def expect_outcome(self, words: str) -> None:
        """The application says what was decided."""
        self.doctor.get_by_role("link", name="查看办理进度").click()
        expect(self.doctor.get_by_text(words, exact=True).first).to_be_visible()
        self.look(words)

    def practices(self) -> Page:
        """The page of the registration."""
        menu = self.doctor.get_by_role("navigation", name="主菜单")
        menu.get_by_role("link", name="执业信息").click()
        expect(self.doctor.get_by_role("heading", name="执业信息", level=1)).to_be_visible()
        return self.doctor

    def _desk(self, place: PoolInstitution, realm: str) -> Page:
        login = place.handler if realm == "institution" else place.authority_approver
        if login.login_name not in self._desks:
            self._desks[login.login_name] = self._visitors.sign_in(login, self._staff_width)
        return self._desks[login.login_name]


@both_widths
def test_a_doctor_moves_and_practises_at_a_second_place_for_a_time(
    visitors: Visitors, server: Server, width: int
) -> None:
    walk = Walk(visitors, registered_doctor(visitors, server), width)
    doctor, first, second = walk.doctor, walk.held.place, walk.held.elsewhere

    walk.start("变更")
    doctor_does.go_on(doctor)
    doctor_does.expect_faults(doctor, "拟执业机构", "变更理由")
    walk.look("change with faults")
    walk.choose(second)
    doctor.get_by_label("变更理由").fill("住所迁移到新的区县")
    doctor_does.go_on(doctor)
    doctor_does.fill_in_form(doctor)
    number = walk.submit("change", pages=3)
    assert number.startswith("BG-")
    walk.decide(number, second)
    walk.expect_outcome("准予变更")

    today = SystemClock().today()
    walk.start("多执业机构备案")
    walk.choose(first)
    doctor.get_by_label("有效期开始时间").fill(today.isoformat())
    doctor.get_by_label("有效期结束时间").fill((today + timedelta(days=365)).isoformat())
    walk.look("period")
    doctor_does.go_on(doctor)
    doctor_does.fill_in_form(doctor)
    number = walk.submit("multi", pages=3)
    walk.decide(number, first)
    walk.expect_outcome("准予多执业机构备案")

    walk.start("取消多执业机构备案")
    doctor_does.go_on(doctor)
    doctor_does.expect_faults(doctor, "要取消的多执业机构备案", "理由")
    doctor.get_by_role("radio", name=first.name).check()
    doctor.get_by_label("理由", exact=True).fill("不再出诊")
    walk.look("practices")
    number = walk.submit("cancellation", pages=2)
    expect(doctor.get_by_role("link", name="打印审核表")).to_have_count(0)
    walk.decide(number, first)
    walk.expect_outcome("准予取消多执业机构备案")
    expect(walk.practices().get_by_text("已取消").first).to_be_visible()
    assert walk.found == []


@both_widths
def test_a_doctor_leaves_comes_back_and_ends_the_registration(
    visitors: Visitors, server: Server, width: int
) -> None:
    walk = Walk(visitors, registered_doctor(visitors, server), width)
    doctor, place = walk.doctor, walk.held.place

    walk.start("备案")
    doctor_does.go_on(doctor)
    doctor_does.expect_faults(doctor, "备案理由")
    doctor.get_by_label("备案理由").select_option(index=1)
    walk.look("filing")
    walk.decide(walk.submit("filing", pages=2), place)
    walk.expect_outcome("已备案")

    walk.start("取消备案")
    doctor.get_by_label("理由", exact=True).fill("返聘")
    walk.decide(walk.submit("filing cancellation", pages=2), place)
    walk.expect_outcome("准予取消备案")

    walk.start("注销")
    reasons = doctor.get_by_label("注销理由").get_by_role("option")
    expect(reasons.filter(has_text="死亡")).to_have_count(0)
    doctor.get_by_label("注销理由").select_option(value="11")
    walk.look("deregistration")
    walk.decide(walk.submit("deregistration", pages=2), place)
    walk.expect_outcome("已注销")
    expect(walk.practices().get_by_text("已注销").first).to_be_visible()
    assert walk.found == []


@both_widths
def test_what_cannot_be_started_says_why(visitors: Visitors, server: Server, width: int) -> None:
    held = registered_doctor(visitors, server)
    page = visitors.sign_in(held.login, width, "business")
    expect(page.get_by_role("main").get_by_role("heading", level=2)).to_have_count(7)
    page.get_by_role("button", name="中医（专长）医师取消备案").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("依据：").first).to_be_visible()
    expect(dialog.get_by_text("怎么办：").first).to_be_visible()
    assert look(page, "why not") == []
