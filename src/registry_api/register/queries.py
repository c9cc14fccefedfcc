"""Reads a person's registrations, and finds persons for an authority."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY

from registry_api.applications.models import Application
from registry_api.institutions.models import Authority, Division, Institution
from registry_api.kit.db import Statement
from registry_api.practitioners.models import CrossProvinceConsent, Practitioner, Qualification
from registry_api.register.models import Practice, RegisterEntry, Registration, Standing
from registry_api.register.state import Place, Status
from registry_api.register.state import Standing as StandingOf

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """A registration, with its qualification's scope."""

    id: UUID
    certificate_sealed: bytes
    status: Status
    status_since: date
    registered_on: date
    filed_on: date | None
    authority_name: str
    techniques: list[str]
    conditions: list[str]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place, and what its institution is called."""

    id: UUID
    registration_id: UUID
    institution_name: str
    address: str
    place: Place


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as it is shown."""

    registration_id: UUID
    id: UUID
    kind: str
    effective_on: date
    application_id: UUID | None
    details: dict[str, Any]
    reverses_id: UUID | None
    application_number: str | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person."""

    id: UUID
    name: str
    sex: str
    id_number_sealed: bytes
    phone_sealed: bytes | None


@dataclass(frozen=True, slots=True)
class QualificationRow:
    """A qualification certificate."""

    practitioner_id: UUID
    id: UUID
    certificate_sealed: bytes
    province_code: str
    province_name: str
    issued_on: date
    status: str
    techniques: list[str]
    conditions: list[str]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A registration in a few words."""

    practitioner_id: UUID
    id: UUID
    status: Status
    status_since: date
    authority_name: str
    institution_name: str | None


def _place(row: UUID, registration_id: UUID, name: str, address: str, *place: Any) -> PlaceRow:
    return PlaceRow(row, registration_id, name, address, Place(*place))


def _standing(registration_id: UUID, *standing: Any) -> tuple[UUID, StandingOf]:
    return registration_id, StandingOf(*standing)


_person = bindparam("practitioner_id", type_=Uuid)
# Another authority's case is not the reader's to open.
_own_case = bindparam("reader_id", type_=Uuid).in_((Application.practitioner_id, Application.authority_id))
REGISTRATIONS = Statement(
    select(
        Registration.id,
        Registration.certificate_number_sealed,
        Registration.status,
        Registration.status_since,
        Registration.registered_on,
        Registration.filed_on,
        Authority.name,
        Qualification.techniques,
        Qualification.conditions,
    )
    .join(Authority, Authority.id == Registration.authority_id)
    .join(Qualification, Qualification.id == Registration.qualification_id)
    .where(Registration.practitioner_id == _person)
    .order_by(Registration.registered_on.desc(), Registration.id.desc())
    .limit(50),
    RegistrationRow,
)
PLACES = Statement(
    select(
        Practice.id,
        Practice.registration_id,
        Institution.name,
        Institution.address,
        Practice.entry_id,
        Practice.institution_id,
        Practice.authority_id,
        Practice.kind,
        Practice.valid_from,
        Practice.valid_to,
        Practice.ended_on,
        Practice.end_kind,
        Practice.ended_by,
    )
    .join(Institution, Institution.id == Practice.institution_id)
    .where(Practice.practitioner_id == _person)
    .order_by(Practice.kind.desc(), Practice.valid_from.desc(), Practice.id.desc()),
    _place,
)
STANDINGS = Statement(
    select(
        Standing.registration_id, Standing.entry_id, Standing.status, Standing.valid_from, Standing.ended_on
    )
    .where(Standing.practitioner_id == _person)
    .order_by(Standing.entry_id),
    _standing,
)
ENTRIES = Statement(
    select(
        RegisterEntry.registration_id,
        RegisterEntry.id,
        RegisterEntry.kind,
        RegisterEntry.effective_on,
        RegisterEntry.application_id,
        RegisterEntry.details,
        RegisterEntry.reverses_id,
        Application.number,
    )
    .outerjoin(Application, and_(Application.id == RegisterEntry.application_id, _own_case))
    .where(RegisterEntry.practitioner_id == _person)
    .order_by(RegisterEntry.id),
    EntryRow,
)

