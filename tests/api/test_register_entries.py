"""What an authority enters, in the database: rows for reading are what the entries make, and nothing is half done."""

import asyncio

import pytest

from registry_api.register.service import LaterEntriesDepend, RegisterRefuses
from tests.support.registrar import Registrar


async def test_each_kind_of_entry_leaves_what_the_ledger_makes(registrar: Registrar) -> None:
    first, second = await registrar.elsewhere()
    registrar.day = 1
    added = await registrar.enter(
        "practice_added", **first, valid_from=registrar.on(5), valid_to=registrar.on(400)
    )
    assert await registrar.differences() == []
    registrar.day = 2
    await registrar.enter("filed", reason_code="01", institution_id=first["institution_id"])
    assert (await registrar.state())["filed_on"].isoformat() == registrar.on(2)
    registrar.day = 10
    await registrar.enter("filing_cancelled")
    assert (await registrar.state())["filed_on"] is None
    registrar.day = 20
    await registrar.enter("main_changed", **second, end_additional=False)
    assert str((await registrar.state())["authority_id"]) == second["authority_id"]
    await registrar.enter(
        "practice_cancelled", practice_entry_id=str(added), institution_id=first["institution_id"]
    )
    registrar.day = 30
    await registrar.enter("deregistered", reason_code="11")
    state = await registrar.state()
    assert (state["status"], state["version"]) == ("deregistered", 7)
    assert await registrar.differences() == []
    open_places = "SELECT count(*) FROM practice WHERE registration_id = $1 AND ended_on IS NULL"
    assert await registrar.owner.fetchval(open_places, registrar.registration_id) == 0


async def test_a_registration_is_set_aside_once_and_only_as_the_last_thing(registrar: Registrar) -> None:
    (place,) = await registrar.elsewhere(1)
    registrar.day = 1
    await registrar.enter("practice_added", **place, valid_from=registrar.on(1), valid_to=registrar.on(9))
    with pytest.raises(LaterEntriesDepend):
        await registrar.set_registration_aside()
    assert (await registrar.state())["status"] == "valid"


async def test_what_is_set_aside_ends_and_is_kept(registrar: Registrar) -> None:
    registrar.day = 3
    assert await registrar.set_registration_aside() == registrar.registration_id
    assert (await registrar.state())["status"] == "revoked"
    assert await registrar.differences() == []
    with pytest.raises(RegisterRefuses):
        await registrar.set_registration_aside()


async def test_of_two_entries_at_once_the_second_finds_what_the_first_made(registrar: Registrar) -> None:
    registrar.day = 1
    (place,) = await registrar.elsewhere(1)
    answers = await asyncio.gather(
        *(
            registrar.enter("filed", reason_code="01", institution_id=place["institution_id"])
            for _ in range(3)
        ),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == [
        "RegisterRefuses",
        "RegisterRefuses",
        "UUID",
    ]
    assert (await registrar.state())["version"] == 2
    assert await registrar.differences() == []


async def test_an_entry_that_cannot_follow_changes_nothing(registrar: Registrar) -> None:
    before = await registrar.state()
    for kind in ("filing_cancelled", "registered", "none"):
        with pytest.raises(RegisterRefuses):
            await registrar.enter(kind)
    assert await registrar.state() == before
    assert await registrar.differences() == []
