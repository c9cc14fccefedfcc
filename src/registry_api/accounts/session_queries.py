"""Statements on one's own sessions, devices and refresh tokens."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, bindparam, column, func, insert, select, update

from registry_api.accounts.models import AccountSession, KnownDevice, RefreshToken
from registry_api.kit.db import Statement, unread

MARK_SESSION = Statement(
    update(AccountSession)
    .where(AccountSession.id == bindparam("session_id"))
    .values(device_id=bindparam("device_id"), proved_at=bindparam("proved_at")),
    unread,
)
PROVE_SESSION = Statement(
    update(AccountSession)
    .where(AccountSession.id == bindparam("session_id"))
    .values(proved_at=bindparam("now")),
    unread,
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that lives."""

    id: UUID
    user_agent: str
    address: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    known_device: bool


_live = (
    AccountSession.account_id == bindparam("account_id"),
    AccountSession.revoked_at.is_(None),
    AccountSession.expires_at > bindparam("now"),
    AccountSession.last_seen_at + func.make_interval(0, 0, 0, 0, 0, 0, AccountSession.idle_seconds)
    > bindparam("now"),
)
LIST_SESSIONS = Statement(
    select(
        AccountSession.id,
        AccountSession.user_agent,
        AccountSession.address,
        AccountSession.created_at,
        AccountSession.last_seen_at,
        AccountSession.expires_at,
        AccountSession.device_id.is_not(None),
    )
    .where(*_live)
    .order_by(AccountSession.id.desc())
    .limit(100),
    SessionRow,
)
END_ONE = Statement(
    update(AccountSession)
    .where(AccountSession.id == bindparam("session_id"), *_live)
    .values(revoked_at=bindparam("now")),
    unread,
)
END_OTHERS = Statement(
    update(AccountSession)
    .where(
        AccountSession.account_id == bindparam("account_id"),
        AccountSession.id.is_distinct_from(bindparam("kept", type_=Uuid)),
        AccountSession.revoked_at.is_(None),
    )
    .values(revoked_at=bindparam("now")),
    unread,
)
END_EVERYWHERE = Statement(
    select(
        func.end_sessions_of(
            bindparam("account_id", type_=Uuid), bindparam("now", type_=AccountSession.created_at.type)
        )
    ),
    unread,
)
"""Another person's sessions and known devices; the caller has made sure that they are in its hands."""

FIND_DEVICE = Statement(
    select(column("id"), column("account_id")).select_from(
        func.find_device(
            bindparam("token_hash", type_=LargeBinary), bindparam("now", type_=KnownDevice.created_at.type)
        ).table_valued("id", "account_id")
    ),
    lambda *row: row,
)
_DEVICE = ("id", "account_id", "token_hash", "user_agent", "created_at", "last_seen_at", "expires_at")
ADD_DEVICE = Statement(insert(KnownDevice).values({name: bindparam(name) for name in _DEVICE}), unread)


@dataclass(frozen=True, slots=True)
class RefreshRow:
    """A refresh token as it is kept, locked."""

    id: UUID
    session_id: UUID
    account_id: UUID
    expires_at: datetime
    used_at: datetime | None
    successor_sealed: bytes | None


_REFRESH = ("id", "session_id", "account_id", "expires_at", "used_at", "successor_sealed")
FIND_REFRESH_TOKEN = Statement(
    select(*(column(name) for name in _REFRESH)).select_from(
        func.find_refresh_token(bindparam("token_hash", type_=LargeBinary)).table_valued(*_REFRESH)
    ),
    RefreshRow,
)
_NEW = ("id", "session_id", "account_id", "token_hash", "created_at", "expires_at")
ADD_REFRESH_TOKEN = Statement(insert(RefreshToken).values({name: bindparam(name) for name in _NEW}), unread)
USE_REFRESH_TOKEN = Statement(
    update(RefreshToken)
    .where(RefreshToken.id == bindparam("token_id"))
    .values(used_at=bindparam("now"), successor_sealed=bindparam("successor_sealed")),
    unread,
)
