"""安全设置: WeChat is bound by a scan, and unbound. The running service stands in for WeChat with made-up people."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import account_steps as does
from tests.browser import security_steps as settings
from tests.browser.people import DESKTOP, PHONE, Visitors
from tests.browser.test_accessibility import look
from tests.browser.watch import Watch


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_wechat_is_bound_by_a_scan_and_unbound(visitors: Visitors, watch: Watch, width: int) -> None:
    watch.expected += ["403"]
    person, login = visitors.account_owner()
    page = visitors.sign_in(login, width)
    settings.open_setting(page, "微信：绑定微信", "微信")
    found = look(page, "not bound")
    page.get_by_role("button", name="绑定微信").click()
    settings.step_up_dialog(page)
    with page.expect_response(lambda one: one.url.endswith("/me/wechat") and one.ok) as answer:
        does.prove_by_password(page, login.password)
    picture = page.get_by_role("img", name="微信扫码二维码")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    found += look(page, "code")

    code = urlsplit(answer.value.json()["qr_url"])
    phone = visitors.arrive(f"{code.path}#{code.fragment}", PHONE)
    phone.get_by_role("link", name="演示：以微信身份 1 确认").click()
    expect(phone.get_by_text("确认将本微信绑定到")).to_be_visible()
    expect(page.get_by_text("请在手机上确认")).to_be_visible()
    phone.get_by_role("button", name="确认").click()
    expect(phone.get_by_text("已确认。请回到电脑上继续。")).to_be_visible()
    expect(page.get_by_text("微信已绑定。")).to_be_visible()
    found += look(page, "bound")
    settings.expect_message(page, person.phone, "绑定微信")
    settings.back(page)
    expect(settings.row(page, "微信")).to_contain_text("已绑定，可以扫码登录")

    page.get_by_role("link", name="微信：解除绑定").click()
    page.get_by_role("button", name="解除绑定").click()
    dialog = page.get_by_role("dialog", name="解除绑定")
    found += look(page, "unbind?")
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="解除绑定").click()
    dialog.get_by_role("button", name="解除绑定").click()
    expect(page.get_by_text("微信已解除绑定。")).to_be_visible()
    expect(page.get_by_role("button", name="绑定微信")).to_be_visible()
    settings.expect_message(page, person.phone, "解除微信绑定")
    assert found == []
