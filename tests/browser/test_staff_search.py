"""Staff look for a person: the name is in no address, and still there when they come back."""

from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Visitors
from tests.support.server import Server


@pytest.mark.parametrize("realm", ["institution", "authority"])
def test_a_name_is_looked_for_without_an_address(visitors: Visitors, server: Server, realm: str) -> None:
    login = next(one for one in server.logins if one.role == f"{realm}_handler")
    page = visitors.sign_in(login)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(unquote(request.url)))
    place = f"/{realm}/applications?status=all"
    page.goto(place)
    name = _names(page).last.inner_text()

    _search(page, "姓名", name[:2])
    expect(_names(page).filter(has_not_text=name[:2])).to_have_count(0)
    expect(_names(page).filter(has_text=name)).not_to_have_count(0)
    assert page.url.endswith(place)

    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="业务打印表单").first).to_be_visible()
    page.go_back()
    _expect_found(page, name[:2])
    page.reload()
    _expect_found(page, name[:2])
    page.get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("link", name="返回列表").click()
    _expect_found(page, name[:2])
    page.go_back()
    page.go_back()
    _expect_found(page, name[:2])

    page.get_by_role("button", name="重置").click()
    expect(page.get_by_label("姓名", exact=True)).to_have_value("")
    assert [url for url in asked if name[:2] in url] == []
    assert any(url.endswith(f"/{realm}/applications/searches") for url in asked)


def test_a_case_is_found_by_its_number(visitors: Visitors, server: Server) -> None:
    login = next(one for one in server.logins if one.role == "institution_handler")
    page = visitors.sign_in(login)
    page.goto("/institution/applications?status=all")
    number = page.get_by_role("table").get_by_role("row").last.get_by_role("cell").first.inner_text()

    _search(page, "受理号", number.lower())

    expect(_names(page)).to_have_count(1)
    expect(page.get_by_role("cell", name=number, exact=True)).to_be_visible()
    page.goto(page.url)
    expect(page.get_by_label("受理号")).to_have_value(number)
    expect(_names(page)).to_have_count(1)


def _search(page: Page, field: str, words: str) -> None:
    page.get_by_label(field, exact=True).fill(words)
    with page.expect_response("**/applications/searches"):
        page.get_by_role("button", name="查询").click()


def _expect_found(page: Page, beginning: str) -> None:
    expect(page.get_by_label("姓名", exact=True)).to_have_value(beginning)
    expect(_names(page)).not_to_have_count(0)
    expect(_names(page).filter(has_not_text=beginning)).to_have_count(0)


def _names(page: Page) -> Locator:
    """The names in the list."""
    return page.get_by_role("rowheader")
