"""One's own part of the audit log."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, cast, select

from registry_api.accounts.models import AccountSession
from registry_api.accounts.principals import Principal
from registry_api.audit.models import AuditEvent
from registry_api.kit.db import Statement
from registry_api.kit.paging import read_cursor, write_cursor
from registry_api.kit.texts import Language, has_text, text
from registry_api.kit.work import Work
from registry_api.personal_data.schemas import EventPage, EventRead

SHOWN_BITS = {4: 24, 6: 48}
"""Of an address: enough to tell home from elsewhere, too little to name a household (RFC 6973 6.1.1)."""


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    action: str
    outcome: Literal["done", "refused"]
    occurred_at: datetime
    address: str | None
    user_agent: str | None


_page = (
    select(
        AuditEvent.id,
        AuditEvent.action,
        AuditEvent.outcome,
        AuditEvent.occurred_at,
        cast(AuditEvent.address, Text),
        AccountSession.user_agent,
    )
    .outerjoin(AccountSession, AccountSession.id == AuditEvent.session_id)
    .where(AuditEvent.account_id == bindparam("account_id", type_=Uuid))
    .order_by(AuditEvent.id.desc())
    .limit(bindparam("limit"))
)
_FIRST = Statement(_page, _Row)
_NEXT = Statement(_page.where(AuditEvent.id < bindparam("last_id", type_=Uuid)), _Row)


async def list_events(work: Work, principal: Principal, limit: int, cursor: str | None) -> EventPage:
    """What was done under the account, the newest first. Raises CursorRefused."""
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
    key = f"event.{action}"
    return text(key, language) if has_text(key, language) else text("event.other", language)


def mask_address(address: str | None) -> str | None:
    """The network of an address: `203.0.113.0/24`, `2001:db8:1::/48`."""
    if address is None:
        return None
    network = ip_network(address.split("/", 1)[0])
    return str(network.supernet(new_prefix=SHOWN_BITS[network.version]))
