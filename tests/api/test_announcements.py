"""What authorities announce is read by everybody, and by nobody before or after its time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from registry_api.kit.ids import new_id
from registry_api.kit.paging import write_cursor
from registry_api.kit.settings import Settings
from tests.support.people import Cast, Person
from tests.support.problems import problem

SOME = "00000000-0000-7000-8000-000000000001"
OTHERS = (
    "x",
    write_cursor("True", "x", "x"),
    write_cursor(1, 2, 3),
    write_cursor(True, "2026-11-25T00:00:00", SOME),
)


@pytest.fixture
async def anybody(app: FastAPI, settings: Settings) -> AsyncIterator[Person]:
    """Somebody who never signed in."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.origin) as client:
        yield Person(client, "doctor")


async def titles(anybody: Person) -> list[str]:
    return [one["title"] for one in (await anybody.get("/announcements"))["items"]]


async def test_everybody_reads_them_the_pinned_first_then_the_latest(anybody: Person) -> None:
    page = await anybody.get("/announcements")
    items = page["items"]
    assert page["total"] == {"value": len(items), "relation": "eq"}
    assert [one["pinned"] for one in items] == sorted((one["pinned"] for one in items), reverse=True)
    latest = [one["published_at"] for one in items if not one["pinned"]]
    assert latest == sorted(latest, reverse=True)
    assert items[0]["kind_title"] == "办事"
    assert items[0]["authority_name"]
    assert "\n\n" in items[0]["body"]


async def test_pages_hold_each_once(anybody: Person) -> None:
    whole = await titles(anybody)
    walked: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = await anybody.get("/announcements", params=query)
        walked += [one["title"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert walked == whole
    assert len(whole) > 2


async def test_a_draft_a_later_and_a_withdrawn_one_are_not_shown(
    anybody: Person, cast: Cast, superuser: Any
) -> None:
    before = await titles(anybody)
    now, soon = cast.clock.now(), cast.clock.now() + timedelta(hours=1)
    for title, published, withdrawn in (("草稿", None, None), ("将来", soon, None), ("撤下", now, now)):
        await superuser.execute(
            "INSERT INTO announcement (id, authority_id, kind, title, body, pinned, published_at, withdrawn_at)"
            " SELECT $1, id, 'notice', $2, '', false, $3, $4 FROM authority LIMIT 1",
            new_id(),
            title,
            published,
            withdrawn,
        )
    try:
        assert await titles(anybody) == before
        cast.clock.advance(timedelta(hours=2))
        assert await titles(anybody) == [before[0], "将来", *before[1:]]
    finally:
        await superuser.execute("DELETE FROM announcement WHERE body = ''")


@pytest.mark.parametrize("cursor", OTHERS)
async def test_another_cursor_is_refused(anybody: Person, cursor: str) -> None:
    answer = await anybody.call("GET", "/announcements", params={"cursor": cursor})
    assert problem(answer) == (422, "invalid_query")
