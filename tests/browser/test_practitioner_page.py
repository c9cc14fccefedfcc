"""医师查询: an authority reads a person as of any day, and goes on to 直接办理; cases are given to colleagues."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from registry_api.kit.clock import SystemClock
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.registering import registered_doctor
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch
from tests.support.administrators import login_of
from tests.support.server import Server


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_authority_reads_who_practised_where_on_a_day(
    visitors: Visitors, server: Server, width: int
) -> None:
    held = registered_doctor(visitors, server)
    name, today = held.name, SystemClock().today()
    approver = visitors.sign_in(held.place.authority_approver, width, "practitioners")
    main = approver.get_by_role("main")
    main.get_by_role("button", name="查找").click()
    expect(main.get_by_text("请填写要查找的内容。")).to_be_visible()
    main.get_by_label("查找方式").select_option(label="姓名")
    main.get_by_label("姓名", exact=True).fill(name)
    main.get_by_role("button", name="查找").click()
    found = look(approver, "found")
    main.get_by_role("link", name=name).first.click()
    expect(main.get_by_role("heading", name=name)).to_be_visible()
    assert name not in approver.url
    on_day = main.get_by_role("region", name="当日执业情况")
    expect(on_day.get_by_text(held.place.name)).to_be_visible()
    expect(on_day.get_by_text("技术方法")).to_be_visible()
    found += look(approver, "practitioner")

    on_day.get_by_label("日期").fill((today - timedelta(days=1)).isoformat())
    on_day.get_by_role("button", name="查看").click()
    expect(on_day.get_by_text("这一天没有执业注册。")).to_be_visible()
    assert approver.url.endswith(f"?as_of={today - timedelta(days=1)}")
    approver.reload()
    expect(on_day.get_by_text("这一天没有执业注册。")).to_be_visible()
    on_day.get_by_label("日期").fill((today + timedelta(days=9)).isoformat())
    on_day.get_by_role("button", name="查看").click()
    expect(on_day.get_by_text("暂定")).to_be_visible()
    found += look(approver, "a day to come")
    on_day.get_by_role("button", name="今天").click()
    expect(on_day.get_by_text("暂定")).to_have_count(0)

    history = main.get_by_role("list").filter(has_text="受理号")
    history.get_by_role("link", name="受理号").click()
    expect(approver.get_by_role("heading", level=1)).to_contain_text(name)
    approver.go_back()
    main.get_by_role("link", name="为其直接办理").click()
    expect(main.get_by_role("heading", name=name)).to_be_visible()
    expect(main.get_by_role("radio", name="中医（专长）医师注销", exact=True)).to_be_visible()
    found += look(approver, "direct handling of a person")
    assert found == []


def test_who_does_not_decide_reads_and_starts_nothing(visitors: Visitors, server: Server) -> None:
    held = registered_doctor(visitors, server)
    handler = visitors.sign_in(held.place.authority_handler)
    handler.get_by_role("link", name="医师查询").click()
    handler.get_by_label("查找方式").select_option(label="姓名")
    handler.get_by_label("姓名", exact=True).fill(held.name)
    handler.get_by_role("button", name="查找").click()
    handler.get_by_role("main").get_by_role("link", name=held.name).first.click()
    expect(handler.get_by_text("当日执业情况")).to_be_visible()
    expect(handler.get_by_role("link", name="为其直接办理")).to_have_count(0)


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_administrator_gives_a_case_to_a_colleague(
    visitors: Visitors, server: Server, watch: Watch, width: int
) -> None:
    watch.expected += ["403"]
    place = server.pool.institutions[0]
    page = visitors.sign_in(login_of(place, "authority_administrator"), width, "applications?filer=doctor")
    expect(page.get_by_label("来源")).to_have_value("doctor")
    row = page.get_by_role("table").get_by_role("row").nth(1)
    name = row.get_by_role("rowheader").inner_text()
    row.get_by_role("link").click()
    page.get_by_role("button", name="指派").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="确认指派").click()
    expect(dialog.get_by_text("请选择交给谁办理。")).to_be_visible()
    found = look(page, "choice of a colleague")
    dialog.get_by_label("交给").select_option(index=1)
    chosen = dialog.get_by_label("交给").locator("option:checked").inner_text()
    colleague, cases = chosen.split("（")[0], int(re.findall(r"\d+", chosen)[-1])
    dialog.get_by_role("button", name="确认指派").click()
    expect(page.get_by_text(f"{colleague} 正在办理").first).to_be_visible()
    found += look(page, "assigned case")

    page.goto("/authority/applications")
    # The name alone may be borne by two; one of them works on a case more than before.
    option = page.get_by_label("经办人").locator("option").filter(has_text=f"{colleague}（{cases + 1}）")
    page.get_by_label("经办人").select_option(option.get_attribute("value"))
    expect(page.get_by_role("row").filter(has_text=name).filter(has_text=colleague).first).to_be_visible()
    assert "assignee=" in page.url
    found += look(page, "queue of a colleague")
    page.get_by_role("row").filter(has_text=name).get_by_role("link").click()
    page.get_by_role("button", name="改派给自己").click()
    page.get_by_role("button", name="放回").click()
    expect(page.get_by_text("还没有人认领")).to_be_visible()
    assert found == []
