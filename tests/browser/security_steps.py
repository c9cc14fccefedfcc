"""What people do in 安全设置, as they would: from the list to a setting, and back to see what it says now."""

import re
import time
from random import SystemRandom
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.browser.account_steps import code_for, expect_heading, messages
from tests.support.people import FORM, portrait

_PATIENCE_SECONDS = 20.0
_LINK = re.compile(r"https?://\S+/doctor/email#\S+")


def free_phone() -> str:
    """A number that nobody has."""
    return f"199{SystemRandom().randrange(10**8):08d}"


def open_settings(page: Page) -> None:
    """By the menu to the list of settings."""
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="我的").click()
    page.get_by_role("main").get_by_role("link", name="安全设置").click()
    expect_heading(page, "安全设置")
    expect(row(page, "登录设备")).to_contain_text("处已登录")


def open_setting(page: Page, name: str, heading: str) -> None:
    """From wherever in the portal, by the list, to one setting; `name` is the row's title and its button's words."""
    open_settings(page)
    page.get_by_role("link", name=name, exact=True).click()
    expect_heading(page, heading)


def row(page: Page, title: str) -> Locator:
    """A row of the list."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title, exact=True))


def back(page: Page) -> None:
    """Back to the list."""
    page.get_by_role("link", name="返回安全设置").first.click()
    expect_heading(page, "安全设置")


def step_up_dialog(page: Page) -> Locator:
    """The dialog that asks once more who is there."""
    dialog = page.get_by_role("dialog", name="请再确认一次身份")
    expect(dialog).to_be_visible()
    return dialog


def prove_by_code(page: Page, phone: str, *, but: str = "") -> str:
    """Answers the dialog with a code by SMS; gives the code."""
    dialog = step_up_dialog(page)
    dialog.get_by_role("radio", name="手机校验码").check()
    dialog.get_by_role("button", name="向手机发送校验码").click()
    expect(dialog.get_by_text("校验码已发送，请查看手机短信。")).to_be_visible()
    code = code_for(page, phone, but)
    dialog.get_by_label("校验码", exact=True).fill(code)
    dialog.get_by_role("button", name="确认", exact=True).click()
    expect(dialog).to_have_count(0)
    return code


def expect_message(page: Page, to: str, words: str) -> str:
    """A message with these words came to a phone or a mailbox; gives its text."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up:
        for one in messages(page):
            if one["to"] == to and words in one["text"]:
                return str(one["text"])
        page.wait_for_timeout(100)
    raise AssertionError(f"no message with “{words}” came")


def mailed_link(page: Page, to: str) -> str:
    """Path and fragment of the newest link that came to a mailbox."""
    found = _LINK.search(expect_message(page, to, "/doctor/email#"))
    assert found
    link = urlsplit(found[0])
    return f"{link.path}#{link.fragment}"


def submit_application(page: Page, institution_id: str) -> dict[str, Any]:
    """An application that the person of this page has submitted to an institution, without the pages for it."""
    begun = _call(page, "POST", "", data={"type": "registration", "payload": {}})
    path = f"/{begun['id']}"
    attached = _call(
        page,
        "POST",
        f"{path}/attachments",
        multipart={
            "kind": "photo",
            "file": {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": portrait()},
        },
    )
    payload = {"institution_id": institution_id, "photo_id": attached["id"], "form": FORM}
    saved = _call(page, "PATCH", path, version=begun["version"], data={"payload": payload})
    return _call(page, "POST", f"{path}/submission", version=saved["version"])


def _call(page: Page, method: str, path: str, version: int | None = None, **request: Any) -> dict[str, Any]:
    headers = {"X-Registry-Realm": "doctor", "Idempotency-Key": str(uuid4())}
    if version is not None:
        headers["If-Match"] = f'"v{version}"'
    address = f"/api/v1/doctor/applications{path}"
    answer = page.request.fetch(address, method=method, headers=headers, **request)
    assert answer.ok, answer.text()
    return dict(answer.json())
