"""Compares what the register holds for reading with what its entries make: the proof that nothing was rewritten."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import asyncpg

from registry_api.register.ledger import fold
from registry_api.register.state import Entry, Ledger, LedgerRefused

_FIRST = UUID(int=0)
_PAGE = "SELECT id FROM registration WHERE id > $1 ORDER BY id LIMIT 1000"
_STATES = """
SELECT id, practitioner_id, status, status_since, registered_on, authority_id, filed_on, filing_institution_id, version
FROM registration WHERE id = ANY($1) ORDER BY id
"""
_ENTRIES = """
SELECT registration_id, practitioner_id, id, kind, effective_on, details, reverses_id
FROM register_entry WHERE registration_id = ANY($1) ORDER BY id
"""
_PLACES = """
SELECT registration_id, practitioner_id, entry_id, institution_id, authority_id, kind, valid_from, valid_to, ended_on,
       end_kind, ended_by
FROM practice WHERE registration_id = ANY($1) ORDER BY id
"""
_STANDINGS = """
SELECT registration_id, practitioner_id, entry_id, status, valid_from, ended_on
FROM standing WHERE registration_id = ANY($1) ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of a registration that is not as its entries make it; None where one side has nothing."""

    registration_id: UUID
    what: str
    held: Any
    made: Any


async def replay(dsn: str, registration_id: UUID | None = None, say: Callable[[str], None] = print) -> int:
    """Compares every registration, or one, and says each difference as a line of JSON; gives the exit status.

    Reads in one snapshot, so that what is entered meanwhile is no difference. The role of `dsn` sees all rows.
    """
    compared = differing = 0
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            async for batch in _batches(connection, registration_id):
                compared += len(batch)
                for one in await differences_of(connection, batch):
                    differing += 1
                    say(json.dumps(asdict(one), default=str))
    finally:
        await connection.close()
    say(json.dumps({"registrations": compared, "differences": differing}))
    return 1 if differing else 0


async def _batches(connection: Any, registration_id: UUID | None) -> AsyncIterator[list[UUID]]:
    if registration_id is not None:
        yield [registration_id]
        return
    last = _FIRST
    while batch := [row["id"] for row in await connection.fetch(_PAGE, last)]:
        yield batch
        last = batch[-1]


async def differences_of(connection: Any, registrations: Sequence[UUID]) -> list[Difference]:
    """What differs of these registrations; one that does not exist differs."""
    if not registrations:
        return []
    states = {row["id"]: row for row in await connection.fetch(_STATES, registrations)}
    entries = _by_registration(await connection.fetch(_ENTRIES, registrations))
    places = _by_registration(await connection.fetch(_PLACES, registrations))
    standings = _by_registration(await connection.fetch(_STANDINGS, registrations))
    found: list[Difference] = []
    for one in registrations:
        if one not in states:
            found.append(Difference(one, "id", None, one))
            continue
        state = states[one]
        holder = state["practitioner_id"]
        found += [
            Difference(one, "practitioner_id", row["practitioner_id"], holder)
            for row in (*entries[one], *places[one], *standings[one])
            if row["practitioner_id"] != holder
        ]
        try:
            ledger = fold(_entry(row) for row in entries[one])
        except (LedgerRefused, KeyError, TypeError, ValueError) as fault:
            found.append(Difference(one, "entries", None, f"{type(fault).__name__}: {fault}"))
            continue
        made_state = {
            "status": ledger.status,
            "status_since": ledger.standings[-1].valid_from,
            "registered_on": ledger.registered_on,
            "authority_id": ledger.authority_id,
            "filed_on": ledger.filed_on,
            "filing_institution_id": ledger.filing_institution_id,
            "version": len(ledger.trail),
        }
        found += [
            Difference(one, name, state[name], value)
            for name, value in made_state.items()
            if state[name] != value
        ]
        found += _unlike(one, "practice", places[one], _rows(ledger, "places"))
        found += _unlike(one, "standing", standings[one], _rows(ledger, "standings"))
    return found


def _by_registration(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["registration_id"]].append(row)
    return found


def _entry(row: Any) -> Entry:
    details = row["details"]
    return Entry(
        row["id"],
        row["kind"],
        row["effective_on"],
        json.loads(details) if isinstance(details, str) else details,
        row["reverses_id"],
    )


def _rows(ledger: Ledger, name: str) -> list[dict[str, Any]]:
    rows = [asdict(one) for one in getattr(ledger, name)]
    for row in rows:
        row.pop("origin_id", None)
    return rows


def _unlike(
    registration_id: UUID, what: str, held: list[Any], made: list[dict[str, Any]]
) -> list[Difference]:
    """Rows of one table that are on one side only, or differ."""

    def keyed(rows: Iterable[Any]) -> dict[Hashable, dict[str, Any]]:
        plain = (
            {name: row[name] for name in row.keys() if name not in ("registration_id", "practitioner_id")}  # noqa: SIM118
            for row in rows
        )
        return {(row["entry_id"], row.get("institution_id"), row["valid_from"]): row for row in plain}

    there, wanted = keyed(held), keyed(made)
    return [
        Difference(registration_id, what, there.get(key), wanted.get(key))
        for key in {**there, **wanted}
        if there.get(key) != wanted.get(key)
    ]
