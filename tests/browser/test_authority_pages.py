"""规定设置, 跨省执业同意 and 到期备案: each by who may change it, and as others read it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from playwright.sync_api import Locator, Page, expect

from registry_api.applications.types.preconditions import years_before
from registry_api.kit.clock import SystemClock
from registry_api.register.state import FILING_YEARS, last_day_of_filing
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import applied, decided, registered_doctor
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.administrators import login_of, provincial_login
from tests.support.database import apart
from tests.support.server import Server

WIDTHS = pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
DOCUMENT = "本机关内部规定〔2026〕7 号"
OWN = "直接办理须经复核"


def as_owner(server: Server, statement: str, *values: Any) -> None:
    """Runs a statement past every policy."""

    async def run() -> None:
        owner = await asyncpg.connect(server.settings.owner_dsn)
        try:
            await owner.execute(statement, *values)
        finally:
            await owner.close()

    apart(run())


@pytest.fixture
def _unsettled(server: Server) -> Iterator[None]:
    """What is settled holds for an office that other tests use too."""
    yield
    as_owner(server, "DELETE FROM authority_setting WHERE document = $1", DOCUMENT)


def summary_of(page: Page) -> Locator:
    """What is to be corrected in a form."""
    return page.get_by_role("dialog").get_by_role("alert").filter(has_text="请先修正以下问题")


def go_by_menu(page: Page, title: str) -> None:
    """From anywhere to a page of the portal."""
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


@WIDTHS
@pytest.mark.usefixtures("_unsettled")
def test_a_setting_is_recorded_read_and_taken_back(
    visitors: Visitors, server: Server, watch: Watch, width: int
) -> None:
    watch.expected += ["422"]
    place = server.pool.institutions[0]
    page = visitors.sign_in(login_of(place, "authority_administrator"), width)
    go_by_menu(page, "规定设置")
    expect(page.get_by_role("region", name="备案期间可以变更")).to_contain_text("由省级主管部门登记")
    own = page.get_by_role("region", name=OWN)
    expect(own).to_contain_text("没有登记规定，按默认办理：否")
    found = look(page, "settings")

    own.get_by_role("button", name="登记新规定").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(summary_of(page).get_by_role("link", name="请选择首日。")).to_be_visible()
    found += look(page, "setting with faults")
    dialog.get_by_label("规定内容").select_option(label="是")
    dialog.get_by_label("依据").fill(DOCUMENT)
    first = SystemClock().today() + timedelta(days=30)
    dialog.get_by_label("首日").fill((SystemClock().today() - timedelta(days=1)).isoformat())
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(summary_of(page).get_by_role("link", name="不能早于今天。")).to_be_visible()
    dialog.get_by_label("首日").fill(first.isoformat())
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(own.get_by_text("尚未生效")).to_be_visible()
    expect(own).to_contain_text(f"{first.year}年{first.month}月{first.day}日起")
    expect(own).to_contain_text(DOCUMENT)
    expect(page.locator(".el-message")).to_have_count(0)
    found += look(page, "planned setting")

    auditor = visitors.sign_in(login_of(place, "authority_auditor"), width, "settings")
    read = auditor.get_by_role("region", name=OWN)
    expect(read.get_by_text("尚未生效")).to_be_visible()
    expect(read).to_contain_text("规定由本机关的管理员登记。您可以查看。")
    expect(auditor.get_by_role("main").get_by_role("button")).to_have_count(0)
    found += look(auditor, "settings of others")

    own.get_by_role("button", name="撤回").click()
    expect(dialog).to_contain_text(DOCUMENT)
    found += look(page, "take back")
    dialog.get_by_role("button", name="确认撤回").click()
    expect(own.get_by_text("尚未生效")).to_have_count(0)
    expect(own).to_contain_text("还没有登记过规定。")
    assert found == []


@WIDTHS
def test_a_consent_is_recorded_and_withdrawn(
    visitors: Visitors, server: Server, watch: Watch, width: int
) -> None:
    watch.expected += ["422"]
    person, _ = visitors.account_owner()
    away = next(one for one in server.pool.institutions if one.province_code != person.province)
    page = visitors.sign_in(provincial_login(away, "authority_approver"), width)
    go_by_menu(page, "跨省执业同意")
    found = look(page, "consents")

    page.get_by_role("button", name="登记同意").click()
    dialog = page.get_by_role("dialog")
    number = dialog.get_by_label("资格证书编码")
    number.fill("201999999999999")
    dialog.get_by_role("button", name="查找医师").click()
    expect(summary_of(page)).to_contain_text("没有查到这个资格证书编码")
    found += look(page, "unknown certificate")
    number.fill(person.certificate_number)
    dialog.get_by_role("button", name="查找医师").click()
    expect(dialog.get_by_text(person.name, exact=True)).to_be_visible()
    expect(dialog.get_by_label("同意文件")).to_be_focused()
    dialog.get_by_role("button", name="登记同意").click()
    expect(summary_of(page).get_by_role("link", name="请填写文号或文件名称。")).to_be_visible()
    found += look(page, "consent with faults")
    dialog.get_by_label("同意文件").fill("中医药函〔2026〕8 号")
    dialog.get_by_label("同意日期").fill(SystemClock().today().isoformat())
    dialog.get_by_role("button", name="登记同意").click()
    row = page.get_by_role("row").filter(has_text=person.name).first
    expect(row).to_contain_text("有效")
    expect(page.locator(".el-message")).to_have_count(0)
    found += look(page, "recorded consent")

    reader = visitors.sign_in(away.authority_handler, width, "consents")
    expect(reader.get_by_role("row").filter(has_text=person.name).first).to_contain_text("有效")
    expect(reader.get_by_text("跨省执业同意由省级主管部门登记。")).to_be_visible()
    expect(reader.get_by_role("main").get_by_role("button")).to_have_count(0)
    found += look(reader, "consents of others")

    row.get_by_role("button", name="撤回").click()
    dialog.get_by_label("撤回文件").fill("中医药函〔2026〕9 号")
    dialog.get_by_label("撤回日期").fill((SystemClock().today() + timedelta(days=1)).isoformat())
    dialog.get_by_role("button", name="撤回同意").click()
    expect(summary_of(page).get_by_role("link", name="不能晚于今天。")).to_be_visible()
    found += look(page, "withdrawal with faults")
    dialog.get_by_label("撤回日期").fill(SystemClock().today().isoformat())
    dialog.get_by_role("button", name="撤回同意").click()
    expect(row).to_contain_text("依据 中医药函〔2026〕9 号")
    expect(row.get_by_role("button")).to_have_count(0)
    assert found == []


def date_back(server: Server, registration: str, days_left: int) -> int:
    """As if a 备案 had been entered nearly two years ago, or longer; gives the days that are left of it."""
    today = SystemClock().today()
    filed_on = years_before(today + timedelta(days=days_left), FILING_YEARS)
    statement = "UPDATE registration SET filed_on = $2, status_since = $2 WHERE id = $1"
    as_owner(server, statement, UUID(registration), filed_on)
    return (last_day_of_filing(filed_on) - today).days


@WIDTHS
def test_a_filing_past_its_two_years_leads_to_deregistration(
    visitors: Visitors, server: Server, width: int
) -> None:
    held = registered_doctor(visitors, server)
    registration = held.registration_id
    case = applied(server, held, "filing", {"reason_code": "02", "remarks": ""})
    case = decided(server, held.place.handler, case, "endorse")
    decided(server, held.place.authority_approver, case, "approve")
    left = date_back(server, registration, 20)
    page = visitors.sign_in(held.place.authority_approver, width)
    go_by_menu(page, "到期备案")
    row = page.locator(f'[data-row="{registration}"]')
    expect(row).to_contain_text(held.name)
    expect(row).to_contain_text(f"剩 {left} 天")
    expect(row).to_contain_text("期满后可注销")
    expect(row.get_by_role("link")).to_have_count(0)
    found = look(page, "filing that is near")

    left = date_back(server, registration, -3)
    page.reload()
    expect(row).to_contain_text(f"已满二年，超过 {-left} 天")
    found += look(page, "filing that is over")
    reader = visitors.sign_in(held.place.authority_handler, width, "due-filings")
    expect(reader.locator(f'[data-row="{registration}"]')).to_contain_text("已满二年")
    expect(reader.get_by_text("依职权注销由审批人办理。您可以查看。")).to_be_visible()
    expect(reader.get_by_role("link", name="依职权注销")).to_have_count(0)

    row.get_by_role("link", name="依职权注销").click()
    expect(page.get_by_role("heading", name=held.name)).to_be_visible()
    expect(page.get_by_role("radio", name="中医（专长）医师注销", exact=True)).to_be_checked()
    expect(page.get_by_label("注销理由")).to_have_value("07")
    expect(page.get_by_label("办理理由")).to_have_value(re.compile("满二年未取消备案"))
    page.get_by_label("文号或文件名称").fill("卫医函〔2026〕31 号")
    found += look(page, "deregistration from a link")
    page.get_by_role("button", name="核对").click()
    page.get_by_role("dialog").get_by_role("button", name="提交办理").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(held.name)
    page.goto("/authority/due-filings")
    expect(page.get_by_role("heading", level=1)).to_contain_text("到期备案")
    page.wait_for_load_state("networkidle")
    expect(row).to_have_count(0)
    assert found == []
