"""直接办理: an approver handles each type, alone, or with a second approver where the authority wants two."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from playwright.sync_api import Page, expect

from registry_api.demo.people import DemoPerson
from registry_api.kit.clock import SystemClock
from tests.browser import doctor_steps, staff_steps
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import RegisteredDoctor, registered_doctor
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.closures import neighbour_of
from tests.support.colleagues import add_colleague
from tests.support.database import apart
from tests.support.server import Server

DOCUMENT = "鲁卫医函〔2026〕12 号"


class Desk:
    """An approver who handles one type after the other for a person."""

    def __init__(self, page: Page, person: DemoPerson, width: int) -> None:
        self.page = page
        self._person = person
        self._width = width
        self.found: list[str] = []

    def start(self, title: str) -> None:
        """From the menu to the fields of a type; what is missing is named first."""
        page = self.page
        page.get_by_role("link", name="直接办理", exact=True).click()
        page.get_by_label("身份证号").fill(self._person.id_number)
        page.get_by_role("button", name="查找").click()
        expect(page.get_by_role("heading", name=self._person.name)).to_be_visible()
        page.get_by_role("radio", name=f"中医（专长）医师{title}", exact=True).check()

    def choose(self, name: str) -> None:
        """An institution, as this screen offers it."""
        doctor_steps.choose_institution(self.page, name, by_keyboard=self._width == DESKTOP)

    def period(self) -> None:
        """A year from today on."""
        today = SystemClock().today()
        self.page.get_by_label("有效期开始时间").fill(today.isoformat())
        self.page.get_by_label("有效期结束时间").fill((today + timedelta(days=365)).isoformat())

    def finish(self, title: str, *shown: str) -> str:
        """Basis, check (where everything chosen is `shown` in words), and submission; gives the 受理号."""
        page = self.page
        page.get_by_label("文号或文件名称").fill(DOCUMENT)
        page.get_by_label("办理理由").fill("机构停业，依职权办理。")
        self.found += look(page, f"fields of {title}")
        page.get_by_role("button", name="核对").click()
        dialog = page.get_by_role("dialog")
        for words in (self._person.name, DOCUMENT, *shown):
            expect(dialog.get_by_text(words).first).to_be_visible()
        self.found += look(page, f"check of {title}")
        dialog.get_by_role("button", name="提交办理").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"医师{title}")
        expect(page.get_by_text(f"依据：{DOCUMENT}")).to_be_visible()
        return staff_steps.number_of(page)


def test_an_approver_handles_all_seven_types(visitors: Visitors, server: Server) -> None:
    person, login = visitors.account_owner()
    place = next(one for one in server.pool.institutions if one.province_code == person.province)
    other = neighbour_of(place)
    page = visitors.sign_in(place.authority_approver)
    desk = Desk(page, person, DESKTOP)

    desk.start("注册")
    page.get_by_role("button", name="核对").click()
    summary = page.get_by_role("alert").filter(has_text="请先修正以下问题")
    for field in ("拟执业机构", "文号", "办理理由"):
        expect(summary.get_by_role("link", name=field)).to_be_visible()
    desk.choose(place.name)
    numbers = [desk.finish("注册", place.name)]

    desk.start("变更")
    desk.choose(other.name)
    page.get_by_label("变更理由").fill("原机构停业")
    numbers.append(desk.finish("变更", other.name, "原机构停业"))

    desk.start("多执业机构备案")
    desk.choose(place.name)
    desk.period()
    numbers.append(desk.finish("多执业机构备案", place.name))

    desk.start("取消多执业机构备案")
    page.get_by_role("radio", name=place.name).check()
    page.get_by_label("理由", exact=True).fill("不再出诊")
    numbers.append(desk.finish("取消多执业机构备案", place.name, "不再出诊"))

    desk.start("备案")
    page.get_by_label("备案理由").select_option(value="01")
    numbers.append(desk.finish("备案", "调离"))

    desk.start("取消备案")
    page.get_by_label("理由", exact=True).fill("返聘")
    numbers.append(desk.finish("取消备案", "返聘"))

    desk.start("注销")
    reasons = page.get_by_label("注销理由").get_by_role("option")
    expect(reasons.filter(has_text="本人主动申请")).to_have_count(0)
    page.get_by_label("注销理由").select_option(value="04")
    numbers.append(desk.finish("注销", "吊销"))

    assert [one.partition("-")[0] for one in numbers] == ["ZC", "BG", "DJ", "QD", "BA", "QB", "ZX"]
    doctor = visitors.sign_in(login, PHONE, "applications")
    for number in numbers:
        expect(doctor.get_by_text(number)).to_be_visible()
    doctor.goto("/doctor/registrations")
    expect(doctor.get_by_text("已注销").first).to_be_visible()
    desk.found += look(doctor, "what was handled directly")
    assert desk.found == []


def test_an_approver_handles_directly_on_a_phone(visitors: Visitors, server: Server) -> None:
    person, _ = visitors.account_owner()
    place = next(one for one in server.pool.institutions if one.province_code == person.province)
    other = neighbour_of(place)
    page = visitors.sign_in(place.authority_approver, PHONE)
    desk = Desk(page, person, PHONE)
    desk.start("注册")
    desk.choose(place.name)
    desk.finish("注册", place.name)
    desk.start("多执业机构备案")
    desk.choose(other.name)
    desk.period()
    desk.finish("多执业机构备案", other.name)
    desk.found += look(page, "case on a phone")
    assert desk.found == []


@pytest.fixture
def of_two(visitors: Visitors, server: Server) -> Iterator[RegisteredDoctor]:
    """A registered doctor, at whose authority direct handling takes two people."""
    made = registered_doctor(visitors, server)
    setting = uuid4()

    async def run(statement: str, *values: object) -> None:
        owner = await asyncpg.connect(server.settings.owner_dsn)
        try:
            await owner.execute(statement, *values)
        finally:
            await owner.close()

    apart(
        run(
            "INSERT INTO authority_setting (id, authority_id, name, value, valid_from, document, recorded_at)"
            " SELECT $1, authority_id, 'direct_handling_countersigned', 'true', $2, '内部规定', now()"
            " FROM institution WHERE id = $3",
            setting,
            SystemClock().today() - timedelta(days=3),
            UUID(made.place.id),
        )
    )
    yield made
    apart(run("DELETE FROM authority_setting WHERE id = $1", setting))


def test_two_approvers_handle_directly(
    visitors: Visitors, server: Server, watch: Watch, of_two: RegisteredDoctor
) -> None:
    watch.expected.append("403")
    approver = visitors.sign_in(of_two.place.authority_approver)
    desk = Desk(approver, of_two.person, DESKTOP)
    desk.start("注销")
    approver.get_by_label("注销理由").select_option(value="04")
    number = desk.finish("注销", "吊销")
    expect(approver.get_by_text("待复核", exact=True).first).to_be_visible()
    staff_steps.press(approver, "复核同意")
    expect(approver.get_by_role("alert").get_by_text("须由另一人办理")).to_be_visible()
    desk.found += look(approver, "waits for a second approver")

    colleague = visitors.sign_in(add_colleague(server.settings, of_two.place.authority_approver, "复核人"))
    staff_steps.open_case(colleague, of_two.name, number, queue="countersign")
    staff_steps.decide(colleague, "复核同意", number)
    doctor = visitors.sign_in(of_two.login, DESKTOP, "registrations")
    expect(doctor.get_by_text("已注销").first).to_be_visible()
    assert desk.found == []


def test_a_second_approver_discards_what_the_first_filed(
    visitors: Visitors, server: Server, of_two: RegisteredDoctor
) -> None:
    approver = visitors.sign_in(of_two.place.authority_approver)
    desk = Desk(approver, of_two.person, DESKTOP)
    desk.start("注销")
    approver.get_by_label("注销理由").select_option(value="04")
    number = desk.finish("注销", "吊销")

    colleague = visitors.sign_in(
        add_colleague(server.settings, of_two.place.authority_approver, "复核人"), PHONE
    )
    staff_steps.open_case(colleague, of_two.name, number, queue="countersign")
    colleague.get_by_role("button", name="复核不同意", exact=True).click()
    expect(colleague.get_by_text("请先填写办理意见，说明原因和需要做什么。")).to_be_visible()
    staff_steps.decide(colleague, "复核不同意", number, "处罚决定已被撤销，依据不足。")
    approver.reload()
    expect(approver.get_by_text("处罚决定已被撤销，依据不足。")).to_be_visible()
    desk.found += look(approver, "discarded")
    doctor = visitors.sign_in(of_two.login, PHONE, "registrations")
    expect(doctor.get_by_text("注册有效", exact=True).first).to_be_visible()
    assert desk.found == []
