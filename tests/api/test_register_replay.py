"""`registry replay` finds every kind of tampering, and nothing where the register is what its entries make."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from registry_api.cli import main
from registry_api.register.replay import replay
from tests.support.registrar import Registrar
from tests.support.server import environment_of

TAMPERING = {
    "status": "UPDATE registration SET status = 'deregistered' WHERE id = $1",
    "status_since": "UPDATE registration SET status_since = status_since - 1 WHERE id = $1",
    "registered_on": "UPDATE registration SET registered_on = registered_on - 1 WHERE id = $1",
    "authority_id": "UPDATE registration SET authority_id = (SELECT id FROM authority o WHERE o.id <> authority_id"
    " LIMIT 1) WHERE id = $1",
    "filed_on": "UPDATE registration SET filed_on = current_date WHERE id = $1",
    "filing_institution_id": "UPDATE registration SET filing_institution_id = (SELECT id FROM institution LIMIT 1)"
    " WHERE id = $1",
    "version": "UPDATE registration SET version = version + 1 WHERE id = $1",
    "practitioner_id": "UPDATE practice SET practitioner_id = (SELECT id FROM practitioner p"
    " WHERE p.id <> practitioner_id LIMIT 1) WHERE registration_id = $1",
    "practice": "UPDATE practice SET valid_to = valid_to + 1 WHERE registration_id = $1 AND kind = 'additional'",
    "practice began": "UPDATE practice SET valid_from = valid_from - 1 WHERE registration_id = $1",
    "practice kind": "UPDATE practice SET kind = 'additional' WHERE registration_id = $1",
    "practice gone": "DELETE FROM practice WHERE registration_id = $1",
    "practice ended": "UPDATE practice SET ended_on = current_date, end_kind = 'changed', ended_by = entry_id"
    " WHERE registration_id = $1",
    "practice invented": "INSERT INTO practice (id, registration_id, practitioner_id, entry_id, institution_id,"
    " authority_id, kind, valid_from, valid_to) SELECT gen_random_uuid(), r.id, r.practitioner_id, e.id, i.id,"
    " i.authority_id, 'additional', current_date - 900, current_date - 800 FROM registration r"
    " JOIN register_entry e ON e.registration_id = r.id, institution i WHERE r.id = $1 LIMIT 1",
    "standing": "UPDATE standing SET valid_from = valid_from - 1 WHERE registration_id = $1",
    "standing gone": "DELETE FROM standing WHERE registration_id = $1",
    "standing status": "UPDATE standing SET status = 'filed' WHERE registration_id = $1",
}


async def said(dsn: str, registration_id: UUID | None = None) -> tuple[int, list[Any]]:
    lines: list[str] = []
    status = await replay(dsn, registration_id, say=lines.append)
    return status, [json.loads(line) for line in lines]


async def test_nothing_differs_in_what_was_seeded_and_entered(registrar: Registrar) -> None:
    (place,) = await registrar.elsewhere(1)
    await registrar.enter("practice_added", **place, valid_from=registrar.on(0), valid_to=registrar.on(9))
    count = await registrar.owner.fetchval("SELECT count(*) FROM registration")
    status, lines = await said(registrar.chain.cast.settings.owner_dsn)
    assert (status, lines) == (0, [{"registrations": count, "differences": 0}])


async def test_the_command_says_so_in_json(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment_of(registrar.chain.cast.settings).items():
        if name.startswith("REGISTRY_"):
            monkeypatch.setenv(name, value)
    status = await asyncio.to_thread(main, ["replay", "--registration", str(registrar.registration_id)])
    assert (status, json.loads(capsys.readouterr().out)) == (0, {"registrations": 1, "differences": 0})


async def test_each_kind_of_tampering_is_found(registrar: Registrar) -> None:
    (place,) = await registrar.elsewhere(1)
    await registrar.enter("practice_added", **place, valid_from=registrar.on(0), valid_to=registrar.on(9))
    assert await registrar.differences() == []
    for name, statement in TAMPERING.items():
        undo = registrar.owner.transaction()
        await undo.start()
        await registrar.owner.execute(statement, registrar.registration_id)
        found = await registrar.differences()
        await undo.rollback()
        assert {one.what for one in found} == {name.split()[0]}, name


@pytest.mark.parametrize("kind", ["forgotten", "registered"])
async def test_an_entry_slipped_in_is_found_and_named(registrar: Registrar, kind: str) -> None:
    dsn = registrar.chain.cast.settings.owner_dsn
    entry = await registrar.owner.fetchval(
        "INSERT INTO register_entry (id, registration_id, practitioner_id, kind, effective_on, recorded_at, details)"
        " SELECT ('ffffffff-ffff-7fff-8fff-' || substr(md5(random()::text), 1, 12))::uuid, id,"
        " practitioner_id, $2, current_date, now(), '{}' FROM registration WHERE id = $1 RETURNING id",
        registrar.registration_id,
        kind,
    )
    try:
        status, (difference, total) = await said(dsn, registrar.registration_id)
        assert (status, total) == (1, {"registrations": 1, "differences": 1})
        assert difference["registration_id"] == str(registrar.registration_id)
        assert difference["what"] == "entries"
    finally:
        await registrar.owner.execute("ALTER TABLE register_entry DISABLE TRIGGER register_entry_no_change")
        await registrar.owner.execute("DELETE FROM register_entry WHERE id = $1", entry)
        await registrar.owner.execute("ALTER TABLE register_entry ENABLE TRIGGER register_entry_no_change")


async def test_a_registration_that_does_not_exist_differs(registrar: Registrar) -> None:
    status, lines = await said(registrar.chain.cast.settings.owner_dsn, registrar.session_id)
    assert (status, lines[0]["what"]) == (1, "id")
