"""Where one is signed in: listed, ended one by one or all at once, and nobody else's."""

from datetime import timedelta
from uuid import uuid4

from registry_api.accounts.sessions import LIMITS
from tests.support.factors import Entrance
from tests.support.people import Cast
from tests.support.problems import problem


async def test_sessions_are_listed_with_the_current_one_marked(cast: Cast, entrance: Entrance) -> None:
    fresh, first = await cast.doctor()
    second = await cast.sign_in(fresh.login, "bearer")
    items = (await second.get("/sessions"))["items"]
    assert [one["current"] for one in items] == [True, False]
    assert all(one["known_device"] for one in items)
    assert set(items[0]) == {
        "id", "current", "user_agent", "address_masked", "created_at", "last_seen_at", "expires_at", "known_device",
    }  # fmt: skip
    assert (await second.call("DELETE", "/sessions/current")).status_code == 204
    assert len((await first.get("/sessions"))["items"]) == 1
    cast.clock.advance(LIMITS["doctor"][0] - timedelta(seconds=1))
    third = await cast.sign_in(fresh.login)
    cast.clock.advance(timedelta(seconds=1))
    assert len((await third.get("/sessions"))["items"]) == 1, "an idle session is over"
    del entrance
    for person in (first, second, third):
        await person.client.aclose()


async def test_ending_one_session_counts_at_its_next_request(cast: Cast, entrance: Entrance) -> None:
    fresh, first = await cast.doctor()
    second = await cast.sign_in(fresh.login, "bearer")
    other = next(one["id"] for one in (await first.get("/sessions"))["items"] if not one["current"])
    assert (await first.call("DELETE", f"/sessions/{other}")).status_code == 204
    assert problem(await second.call("GET", "/me")) == (401, "unauthenticated")
    assert (await first.call("GET", "/me")).status_code == 200
    assert problem(await first.call("DELETE", f"/sessions/{other}")) == (404, "not_found")
    del entrance
    for person in (first, second):
        await person.client.aclose()


async def test_all_other_sessions_end_together(cast: Cast, entrance: Entrance) -> None:
    fresh, first = await cast.doctor()
    others = [await cast.sign_in(fresh.login, delivery) for delivery in ("cookie", "bearer", "cookie")]
    assert (await first.call("DELETE", "/sessions")).status_code == 204
    assert [(await one.call("GET", "/me")).status_code for one in others] == [401, 401, 401]
    assert len((await first.get("/sessions"))["items"]) == 1
    del entrance
    for person in (first, *others):
        await person.client.aclose()


async def test_a_session_of_another_is_not_there(cast: Cast, entrance: Entrance) -> None:
    _, first = await cast.doctor()
    _, second = await cast.doctor()
    theirs = (await second.get("/sessions"))["items"][0]["id"]
    for session_id in (theirs, uuid4()):
        refused = await first.call("DELETE", f"/sessions/{session_id}")
        assert problem(refused) == (404, "not_found")
    assert (await second.call("GET", "/me")).status_code == 200
    del entrance
    for person in (first, second):
        await person.client.aclose()
