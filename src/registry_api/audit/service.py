"""Writes audit events in the transaction of the change they describe."""

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import bindparam, insert

from registry_api.audit.models import AuditEvent
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.work import Work

_COLUMNS = (
    "id",
    "occurred_at",
    "action",
    "outcome",
    "realm",
    "role",
    "account_id",
    "session_id",
    "object_type",
    "object_id",
    "request_id",
    "address",
    "details",
)
INSERT_EVENT = Statement(insert(AuditEvent).values({name: bindparam(name) for name in _COLUMNS}), unread)


class Actor(Protocol):
    """Who is recorded: a principal, or the worker."""

    @property
    def realm(self) -> str:
        """Realm, or `system`."""

    @property
    def role(self) -> str:
        """Role at the time."""

    @property
    def account_id(self) -> UUID | None:
        """Account or client."""

    @property
    def session_id(self) -> UUID | None:
        """Session, for persons."""


def event_values(
    work: Work,
    actor: Actor | None,
    action: str,
    *,
    object_type: str,
    object_id: UUID | None,
    outcome: str = "done",
    details: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Values of INSERT_EVENT. `details` holds codes and ids only, never personal data."""
    return {
        "id": new_id(),
        "occurred_at": work.now,
        "action": action,
        "outcome": outcome,
        "realm": actor.realm if actor else "anonymous",
        "role": actor.role if actor else "anonymous",
        "account_id": actor.account_id if actor else None,
        "session_id": actor.session_id if actor else None,
        "object_type": object_type,
        "object_id": object_id,
        "request_id": work.request_id,
        "address": work.address,
        "details": details or {},
    }


async def record(work: Work, actor: Actor | None, action: str, **event: Any) -> None:
    """Records what was done; see `event_values`."""
    await work.tx.run(INSERT_EVENT, **event_values(work, actor, action, **event))


def record_refusal(
    work: Work,
    actor: Actor | None,
    action: str,
    *,
    object_type: str = "operation",
    object_id: UUID | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Records an attempt that is refused: it is written although the request's transaction rolls back."""
    values = event_values(
        work, actor, action, object_type=object_type, object_id=object_id, outcome="refused", details=details
    )
    work.tx.keep_on_rollback(INSERT_EVENT, **values)