_office = bindparam("authority_id", type_=Uuid)


def _of_office() -> ColumnElement[bool]:
    """Whom an authority deals with: an application there, a practice at an institution of its, or its registration."""
    return or_(
        exists().where(
            Application.practitioner_id == Practitioner.id,
            Application.authority_id == _office,
            Application.status != "draft",
        ),
        exists().where(Practice.practitioner_id == Practitioner.id, Practice.authority_id == _office),
        exists().where(Registration.practitioner_id == Practitioner.id, Registration.authority_id == _office),
    )


def _of_province() -> ColumnElement[bool]:
    """Whom it may handle directly: assessed in its province, or with that province's consent (Order 15 Art. 27)."""
    province = (
        select(func.left(Authority.division_code, 2) + "0000")
        .where(Authority.id == _office)
        .scalar_subquery()
    )
    return or_(
        exists().where(
            Qualification.practitioner_id == Practitioner.id, Qualification.province_code == province
        ),
        exists().where(
            CrossProvinceConsent.practitioner_id == Practitioner.id,
            CrossProvinceConsent.province_code == province,
            CrossProvinceConsent.withdrawn_on.is_(None),
        ),
    )


_PERSON = select(
    Practitioner.id,
    Practitioner.name,
    Practitioner.sex,
    Practitioner.id_number_sealed,
    Practitioner.phone_sealed,
)
_certified = union(
    select(Qualification.practitioner_id).where(
        Qualification.certificate_number_index == bindparam("qualification_index", type_=LargeBinary)
    ),
    select(Registration.practitioner_id).where(
        Registration.certificate_number_index == bindparam("registration_index", type_=LargeBinary)
    ),
).subquery()
PERSON = Statement(_PERSON.where(Practitioner.id == _person, or_(_of_office(), _of_province())), PersonRow)
BY_ID_NUMBER = Statement(
    _PERSON.where(
        Practitioner.id_number_index == bindparam("id_number_index", type_=LargeBinary),
        or_(_of_office(), _of_province()),
    ),
    PersonRow,
)
BY_CERTIFICATE = Statement(
    _PERSON.join(_certified, _certified.c.practitioner_id == Practitioner.id).where(
        or_(_of_office(), _of_province())
    ),
    PersonRow,
)
# A name is many people's, so it finds those only whom the authority deals with.
BY_NAME = Statement(
    _PERSON.where(Practitioner.name == bindparam("name", type_=Text), _of_office())
    .order_by(Practitioner.id)
    .limit(MOST_FOUND + 1),
    PersonRow,
)
_persons = bindparam("practitioner_ids", type_=ARRAY(Uuid))
QUALIFICATIONS = Statement(
    select(
        Qualification.practitioner_id,
        Qualification.id,
        Qualification.certificate_number_sealed,
        Qualification.province_code,
        Division.name,
        Qualification.issued_on,
        Qualification.status,
        Qualification.techniques,
        Qualification.conditions,
    )
    .join(Division, Division.code == Qualification.province_code)
    .where(Qualification.practitioner_id == func.any(_persons))
    .order_by(Qualification.issued_on.desc(), Qualification.id.desc()),
    QualificationRow,
)
SUMMARIES = Statement(
    select(
        Registration.practitioner_id,
        Registration.id,
        Registration.status,
        Registration.status_since,
        Authority.name,
        Institution.name,
    )
    .join(Authority, Authority.id == Registration.authority_id)
    .outerjoin(
        Practice,
        and_(
            Practice.registration_id == Registration.id,
            Practice.kind == "main",
            Practice.valid_to.is_(None),
            Practice.ended_on.is_(None),
        ),
    )
    .outerjoin(Institution, Institution.id == Practice.institution_id)
    .where(Registration.practitioner_id == func.any(_persons))
    .order_by(Registration.registered_on.desc(), Registration.id.desc()),
    SummaryRow,
)
