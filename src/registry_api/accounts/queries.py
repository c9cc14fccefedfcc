"""Statements on accounts and sessions; sign-in goes through the definer functions of migration 0002."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnClause,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    case,
    column,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import INET, insert

from registry_api.accounts.models import Account, AccountSession, AttemptCounter
from registry_api.accounts.principals import principal_of
from registry_api.kit.db import Statement, unread

ENTRY_COLUMNS: tuple[ColumnClause[Any], ...] = tuple(
    column(name)
    for name in (
        "session_id",
        "account_id",
        "realm",
        "role",
        "name",
        "practitioner_id",
        "institution_id",
        "authority_id",
        "office",
        "id_number_index",
        "activated",
        "scopes",
    )
)

ENTER_SESSION = Statement(
    select(*ENTRY_COLUMNS).select_from(
        func.enter_session(
            bindparam("token_hash", type_=LargeBinary),
            bindparam("session_id", type_=Uuid),
            bindparam("realm", type_=Text),
            bindparam("now", type_=AccountSession.created_at.type),
        ).table_valued(*[part.name for part in ENTRY_COLUMNS])
    ),
    principal_of,
)
ENTER_CLIENT = Statement(
    select(*ENTRY_COLUMNS).select_from(
        func.enter_client(bindparam("client_id", type_=Uuid)).table_valued(
            *[part.name for part in ENTRY_COLUMNS]
        )
    ),
    principal_of,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What sign-in compares with."""

    account_id: UUID
    password_hash: str
    status: str
    failures: int
    """Wrong passwords since the last right one."""


FIND_CREDENTIALS = Statement(
    select(*(column(name) for name in ("id", "password_hash", "status", "failures_in_a_row"))).select_from(
        func.credentials_of(bindparam("account_id", type_=Uuid)).table_valued(
            "id", "password_hash", "status", "failures_in_a_row"
        )
    ),
    Credentials,
)
COUNT_FAILURE = Statement(select(func.count_failure(bindparam("account_id", type_=Uuid))), unread)
FORGET_FAILURES = Statement(
    update(Account)
    .where(Account.id == bindparam("account_id"), Account.failures_in_a_row > 0)
    .values(failures_in_a_row=0),
    unread,
)

OPEN_SESSION = Statement(
    select(
        func.open_session(
            bindparam("id", type_=Uuid),
            bindparam("account_id", type_=Uuid),
            bindparam("token_hash", type_=LargeBinary),
            bindparam("now", type_=AccountSession.created_at.type),
            bindparam("idle_seconds", type_=AccountSession.idle_seconds.type),
            bindparam("expires_at", type_=AccountSession.created_at.type),
            bindparam("user_agent", type_=Text),
            bindparam("address", type_=INET),
            bindparam("password_hash", type_=Text),
        )
    ),
    unread,
)

TOUCH_SESSION = Statement(
    select(
        func.touch_session(
            bindparam("session_id", type_=Uuid), bindparam("now", type_=AccountSession.created_at.type)
        )
    ),
    unread,
)

END_SESSION = Statement(
    update(AccountSession)
    .where(AccountSession.id == bindparam("session_id"), AccountSession.revoked_at.is_(None))
    .values(revoked_at=bindparam("now")),
    unread,
)


@dataclass(frozen=True, slots=True)
class Reserved:
    """The attempt's place in its window."""

    attempts: int
    window_start: datetime


_fresh = AttemptCounter.window_start <= bindparam("window_opened", type_=AttemptCounter.window_start.type)
RESERVE_ATTEMPT = Statement(
    insert(AttemptCounter)
    .values(key=bindparam("key"), window_start=bindparam("now"), attempts=1)
    .on_conflict_do_update(
        index_elements=[AttemptCounter.key],
        set_={
            "attempts": case((_fresh, 1), else_=AttemptCounter.attempts + 1),
            "window_start": case((_fresh, bindparam("now")), else_=AttemptCounter.window_start),
        },
    )
    .returning(AttemptCounter.attempts, AttemptCounter.window_start),
    Reserved,
)
"""One statement counts the attempt before it is evaluated, so that a parallel burst cannot outrun the limit."""

COUNT_ATTEMPTS = Statement(
    select(AttemptCounter.attempts).where(
        AttemptCounter.key == bindparam("key"), AttemptCounter.window_start > bindparam("window_opened")
    ),
    int,
)
FORGET_ATTEMPTS = Statement(delete(AttemptCounter).where(AttemptCounter.key == bindparam("key")), unread)
