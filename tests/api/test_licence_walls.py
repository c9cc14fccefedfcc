"""Licences in SQL, past the service: what nobody can write, whoever they are signed in as."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from registry_api.kit.ids import new_id
from tests.support.licences import Licensed
from tests.support.practising import Scene
from tests.support.scopes import as_application, enter, open_session, undone

COPY = (
    "INSERT INTO licence SELECT (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'number',"
    " gen_random_uuid(), 'version', l.version + 1, 'list_index', l.list_index + 2000000, 'status', 'valid',"
    " 'ended_at', NULL, 'end_reason', NULL) || $2::jsonb)).* FROM licence l WHERE l.id::text = $1"
)
END = "UPDATE licence SET status = 'revoked', ended_at = now(), end_reason = 'filed' WHERE id::text = $1 RETURNING id"


@asynccontextmanager
async def as_somebody(scene: Scene, superuser: Any, who: str, place: int = 0) -> AsyncIterator[None]:
    """The application's role, entered as one of the scene's people; nothing stays."""
    account_id, now = await scene.account_of(who, place), scene.cast.clock.now()
    async with undone(superuser):
        await open_session(superuser, account_id, now)
        session = await superuser.fetchval(
            "SELECT id FROM account_session WHERE account_id = $1 ORDER BY id DESC LIMIT 1", account_id
        )
        async with as_application(superuser):
            assert await enter(superuser, session, now) is not None
            yield


@pytest.mark.parametrize(
    ("who", "place", "ends"),
    [
        ("doctor", 0, False),
        ("institution", 0, True),
        ("handler", 0, True),
        ("institution", 1, False),
    ],
)
async def test_an_office_of_the_doctor_may_end_a_licence_and_nobody_else(
    licensed: Licensed, superuser: Any, who: str, place: int, ends: bool
) -> None:
    async with as_somebody(licensed.scene, superuser, who, place):
        assert bool(await superuser.fetch(END, licensed.licence["id"])) is ends


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE licence SET status = 'valid', ended_at = NULL, end_reason = NULL WHERE id::text = $1",
        "UPDATE licence SET status = 'superseded', end_reason = 'changed' WHERE id::text = $1",
    ],
)
async def test_a_licence_that_has_ended_stays_so(licensed: Licensed, superuser: Any, statement: str) -> None:
    async with undone(superuser):
        await superuser.execute(END, licensed.licence["id"])
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await superuser.execute(statement, licensed.licence["id"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE licence SET number = 'another' WHERE id::text = $1",
        "UPDATE licence SET claims_sealed = '' WHERE id::text = $1",
        "DELETE FROM licence WHERE id::text = $1",
    ],
)
async def test_what_a_licence_says_is_never_changed(
    licensed: Licensed, superuser: Any, statement: str
) -> None:
    async with undone(superuser):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await superuser.execute(statement, licensed.licence["id"])


@pytest.mark.parametrize("lie", ["nothing", "institution_id", "authority_id", "registration"])
async def test_no_row_says_what_the_register_does_not(licensed: Licensed, superuser: Any, lie: str) -> None:
    scene = licensed.scene
    other = {"institution_id": scene.places[1].id, "authority_id": str(new_id())}
    given = json.dumps({lie: other[lie]} if lie in other else {})
    async with undone(superuser):
        await superuser.execute(END, licensed.licence["id"])
        if lie == "registration":
            change = "UPDATE registration SET status = 'filed' WHERE practitioner_id = $1"
            await superuser.execute(change, scene.practitioner_id)
        if lie == "nothing":
            await superuser.execute(COPY, licensed.licence["id"], given)
        else:
            with pytest.raises(asyncpg.CheckViolationError):
                await superuser.execute(COPY, licensed.licence["id"], given)
