"""Reads what a licence is made of, and the licences that there are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from registry_api.institutions.models import Authority, Institution
from registry_api.kit.db import Statement, unread
from registry_api.licences.models import NUMBER_SEQUENCE, PLACE_SEQUENCE, Licence
from registry_api.practitioners.models import Practitioner, Qualification
from registry_api.register.models import Practice, Registration


@dataclass(frozen=True, slots=True)
class Holding:
    """A registration that is not over, with whatever its licence says."""

    registration_id: UUID
    status: str
    registered_on: date
    certificate_sealed: bytes
    authority_id: UUID
    authority: str
    authority_division: str
    practitioner_id: UUID
    name: str
    sex: str
    id_number_sealed: bytes
    qualification_id: UUID
    qualification_sealed: bytes
    qualification_status: str
    techniques: list[str]
    conditions: list[str]
    institution_id: UUID | None
    institution: str | None


@dataclass(frozen=True, slots=True)
class LicenceRow:
    """A version."""

    id: UUID
    registration_id: UUID
    number: str
    version: int
    status: str
    claims_sealed: bytes
    photo_key: str
    storage_key: str
    issued_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    registration_status: str


@dataclass(frozen=True, slots=True)
class Current:
    """The valid version of a registration, and what the register says now."""

    id: UUID
    practitioner_id: UUID
    version: int
    institution_id: UUID
    authority_id: UUID
    registration_status: str
    main_institution_id: UUID | None
    registration_authority_id: UUID


def _uuid(value: UUID) -> UUID:
    return value


def _pair(first: Any, second: Any) -> tuple[Any, Any]:
    return first, second


def _three(first: Any, second: Any, third: Any) -> tuple[Any, Any, Any]:
    return first, second, third


_registration = bindparam("registration_id", type_=Uuid)
_person = bindparam("practitioner_id", type_=Uuid)
_MAIN = and_(
    Practice.registration_id == Registration.id,
    Practice.kind == "main",
    Practice.valid_to.is_(None),
    Practice.ended_on.is_(None),
)


def _holding(whose: ColumnElement[bool]) -> Statement[Holding]:
    query = (
        select(
            Registration.id,
            Registration.status,
            Registration.registered_on,
            Registration.certificate_number_sealed,
            Authority.id,
            Authority.name,
            Authority.division_code,
            Practitioner.id,
            Practitioner.name,
            Practitioner.sex,
            Practitioner.id_number_sealed,
            Qualification.id,
            Qualification.certificate_number_sealed,
            Qualification.status,
            Qualification.techniques,
            Qualification.conditions,
            Institution.id,
            Institution.name,
        )
        .join(Authority, Authority.id == Registration.authority_id)
        .join(Practitioner, Practitioner.id == Registration.practitioner_id)
        .join(Qualification, Qualification.id == Registration.qualification_id)
        .outerjoin(Practice, _MAIN)
        .outerjoin(Institution, Institution.id == Practice.institution_id)
        .where(whose, or_(*(Registration.status == status for status in ("valid", "filed", "suspended"))))
    )
    return Statement(query, Holding)


HELD_BY = _holding(Registration.practitioner_id == _person)
HELD = _holding(Registration.id == _registration)
OWN_REGISTRATION = Statement(
    select(Registration.id).where(Registration.id == _registration, Registration.practitioner_id == _person),
    _uuid,
)

_LICENCE = select(
    Licence.id,
    Licence.registration_id,
    Licence.number,
    Licence.version,
    Licence.status,
    Licence.claims_sealed,
    Licence.photo_key,
    Licence.storage_key,
    Licence.issued_at,
    Licence.ended_at,
    Licence.end_reason,
    Registration.status,
).join(Registration, Registration.id == Licence.registration_id)
OWN = Statement(
    _LICENCE.where(Licence.practitioner_id == _person)
    .order_by(Licence.issued_at.desc(), Licence.version.desc())
    .limit(50),
    LicenceRow,
)
ONE_OWN = Statement(
    _LICENCE.where(Licence.id == bindparam("licence_id", type_=Uuid), Licence.practitioner_id == _person),
    LicenceRow,
)
VALID_OF = Statement(
    select(Licence.id).where(Licence.registration_id == _registration, Licence.status == "valid"), _uuid
)
VALID_AFTER = Statement(
    select(Licence.id, Licence.registration_id, Licence.claims_sealed)
    .where(Licence.status == "valid", Licence.id > bindparam("last", type_=Uuid))
    .order_by(Licence.id)
    .limit(bindparam("limit", type_=Integer)),
    _three,
)
LAST_VERSION = Statement(
    select(Licence.number, Licence.version)
    .where(Licence.registration_id == _registration)
    .order_by(Licence.version.desc())
    .limit(1),
    _pair,
)
EXISTS = Statement(select(Licence.id).where(Licence.id == bindparam("licence_id", type_=Uuid)), _uuid)
CURRENT = Statement(
    select(
        Licence.id,
        Licence.practitioner_id,
        Licence.version,
        Licence.institution_id,
        Licence.authority_id,
        Registration.status,
        Practice.institution_id,
        Registration.authority_id,
    )
    .join(Registration, Registration.id == Licence.registration_id)
    .outerjoin(Practice, _MAIN)
    .where(Licence.registration_id == _registration, Licence.status == "valid"),
    Current,
)
FINISH = Statement(
    update(Licence)
    .where(Licence.id == bindparam("licence_id", type_=Uuid), Licence.status == "valid")
    .values(
        status=bindparam("new_status"),
        ended_at=bindparam("now"),
        end_reason=bindparam("reason"),
    ),
    unread,
)
NEXT_NUMBER = Statement(select(NUMBER_SEQUENCE.next_value()), int)
NEXT_PLACE = Statement(select(PLACE_SEQUENCE.next_value()), int)
_COLUMNS = (
    *("id", "registration_id", "practitioner_id", "institution_id", "authority_id", "number", "version"),
    *("list_id", "list_index", "claims_sealed", "photo_key", "photo_sha256", "storage_key", "sha256", "size"),
    "issued_at",
)
INSERT = Statement(
    insert(Licence).values(
        status="valid", ended_at=null(), end_reason=null(), **{name: bindparam(name) for name in _COLUMNS}
    ),
    unread,
)
# A photo is decided by the institution, whose session may not lock the registration as an entry of the register does.
LOCK_PHOTO = Statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("lock", type_=Text), 0))), unread
)

_VERIFIED = (
    *("id", "status", "issued_at", "ended_at", "photo_key", "registration_id", "certificate_number_sealed"),
    *("registration_status", "name", "sex", "institution", "authority", "techniques", "conditions"),
    "additional",
)


@dataclass(frozen=True, slots=True)
class VerifiedLicence:
    """What the register says of a licence whose code is genuine; columns of `verified_licence` (migration)."""

    id: UUID
    status: str
    issued_at: datetime
    ended_at: datetime | None
    photo_key: str
    registration_id: UUID
    certificate_number_sealed: bytes
    registration_status: str
    name: str
    sex: str
    institution: str | None
    authority: str
    techniques: list[str]
    conditions: list[str]
    additional: list[str]


def _columns_of(function: Any, *names: str) -> Select[Any]:
    table = function.table_valued(*names)
    return select(*(table.c[name] for name in names)).select_from(table)


VERIFIED = Statement(
    _columns_of(
        func.verified_licence(
            bindparam("number", type_=Text),
            bindparam("version", type_=Integer),
            bindparam("day", type_=Registration.registered_on.type),
        ),
        *_VERIFIED,
    ),
    VerifiedLicence,
)
_list = bindparam("list_id", type_=Integer)
LIST_STATE = Statement(_columns_of(func.licence_list_state(_list), "known", "ended"), _pair)
ENDED = Statement(_columns_of(func.ended_licences(_list), "superseded", "revoked"), _pair)
