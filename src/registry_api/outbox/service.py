"""Events for the worker, written in the transaction of the change."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from registry_api.kit.db import Statement, Write, unread
from registry_api.kit.ids import new_id
from registry_api.kit.work import Work
from registry_api.outbox.models import OutboxEvent

_COLUMNS = ("id", "kind", "payload", "dedupe_key", "created_at", "run_at")
_INSERT = Statement(insert(OutboxEvent).values({name: bindparam(name) for name in _COLUMNS}), unread)


def event(
    work: Work,
    kind: str,
    payload: dict[str, Any],
    *,
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
) -> Write:
    """The write that has the worker handle `kind` at least once, at `run_at` (UTC) or at once.

    `payload` holds ids and codes. It belongs in the transaction of the change.
    """
    return _INSERT, {
        "id": new_id(),
        "kind": kind,
        "payload": payload,
        "dedupe_key": dedupe_key,
        "created_at": work.now,
        "run_at": run_at or work.now,
    }
