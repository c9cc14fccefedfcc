"""The hash chain over the audit log: the worker seals, anybody with read access verifies."""

import hashlib
import json
from typing import Any

from registry_api.kit.db import Database

GENESIS = hashlib.sha256(b"registry audit log, chain 1").digest()
_BATCH = 2000
_FIELDS = (
    "id, occurred_at, action, outcome, realm, role, account_id, session_id, object_type, object_id, request_id,"
    " host(address) AS address, details"
)
_UNSEALED = f"SELECT {_FIELDS} FROM audit_event WHERE sequence IS NULL ORDER BY id LIMIT {_BATCH}"  # noqa: S608
_HEAD = (
    "SELECT sequence, chain_hash FROM audit_event WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1"
)
_SEAL = "UPDATE audit_event SET sequence = $2, chain_hash = $3 WHERE id = $1"
_SEALED = (
    f"SELECT sequence, chain_hash, {_FIELDS} FROM audit_event WHERE sequence > $1"  # noqa: S608
    f" ORDER BY sequence LIMIT {_BATCH}"
)
_ONE_SEALER = 4713


def chain_hash(previous: bytes, sequence: int, event: dict[str, Any]) -> bytes:
    """SHA-256 over the previous hash, the sequence number and the event in canonical JSON (RFC 8785 style)."""
    canonical = json.dumps(
        {name: _plain(value) for name, value in event.items()},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(previous + sequence.to_bytes(8, "big") + canonical.encode()).digest()


async def seal_events(database: Database) -> int:
    """Chains what is committed and not sealed yet; gives the number of events. One sealer at a time."""
    async with database.transaction() as tx:
        if not await tx.connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _ONE_SEALER):
            return 0
        head = await tx.connection.fetchrow(_HEAD)
        sequence, previous = (head["sequence"], head["chain_hash"]) if head else (0, GENESIS)
        rows = []
        for event in await tx.connection.fetch(_UNSEALED):
            sequence += 1
            previous = chain_hash(previous, sequence, dict(event))
            rows.append((event["id"], sequence, previous))
        if rows:
            await tx.connection.executemany(_SEAL, rows)
        return len(rows)


async def find_break(database: Database) -> int | None:
    """The first sequence number at which the chain does not hold, or None if it holds to its head."""
    previous, expected = GENESIS, 1
    async with database.transaction() as tx:
        while rows := await tx.connection.fetch(_SEALED, expected - 1):
            for row in rows:
                event = dict(row)
                sequence, stored = event.pop("sequence"), event.pop("chain_hash")
                if sequence != expected or chain_hash(previous, sequence, event) != stored:
                    return expected
                previous, expected = stored, expected + 1
    return None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
