"""One's own part of the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    select,
    union_all,
)

from registry_api.accounts.addresses import mask_address
from registry_api.accounts.models import AccountSession
from registry_api.accounts.principals import Principal
from registry_api.audit.models import AuditEvent
from registry_api.kit.db import Statement
from registry_api.kit.paging import read_cursor, write_cursor
from registry_api.kit.texts import Language, has_text, text
from registry_api.kit.work import Work
from registry_api.personal_data.schemas import EventPage, EventRead


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    action: str
    outcome: Literal["done", "refused"]
    occurred_at: datetime
    address: str | None
    user_agent: str | None


_me: BindParameter[UUID] = bindparam("account_id", type_=Uuid)
_by_me = AuditEvent.account_id == _me
_about_me = and_(
    AuditEvent.object_type == "account",
    AuditEvent.object_id == _me,
    AuditEvent.account_id.is_distinct_from(_me),
)


def own_address(account_id: BindParameter[UUID]) -> ColumnElement[Any]:
    """The address of an event, unless an office did it: where its people sit is not the doctor's to know."""
    somebody_else = and_(AuditEvent.account_id.is_not(None), AuditEvent.account_id != account_id)
    return case((somebody_else, None), else_=cast(AuditEvent.address, Text))


def _page(*position: ColumnElement[bool]) -> Statement[_Row]:
    """One look into each of two indexes: what I did, and what was done or tried with my account by others."""
    newest = union_all(
        *(
            select(AuditEvent.id)
            .where(concerned, *position)
            .order_by(AuditEvent.id.desc())
            .limit(bindparam("limit"))
            .subquery()
            .select()
            for concerned in (_by_me, _about_me)
        )
    ).subquery()
    return Statement(
        select(
            AuditEvent.id,
            AuditEvent.action,
            AuditEvent.outcome,
            AuditEvent.occurred_at,
            own_address(_me),
            AccountSession.user_agent,
        )
        .outerjoin(AccountSession, AccountSession.id == AuditEvent.session_id)
        .where(AuditEvent.id.in_(select(newest.c.id)))
        .order_by(AuditEvent.id.desc())
        .limit(bindparam("limit")),
        _Row,
    )


_FIRST = _page()
_NEXT = _page(AuditEvent.id < bindparam("last_id", type_=Uuid))


async def list_events(work: Work, principal: Principal, limit: int, cursor: str | None) -> EventPage:
    """What was done and tried under the account, the newest first. Raises CursorRefused."""
    values: dict[str, Any] = {"account_id": principal.account_id, "limit": limit + 1}
    if cursor is not None:
        (values["last_id"],) = read_cursor(cursor, UUID)
    rows = await work.tx.fetch_all(_FIRST if cursor is None else _NEXT, **values)
    return EventPage(
        items=[
            EventRead(
                id=row.id,
                action=row.action,
                title=event_title(row.action, work.language),
                outcome=row.outcome,
                occurred_at=row.occurred_at,
                address_masked=mask_address(row.address),
                user_agent=row.user_agent,
            )
            for row in rows[:limit]
        ],
        next_cursor=write_cursor(rows[limit - 1].id) if len(rows) > limit else None,
    )


def event_title(action: str, language: Language) -> str:
    """What an action is called; `event.other` for one that a newer release recorded."""
    step = action.removeprefix("application.")
    keys = (f"event.{action}", f"action.{step}", "event.other")
    return text(next(key for key in keys if has_text(key, language)), language)
