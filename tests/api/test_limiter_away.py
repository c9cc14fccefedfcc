"""The limiter cannot be reached: nothing is sent and nothing is looked at, rather than without a limit."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from registry_api.kit.db import Database
from registry_api.launcher.postgres import free_port
from tests.support.inbox import messages_to
from tests.support.own_account import NEW_PASSWORD, OwnAccount, Owner
from tests.support.problems import problem

AWAY = (503, "service_unavailable")


@pytest.fixture
async def nowhere() -> AsyncIterator[Database]:
    """A database whose port nobody listens on."""
    database = Database(
        f"postgresql://registry@127.0.0.1:{free_port()}/none", connections=4, connect_timeout=1
    )
    await database.open()
    yield database
    await database.close()


async def sent_to(owner: Owner) -> int:
    return len(await messages_to(owner.desk.cast, owner.phone))


async def test_no_code_is_sent_without_the_limiter(
    own_account: OwnAccount, nowhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await own_account.owner()
    await owner.prove()
    proof = await own_account.proof("password_reset")
    with monkeypatch.context() as away:
        away.setattr(own_account.cast.app.state.system, "counters", nowhere)
        calls = [owner.call("POST", "/me/step-up/codes") for _ in range(40)]
        calls += [owner.call("POST", "/me/phone/changes") for _ in range(40)]
        answers = await asyncio.gather(*calls)
        assert Counter(map(problem, answers)) == {AWAY: 80}
        said = answers[0].json()
        assert said["title"]
        assert "请稍候再试" in said["detail"]
        forgotten = await own_account.stranger().call(
            "POST", "/password-resets", json={"login_name_or_phone": owner.phone, "human_proof": proof}
        )
        assert problem(forgotten) == AWAY
    codes = "SELECT count(*) FROM verification_code WHERE account_id = $1"
    assert (await sent_to(owner), await own_account.superuser.fetchval(codes, owner.account_id)) == (0, 0)

    assert (await owner.call("POST", "/me/step-up/codes")).status_code == 204
    assert await sent_to(owner) == 1


async def test_no_password_and_no_code_is_looked_at_without_the_limiter(
    own_account: OwnAccount, nowhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await own_account.owner()
    assert (await owner.call("POST", "/me/step-up/codes")).status_code == 204
    code = await owner.code()

    async def with_all_that_is_right() -> list[Any]:
        body = {"realm": "doctor", "login_name": owner.login.login_name, "password": owner.login.password}
        change = {"old_password": owner.login.password, "new_password": NEW_PASSWORD}
        return [
            await own_account.stranger().call("POST", "/sessions", json=body),
            await owner.person.call("POST", "/me/step-up", json={"method": "sms", "code": code}),
            await owner.call("PUT", "/me/password", **change, new_password_confirmation=NEW_PASSWORD),
        ]

    with monkeypatch.context() as away:
        away.setattr(own_account.cast.app.state.system, "counters", nowhere)
        assert [problem(answer) for answer in await with_all_that_is_right()] == [AWAY] * 3
    statuses = [answer.status_code for answer in await with_all_that_is_right()]
    assert statuses == [403, 204, 204], "on an unknown browser the right password asks for a second factor"
