"""Statements on second factors; row-level security shows an account its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, insert, or_, select, update

from registry_api.kit.db import Statement, unread
from registry_api.second_factors.models import SecondFactor

_good = (
    SecondFactor.account_id == bindparam("account_id"),
    SecondFactor.confirmed_at.is_not(None),
    SecondFactor.removed_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A second factor that counts."""

    id: UUID
    kind: str
    name: str
    secret_sealed: bytes | None
    credential_id: bytes | None
    public_key: bytes | None
    sign_count: int | None
    created_at: datetime
    last_used_at: datetime | None


_ROW = tuple(getattr(SecondFactor, name) for name in FactorRow.__dataclass_fields__)

LIST_KINDS = Statement(select(SecondFactor.kind).where(*_good).distinct(), str)
LIST_FACTORS = Statement(select(*_ROW).where(*_good).order_by(SecondFactor.id), FactorRow)
LOCK_FACTORS = Statement(
    select(SecondFactor.id).where(*_good).order_by(SecondFactor.id).with_for_update(), lambda one: one
)
"""So that of two removals at once the second sees what the first left."""

_NEW_TOTP = ("id", "account_id", "kind", "name", "secret_sealed", "created_at")
ADD_TOTP = Statement(insert(SecondFactor).values({name: bindparam(name) for name in _NEW_TOTP}), unread)
FIND_UNCONFIRMED = Statement(
    select(*_ROW).where(
        SecondFactor.id == bindparam("factor_id"),
        SecondFactor.account_id == bindparam("account_id"),
        SecondFactor.confirmed_at.is_(None),
        SecondFactor.removed_at.is_(None),
    ),
    FactorRow,
)
DROP_UNCONFIRMED = Statement(
    update(SecondFactor)
    .where(
        SecondFactor.account_id == bindparam("account_id"),
        SecondFactor.confirmed_at.is_(None),
        SecondFactor.removed_at.is_(None),
    )
    .values(removed_at=bindparam("now")),
    unread,
)
CONFIRM_TOTP = Statement(
    update(SecondFactor)
    .where(
        SecondFactor.id == bindparam("factor_id"),
        SecondFactor.confirmed_at.is_(None),
        SecondFactor.removed_at.is_(None),
    )
    .values(confirmed_at=bindparam("now"), last_step=bindparam("step")),
    unread,
)
USE_TOTP = Statement(
    update(SecondFactor)
    .where(
        SecondFactor.id == bindparam("factor_id"),
        SecondFactor.removed_at.is_(None),
        or_(SecondFactor.last_step.is_(None), SecondFactor.last_step < bindparam("step")),
    )
    .values(last_step=bindparam("step"), last_used_at=bindparam("now")),
    unread,
)
"""Of two requests with the same code one changes the row: a code counts once."""

_NEW_PASSKEY = (
    "id", "account_id", "kind", "name", "credential_id", "public_key", "sign_count", "created_at", "confirmed_at",
)  # fmt: skip
ADD_PASSKEY = Statement(insert(SecondFactor).values({name: bindparam(name) for name in _NEW_PASSKEY}), unread)
USE_PASSKEY = Statement(
    update(SecondFactor)
    .where(
        SecondFactor.id == bindparam("factor_id"),
        SecondFactor.removed_at.is_(None),
        or_(
            SecondFactor.sign_count < bindparam("sign_count"),
            # Passkeys that are kept in several places do not count (WebAuthn 6.1.1).
            and_(
                SecondFactor.sign_count == 0, bindparam("sign_count", type_=SecondFactor.sign_count.type) == 0
            ),
        ),
    )
    .values(sign_count=bindparam("sign_count"), last_used_at=bindparam("now")),
    unread,
)
REMOVE = Statement(
    update(SecondFactor)
    .where(SecondFactor.id == bindparam("factor_id"), *_good)
    .values(removed_at=bindparam("now")),
    unread,
)
