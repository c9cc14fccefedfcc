"""执业信息: what a doctor reads of the own registration."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.support.server import Server


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_doctor_in_filing_reads_until_when_it_can_be_cancelled(
    visitors: Visitors, server: Server, width: int
) -> None:
    filed = next(login for login in server.logins if "注册备案" in login.note)
    page = visitors.sign_in(filed, width, "registrations")
    main = page.get_by_role("main")
    expect(main.get_by_text("备案期间暂停")).to_be_visible()
    expect(main.get_by_text("满二年").or_(main.get_by_text("可以申请取消备案"))).to_be_visible()
    expect(main.get_by_text("备案", exact=True)).to_be_visible()
    assert look(page, "registrations") == []
