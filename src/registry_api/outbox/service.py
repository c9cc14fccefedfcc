"""Enqueues events in the transaction of the change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.work import Work
from registry_api.outbox.models import OutboxEvent

_COLUMNS = ("id", "kind", "payload", "dedupe_key", "created_at", "run_at")
_INSERT = Statement(insert(OutboxEvent).values({name: bindparam(name) for name in _COLUMNS}), unread)


async def enqueue(
    work: Work,
    kind: str,
    payload: dict[str, Any],
    *,
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
) -> UUID:
    """Has the worker handle `kind` at least once, at `run_at` (UTC) or at once. `payload` holds ids and codes."""
    event_id = new_id()
    await work.tx.run(
        _INSERT,
        id=event_id,
        kind=kind,
        payload=payload,
        dedupe_key=dedupe_key,
        created_at=work.now,
        run_at=run_at or work.now,
    )
    return event_id
