"""One-time tickets: 256 random bits that prove a step was passed; the database keeps their SHA-256."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Text, bindparam, column, func, insert, select, update
from sqlalchemy.sql.functions import FunctionElement

from registry_api.accounts.entry import token_hash
from registry_api.accounts.models import OneTimeTicket
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import Problem
from registry_api.kit.work import Work

_PLACE = "one_time_ticket.payload"
_NAMES = ("id", "kind", "token_hash", "account_id", "payload_sealed", "created_at", "expires_at")
_ISSUE = Statement(insert(OneTimeTicket).values({name: bindparam(name) for name in _NAMES}), unread)
_VOID = Statement(
    update(OneTimeTicket)
    .where(
        OneTimeTicket.account_id == bindparam("account_id"),
        OneTimeTicket.kind == bindparam("kind"),
        OneTimeTicket.used_at.is_(None),
    )
    .values(used_at=bindparam("now")),
    unread,
)


class TicketGone(Problem):
    """The ticket was used, has ended, or never was; the flow starts again."""

    status, code = 410, "ticket_gone"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that is good."""

    id: UUID
    account_id: UUID | None
    payload: dict[str, Any]
    created_at: datetime


def _ask(function: Any) -> Statement[tuple[UUID, UUID | None, bytes | None, datetime]]:
    columns = ("id", "account_id", "payload_sealed", "created_at")
    call: FunctionElement[Any] = function(
        bindparam("kind", type_=Text),
        bindparam("token_hash", type_=LargeBinary),
        bindparam("now", type_=OneTimeTicket.created_at.type),
    )
    return Statement(
        select(*(column(name) for name in columns)).select_from(call.table_valued(*columns)),
        lambda *row: row,
    )


_TAKE, _PEEK = _ask(func.take_ticket), _ask(func.peek_ticket)


async def issue_ticket(
    work: Work,
    kind: str,
    lifetime: timedelta,
    *,
    account_id: UUID | None = None,
    payload: dict[str, Any] | None = None,
) -> str:
    """A new ticket; gives the token, which nobody can read from the database. `payload` is kept sealed."""
    token, ticket_id = secrets.token_urlsafe(32), new_id()
    await work.tx.run(
        _ISSUE,
        id=ticket_id,
        kind=kind,
        token_hash=token_hash(token),
        account_id=account_id,
        payload_sealed=None if payload is None else work.system.sealer.seal_json(payload, _PLACE, ticket_id),
        created_at=work.now,
        expires_at=work.now + lifetime,
    )
    return token


async def take_ticket(work: Work, kind: str, token: str) -> Ticket:
    """Uses the ticket up; of two requests at once one gets it. Raises TicketGone."""
    return await _open(work, _TAKE, kind, token)


async def peek_ticket(work: Work, kind: str, token: str) -> Ticket:
    """The ticket, left as it is: for a page that shows before it asks. Raises TicketGone."""
    return await _open(work, _PEEK, kind, token)


async def void_tickets(work: Work, kind: str, account_id: UUID) -> None:
    """Ends the account's open tickets of a kind; the scope must be the account's or its administrator's."""
    await work.tx.run(_VOID, account_id=account_id, kind=kind, now=work.now)


async def _open(
    work: Work, statement: Statement[tuple[UUID, UUID | None, bytes | None, datetime]], kind: str, token: str
) -> Ticket:
    row = await work.tx.find(statement, kind=kind, token_hash=token_hash(token), now=work.now)
    if row is None:
        raise TicketGone
    ticket_id, account_id, sealed, created_at = row
    payload = {} if sealed is None else work.system.sealer.open_json(sealed, _PLACE, ticket_id)
    return Ticket(ticket_id, account_id, payload, created_at)
