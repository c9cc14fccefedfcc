"""Refresh tokens of programs: one use each, the same answer to a lost one, and the end of the session for a copy."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from registry_api.accounts.refresh import GRACE
from registry_api.accounts.sessions import LIMITS, TOKEN_LIFE
from tests.support.factors import Entrance
from tests.support.people import Cast, Person
from tests.support.problems import problem


class Program:
    """A doctor's program and its tokens."""

    def __init__(self, entrance: Entrance, person: Person, tokens: dict[str, Any]) -> None:
        self.entrance, self.person, self.tokens = entrance, person, tokens

    async def refresh(self, token: str | None = None, by: Person | None = None) -> Any:
        body = {"refresh_token": token or self.tokens["refresh_token"]}
        return await (by or self.person).call("POST", "/sessions/refresh", json=body)

    async def rotate(self) -> dict[str, Any]:
        answer = await self.refresh()
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        return self.tokens

    async def status(self, access: str | None = None) -> int:
        bearer = {"Authorization": f"Bearer {access or self.tokens['access_token']}"}
        return (await self.person.call("GET", "/me", headers=bearer)).status_code


@pytest.fixture
async def program(cast: Cast, entrance: Entrance) -> Program:
    fresh, known = await cast.doctor()
    await known.client.aclose()
    person = entrance.browser("doctor", user_agent="a program")
    person.headers["X-Registry-Device"] = fresh.login.device_token
    opened = await entrance.password(person, fresh.login, delivery="bearer")
    assert opened.status_code == 201, opened.text
    return Program(entrance, person, opened.json())


async def test_refreshing_gives_new_tokens_and_the_account(program: Program) -> None:
    first = program.tokens
    program.entrance.cast.clock.advance(TOKEN_LIFE)
    assert await program.status() == 401
    second = await program.rotate()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["refresh_expires_at"] == first["refresh_expires_at"]
    assert second["account"] == first["account"]
    assert await program.status() == 200


async def test_a_refresh_token_opens_nothing_but_a_refresh(program: Program) -> None:
    assert await program.status(program.tokens["refresh_token"]) == 401
    assert problem(await program.refresh(program.tokens["access_token"][:128])) == (401, "refresh_refused")


async def test_a_copy_that_is_used_ends_the_session_at_once(program: Program, superuser: Any) -> None:
    first = program.tokens["refresh_token"]
    await program.rotate()
    assert await program.status() == 200
    program.entrance.cast.clock.advance(GRACE + timedelta(seconds=1))
    assert problem(await program.refresh(first)) == (401, "refresh_refused")
    assert await program.status() == 401
    assert problem(await program.refresh()) == (401, "refresh_refused")
    recorded = await superuser.fetchval(
        "SELECT count(*) FROM audit_event WHERE action = 'refresh_token.reused' AND account_id = $1",
        UUID(program.tokens["account"]["id"]),
    )
    assert recorded == 1


async def test_another_client_with_a_copy_ends_the_session_even_within_seconds(program: Program) -> None:
    first = program.tokens["refresh_token"]
    await program.rotate()
    thief = program.entrance.browser("doctor", user_agent="another program")
    assert problem(await program.refresh(first, by=thief)) == (401, "refresh_refused")
    assert await program.status() == 401


async def test_a_lost_answer_is_given_again(program: Program) -> None:
    first = program.tokens["refresh_token"]
    second = (await program.rotate())["refresh_token"]
    program.entrance.cast.clock.advance(GRACE)
    again = await program.refresh(first)
    assert again.json()["refresh_token"] == second
    assert await program.status() == 200
    await program.rotate()


async def test_fifty_refreshes_at_once_give_one_successor(program: Program, superuser: Any) -> None:
    answers = await asyncio.gather(*(program.refresh() for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    tokens = await superuser.fetchval(
        "SELECT count(*) FROM refresh_token WHERE account_id = $1", UUID(program.tokens["account"]["id"])
    )
    assert tokens == 2
    program.tokens = answers[0].json()
    await program.rotate()


async def test_fifty_uses_of_a_copy_at_once_end_the_session(program: Program) -> None:
    first = program.tokens["refresh_token"]
    await program.rotate()
    program.entrance.cast.clock.advance(GRACE + timedelta(seconds=1))
    answers = await asyncio.gather(*(program.refresh(first) for _ in range(50)))
    assert {problem(answer) for answer in answers} == {(401, "refresh_refused")}
    assert await program.status() == 401


async def test_idle_and_absolute_limits_hold_for_refreshing(program: Program) -> None:
    idle, life = LIMITS["doctor"]
    clock = program.entrance.cast.clock
    end = clock.now() + life
    while clock.now() + idle - timedelta(seconds=1) < end:
        clock.advance(idle - timedelta(seconds=1))
        await program.rotate()
    clock.set(end)
    assert problem(await program.refresh()) == (401, "refresh_refused")


async def test_a_program_that_was_idle_signs_in_again(program: Program) -> None:
    program.entrance.cast.clock.advance(LIMITS["doctor"][0])
    assert problem(await program.refresh()) == (401, "refresh_refused")


async def test_signing_out_ends_refreshing(program: Program) -> None:
    bearer = {"Authorization": f"Bearer {program.tokens['access_token']}"}
    assert (await program.person.call("DELETE", "/sessions/current", headers=bearer)).status_code == 204
    assert problem(await program.refresh()) == (401, "refresh_refused")


async def test_a_disabled_account_refreshes_no_more(program: Program, superuser: Any) -> None:
    account = UUID(program.tokens["account"]["id"])
    await superuser.execute("UPDATE account SET status = 'disabled' WHERE id = $1", account)
    assert problem(await program.refresh()) == (401, "refresh_refused")


async def test_a_token_that_never_was_is_refused(program: Program) -> None:
    assert problem(await program.refresh("x" * 43)) == (401, "refresh_refused")
