"""The development inbox shows what was sent, on a development machine and nowhere else."""

import json
from typing import Any

import httpx
import pyotp
import pytest
from fastapi import FastAPI

from registry_api.app import create_app
from registry_api.demo.logins import LOGINS_FILE
from registry_api.kit.settings import Settings
from tests.support.people import Cast
from tests.support.post import PHONE, Post

PLACES = ("/development/inbox", "/development/messages", "/development/assets/inbox.js")


def visitor(app: FastAPI, origin: str = "http://127.0.0.1:8000") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=origin)


async def test_a_code_and_a_link_can_be_taken_from_the_page(post: Post) -> None:
    cast = post.cast
    await post.send_code("314159")
    link = f"{cast.settings.origin}/doctor/email#a-token"
    await post.send("email", "email_verification", "<b>@example.cn", {"link": link})
    await cast.work_off()
    async with visitor(cast.app) as browser:
        page = await browser.get("/development/inbox")
        listed = (await browser.get("/development/messages")).json()["messages"]
    assert page.status_code == 200
    assert PHONE in page.text
    assert 'data-copy="314159"' in page.text
    assert f'<a href="{link}">{link}</a>' in page.text
    # The newest first, and nobody's text is taken for markup.
    assert page.text.index("&lt;b&gt;@example.cn") < page.text.index(PHONE)
    assert "<b>" not in page.text
    assert [(one["channel"], one["template"], one["code"]) for one in listed[:2]] == [
        ("email", "email_verification", None),
        ("sms", "code_verify_phone", "314159"),
    ]
    assert all(one["sent_at"] for one in listed[:2])


async def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(cast: Cast) -> None:
    async with visitor(cast.app) as browser:
        page = await browser.get("/development/inbox")
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "<style" not in page.text
        assert " style=" not in page.text
        for place in ("/development/assets/inbox.js", "/development/assets/inbox.css"):
            assert place in page.text
            assert (await browser.get(place)).status_code == 200
        assert (await browser.get("/development/assets/pages.py")).status_code == 404


async def test_it_shows_what_the_staffs_authenticators_show(cast: Cast) -> None:
    logins = json.loads((cast.settings.state_directory / LOGINS_FILE).read_text("utf-8"))
    secrets = {one["login_name"]: one["totp_secret"] for one in logins if one.get("totp_secret")}
    assert secrets
    async with visitor(cast.app) as browser:
        shown = (await browser.get("/development/messages")).json()["authenticators"]
    now = cast.clock.now()
    assert {one["login_name"]: one["code"] for one in shown} == {
        name: pyotp.TOTP(secret).at(now) for name, secret in secrets.items()
    }


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "elsewhere",
    [
        {"environment": "production"},
        {"environment": "production", "public_origin": "https://registry.example.cn"},
        {"public_origin": "http://registry.example.cn"},
        {"host": "0.0.0.0"},  # noqa: S104 (an address that others reach)
    ],
)
async def test_there_is_no_such_place_elsewhere(
    settings: Settings, place: str, elsewhere: dict[str, Any]
) -> None:
    app = create_app(settings.model_copy(update=elsewhere))
    async with visitor(app) as browser:
        assert (await browser.get(place)).status_code == 404


@pytest.mark.parametrize("place", PLACES)
async def test_a_foreign_name_for_this_machine_opens_nothing(cast: Cast, place: str) -> None:
    """DNS rebinding: a page's own name that leads here."""
    async with visitor(cast.app, "http://inbox.attacker.example:8000") as browser:
        assert (await browser.get(place)).status_code == 404
