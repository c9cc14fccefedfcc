"""Statements on WeChat logins and bindings. A login changes by atomic updates that name what it must be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, column, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from registry_api.kit.db import Statement, unread
from registry_api.wechat.models import WechatBinding, WechatLogin


@dataclass(frozen=True, slots=True)
class LoginRow:
    """One login under way."""

    id: UUID
    purpose: str
    status: str
    network: str
    account_id: UUID | None
    union_sealed: bytes | None
    created_at: datetime
    expires_at: datetime


_COLUMNS = tuple(getattr(WechatLogin, name) for name in LoginRow.__dataclass_fields__)
_alive = WechatLogin.expires_at > bindparam("now", type_=WechatLogin.expires_at.type)


def _changing(*conditions: Any, **values: Any) -> Statement[LoginRow]:
    return Statement(
        update(WechatLogin).where(*conditions, _alive).values(**values).returning(*_COLUMNS), LoginRow
    )


_START = (
    "id",
    "purpose",
    "status",
    "poll_hash",
    "scan_hash",
    "network",
    "account_id",
    "created_at",
    "expires_at",
)
INSERT_LOGIN = Statement(insert(WechatLogin).values({name: bindparam(name) for name in _START}), unread)

SCAN = _changing(
    WechatLogin.scan_hash == bindparam("scan_hash"),
    WechatLogin.status == "waiting",
    status="scanned",
    state_hash=bindparam("state_hash"),
    browser_hash=bindparam("browser_hash"),
    expires_at=bindparam("until"),
)
"""The first phone has it; a second one finds nothing."""

TAKE_STATE = _changing(
    WechatLogin.state_hash == bindparam("state_hash"),
    WechatLogin.browser_hash == bindparam("browser_hash"),
    WechatLogin.status == "scanned",
    state_hash=null(),
)
"""One use, in the browser that scanned; a state shown by another browser stays good for its own."""

ARRIVE = _changing(
    WechatLogin.id == bindparam("login_id"),
    WechatLogin.status == "scanned",
    status=bindparam("status"),
    account_id=bindparam("account_id"),
    union_sealed=bindparam("union_sealed"),
    confirm_hash=bindparam("confirm_hash"),
    expires_at=bindparam("until"),
)
"""What WeChat said, or that it said nothing."""

_confirming = (
    WechatLogin.confirm_hash == bindparam("confirm_hash"),
    WechatLogin.browser_hash == bindparam("browser_hash"),
    WechatLogin.status == "scanned",
)
FIND_CONFIRMATION = Statement(select(*_COLUMNS).where(*_confirming, _alive), LoginRow)
DECIDE = _changing(*_confirming, status=bindparam("status"), expires_at=bindparam("until"))

FIND_LOGIN = Statement(
    select(*_COLUMNS).where(
        WechatLogin.id == bindparam("login_id"), WechatLogin.poll_hash == bindparam("poll_hash")
    ),
    LoginRow,
)
USE = _changing(WechatLogin.id == bindparam("login_id"), WechatLogin.status == "confirmed", status="used")
"""Of two desktops that ask at once, one gets the row."""

SET_STATUS = Statement(
    update(WechatLogin).where(WechatLogin.id == bindparam("login_id")).values(status=bindparam("status")),
    unread,
)

FIND_WECHAT_ACCOUNT: Statement[UUID] = Statement(
    select(column("account_id")).select_from(
        func.find_wechat_account(bindparam("union_index", type_=LargeBinary)).table_valued("account_id")
    ),
    lambda account_id: account_id,
)

IS_BOUND: Statement[UUID] = Statement(
    select(WechatBinding.id).where(
        WechatBinding.account_id == bindparam("account_id"), WechatBinding.removed_at.is_(None)
    ),
    lambda binding_id: binding_id,
)
"""The account's binding; the scope is the account's."""

_BINDING = ("id", "account_id", "union_index", "union_sealed", "created_at")
BIND = Statement(
    insert(WechatBinding).values({name: bindparam(name) for name in _BINDING}).on_conflict_do_nothing(),
    unread,
)
UNBIND = Statement(
    update(WechatBinding)
    .where(WechatBinding.account_id == bindparam("account_id"), WechatBinding.removed_at.is_(None))
    .values(removed_at=bindparam("now")),
    unread,
)
