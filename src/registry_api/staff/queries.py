"""Statements on the accounts of one office. Each names the office, whose id comes from the principal or from
`offices.find_office`; row-level security is the second wall."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    LargeBinary,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from registry_api.accounts.models import Account, OneTimeTicket
from registry_api.kit.db import Statement, unread
from registry_api.kit.paging import COUNT_LIMIT
from registry_api.second_factors.models import SecondFactor

OfficeKind = Literal["institution", "authority"]


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An account of an office."""

    id: UUID
    role: Any
    name: str
    login_name: str
    status: Any
    status_since: datetime | None
    id_number_sealed: bytes | None
    phone_sealed: bytes | None
    email_sealed: bytes | None
    created_at: datetime
    last_signed_in_at: datetime | None
    invitation_expires_at: datetime | None


def office_is(kind: OfficeKind) -> ColumnElement[bool]:
    """The condition that an account belongs to the office `office_id`."""
    column = Account.institution_id if kind == "institution" else Account.authority_id
    return and_(Account.realm == kind, column == bindparam("office_id", type_=Uuid))


_invitation_expires_at = (
    select(func.max(OneTimeTicket.expires_at))
    .where(
        OneTimeTicket.account_id == Account.id,
        OneTimeTicket.kind == "staff_invitation",
        OneTimeTicket.used_at.is_(None),
        OneTimeTicket.expires_at > bindparam("now", type_=OneTimeTicket.expires_at.type),
    )
    .correlate(Account)
    .scalar_subquery()
)
_columns = (
    *(getattr(Account, name) for name in StaffRow.__dataclass_fields__ if name != "invitation_expires_at"),
    _invitation_expires_at,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which filters a list has; their values are parameters."""

    status: bool = False
    role: bool = False
    after: bool = False


def _conditions(kind: OfficeKind, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [office_is(kind)]
    if filters.status:
        conditions.append(Account.status == bindparam("status", type_=Text))
    if filters.role:
        conditions.append(Account.role == bindparam("role", type_=Text))
    if filters.after:
        conditions.append(Account.id > bindparam("last_id", type_=Uuid))
    return conditions


@cache
def staff_page(kind: OfficeKind, filters: Filters) -> Statement[StaffRow]:
    """A page of an office's accounts, the oldest first."""
    return Statement(
        select(*_columns).where(*_conditions(kind, filters)).order_by(Account.id).limit(bindparam("limit")),
        StaffRow,
    )


@cache
def staff_count(kind: OfficeKind, filters: Filters) -> Statement[int]:
    """How many there are, up to COUNT_LIMIT + 1."""
    some = select(Account.id).where(*_conditions(kind, filters)).limit(COUNT_LIMIT + 1)
    return Statement(select(func.count()).select_from(some.subquery()), int)


@cache
def staff_member(kind: OfficeKind) -> Statement[StaffRow]:
    """One account of an office."""
    return Statement(
        select(*_columns).where(office_is(kind), Account.id == bindparam("account_id", type_=Uuid)), StaffRow
    )


LOCK_OFFICE = Statement(
    select(
        func.pg_advisory_xact_lock(
            func.hashtextextended(bindparam("office", type_=Text), bindparam("seed", type_=BigInteger))
        )
    ),
    unread,
)
"""Changes to one office's staff go one after the other: two administrators cannot demote each other at once."""
LOCK_SEED = 5151


@dataclass(frozen=True, slots=True)
class Administrator:
    """An administrator of an office, not disabled."""

    id: UUID
    status: str


@cache
def administrators(kind: OfficeKind) -> Statement[Administrator]:
    """Those who administer an office, invited ones included."""
    return Statement(
        select(Account.id, Account.status).where(
            office_is(kind),
            Account.role == f"{kind}_administrator",
            or_(Account.status == "active", Account.status == "invited"),
        ),
        Administrator,
    )


@cache
def accounts_of_person(kind: OfficeKind) -> Statement[UUID]:
    """Accounts of an office that belong to the person of an ID number, disabled ones included."""
    return Statement(
        select(Account.id).where(
            office_is(kind),
            Account.id_number_index == bindparam("id_number_index", type_=LargeBinary),
            Account.status != "closed",
        ),
        lambda account_id: account_id,
    )


_NEW = (
    "id",
    "realm",
    "role",
    "login_name",
    "login_key",
    "password_hash",
    "name",
    "id_number_sealed",
    "id_number_index",
    "phone_sealed",
    "phone_index",
    "email_sealed",
    "email_index",
    "institution_id",
    "authority_id",
    "created_by",
    "status",
    "status_since",
    "created_at",
)
CREATE = Statement(insert(Account).values({name: bindparam(name) for name in _NEW}), unread)

_this = Account.id == bindparam("account_id", type_=Uuid)
SET_ROLE = Statement(update(Account).where(_this).values(role=bindparam("role")), unread)
SET_STATUS = Statement(
    update(Account).where(_this).values(status=bindparam("status"), status_since=bindparam("now")), unread
)
ENABLE = Statement(
    update(Account)
    .where(_this, Account.status == "disabled")
    # Who was disabled before accepting the invitation has no password yet.
    .values(
        status=case((Account.activated_at.is_(None), "invited"), else_="active"),
        status_since=bindparam("now"),
    ),
    unread,
)
RESET = Statement(
    update(Account)
    .where(_this)
    .values(
        status="invited",
        status_since=bindparam("now", type_=Account.status_since.type),
        password_hash="",
        password_changed_at=null(),
        activated_at=null(),
    ),
    unread,
)
SET_PHONE = Statement(
    update(Account)
    .where(_this)
    .values(
        phone_sealed=bindparam("phone_sealed"),
        phone_index=bindparam("phone_index"),
        phone_verified_at=null(),
    ),
    unread,
)
SET_EMAIL = Statement(
    update(Account)
    .where(_this)
    .values(
        email_sealed=bindparam("email_sealed"),
        email_index=bindparam("email_index"),
        email_verified_at=null(),
    ),
    unread,
)
REMOVE_FACTORS = Statement(
    update(SecondFactor)
    .where(SecondFactor.account_id == bindparam("account_id", type_=Uuid), SecondFactor.removed_at.is_(None))
    .values(removed_at=bindparam("now")),
    unread,
)
ACCEPT = Statement(
    update(Account)
    .where(_this, Account.status == "invited")
    .values(
        login_name=bindparam("login_name"),
        login_key=bindparam("login_key"),
        password_hash=bindparam("password_hash"),
        password_changed_at=bindparam("now", type_=Account.password_changed_at.type),
        activated_at=bindparam("now", type_=Account.activated_at.type),
        status="active",
        status_since=bindparam("now", type_=Account.status_since.type),
        failures_in_a_row=0,
    ),
    unread,
)

IS_INVITED = Statement(select(Account.login_name).where(_this, Account.status == "invited"), str)
"""The login name, or what holds its place, of an account that waits to be opened."""


@dataclass(frozen=True, slots=True)
class PendingTotp:
    """An authenticator that has shown no code yet."""

    id: UUID
    secret_sealed: bytes


PENDING_TOTP = Statement(
    select(SecondFactor.id, SecondFactor.secret_sealed)
    .where(
        SecondFactor.account_id == bindparam("account_id", type_=Uuid),
        SecondFactor.kind == "totp",
        SecondFactor.confirmed_at.is_(None),
        SecondFactor.removed_at.is_(None),
    )
    .order_by(SecondFactor.id.desc())
    .limit(1),
    PendingTotp,
)
