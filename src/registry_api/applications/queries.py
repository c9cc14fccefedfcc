"""Every read of applications. `scoped` is the first wall: no statement here can return a stranger's row."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
)

from registry_api.applications.detail import AttachmentRow, Detail, StepRow, detail_of
from registry_api.applications.models import Application, ApplicationStep
from registry_api.institutions.models import Authority, Division, Institution
from registry_api.kit.db import Statement
from registry_api.kit.roles import Realm
from registry_api.photos.models import Attachment
from registry_api.practitioners.models import Practitioner, Qualification
from registry_api.workflow.table import OPEN_STATUSES, Filer, Status

STEP_LIMIT = 500
ATTACHMENT_LIMIT = 20
EARLIER_LIMIT = 20
"""Bounds on what one answer carries; the rules let an application have far fewer."""


def scoped(realm: Realm) -> ColumnElement[bool]:
    """The rows of the caller's realm: `scope` is the principal's practitioner, institution or authority."""
    scope = bindparam("scope", type_=Uuid)
    if realm == "doctor":
        return Application.practitioner_id == scope
    office = Application.institution_id if realm == "institution" else Application.authority_id
    return and_(office == scope, or_(Application.status != "draft", Application.filer == realm))


@dataclass(slots=True)
class Case:
    """An application under a lock; `perform` changes it and writes it back."""

    id: UUID
    number: str | None
    type: str
    filer: Filer
    status: Status
    version: int
    practitioner_id: UUID
    registration_id: UUID | None
    subject_id: UUID
    institution_id: UUID | None
    authority_id: UUID | None
    applicant_name: str
    payload: dict[str, Any]
    form_sealed: bytes | None
    endorsed_digest: bytes | None
    endorsed_by: UUID | None
    endorser_index: bytes | None
    decided_by: UUID | None
    decider_index: bytes | None
    assignee_id: UUID | None
    assignee_name: str | None
    status_since: datetime
    act_by: date
    received_at: datetime | None
    accepted_at: datetime | None
    correction_requested_at: datetime | None
    changed_places: list[str]
    submitted_at: datetime | None
    decided_at: datetime | None
    applicant_index: bytes
    institution_status: str | None


_JOINED = ("applicant_index", "institution_status")
CASE_COLUMNS = tuple(name for name in Case.__dataclass_fields__ if name not in _JOINED)


@cache
def locked_case(realm: Realm) -> Statement[Case]:
    """The application for a decision, locked."""
    return _locked(and_(Application.id == bindparam("application_id"), scoped(realm)))


@cache
def locked_case_for_worker() -> Statement[Case]:
    """The application for what the law supposes; the worker acts for no office, so no scope narrows it."""
    return _locked(Application.id == bindparam("application_id"))


_under_way = or_(*(Application.status == status for status in OPEN_STATUSES if status != "draft"))


def _locked(condition: ColumnElement[bool]) -> Statement[Case]:
    return Statement(
        select(
            *(getattr(Application, name) for name in CASE_COLUMNS),
            Practitioner.id_number_index,
            select(Institution.status).where(Institution.id == Application.institution_id).scalar_subquery(),
        )
        .join(Practitioner, Practitioner.id == Application.practitioner_id)
        .where(condition)
        .with_for_update(of=Application),
        Case,
    )


UNDER_WAY = Statement(
    select(Application.id)
    .where(
        Application.practitioner_id == bindparam("practitioner_id"),
        Application.type == bindparam("type"),
        Application.subject_id == bindparam("subject_id"),
        _under_way,
    )
    .limit(1),
    lambda found: found,
)
"""Whether something of a type is under way about a subject; a draft is not yet."""
OPEN_CASES_OF_REGISTRATION = _locked(
    and_(Application.registration_id == bindparam("registration_id"), _under_way)
)
"""What is under way about a registration, locked; for the worker. A draft that comes too late is refused."""


def _rows_of(model: type[Any], shape: type[Any], order: Any, limit: int) -> ColumnElement[Any]:
    """Rows that belong to the application, as one column: two round trips fewer than asking for each kind."""
    row = func.row(*(getattr(model, name) for name in shape.__dataclass_fields__))
    rows: ColumnElement[Any] = func.array(
        select(row)
        .where(model.application_id == Application.id)
        .order_by(order)
        .limit(limit)
        .correlate(Application)
        .scalar_subquery()
    )
    return rows


def _earlier(realm: Realm) -> ColumnElement[Any]:
    """What else of the person the caller's office has seen, for staff; the newest first."""
    other = Application.__table__.alias("other")
    of_caller = (
        other.c[f"{realm}_id"] == bindparam("scope", type_=Uuid)
        if realm != "doctor"
        else literal(value=False)
    )
    rows: ColumnElement[Any] = func.array(
        select(func.row(other.c.type, other.c.status))
        .where(
            other.c.practitioner_id == Application.practitioner_id,
            other.c.id < Application.id,
            other.c.status != "draft",
            of_caller,
        )
        .order_by(other.c.id.desc())
        .limit(EARLIER_LIMIT)
        .correlate(Application)
        .scalar_subquery()
    )
    return rows


@cache
def application_detail(realm: Realm) -> Statement[Detail]:
    """One application with its timeline, oldest step first, and its files, newest first."""
    # LATERAL by person: a join on the certificate's id would scan the table under row-level security.
    held = (
        select(
            Qualification.id,
            Qualification.certificate_number_sealed,
            Qualification.issued_on,
            Qualification.techniques,
            Qualification.conditions,
        )
        .where(Qualification.practitioner_id == Application.practitioner_id)
        .order_by(Qualification.issued_on.desc(), Qualification.id.desc())
        .limit(1)
        .lateral()
    )
    own = tuple(getattr(Application, name) for name in tuple(Detail.__dataclass_fields__)[:21])
    return Statement(
        select(
            *own,
            Institution.id,
            Institution.name,
            Institution.registration_number,
            Institution.address,
            Institution.phone,
            Institution.status,
            Division.name,
            Authority.id,
            Authority.name,
            Authority.phone,
            Practitioner.name,
            Practitioner.sex,
            Practitioner.id_number_sealed,
            Practitioner.phone_sealed,
            *held.c,
            _earlier(realm),
            _rows_of(ApplicationStep, StepRow, ApplicationStep.version, STEP_LIMIT),
            _rows_of(Attachment, AttachmentRow, Attachment.id.desc(), ATTACHMENT_LIMIT),
        )
        .join(Practitioner, Practitioner.id == Application.practitioner_id)
        .outerjoin(held, true())
        .outerjoin(Institution, Institution.id == Application.institution_id)
        .outerjoin(Division, Division.code == Institution.division_code)
        .outerjoin(Authority, Authority.id == Application.authority_id)
        .where(Application.id == bindparam("application_id"), scoped(realm)),
        detail_of,
    )


ATTACHMENT = Statement(
    select(*(getattr(Attachment, name) for name in AttachmentRow.__dataclass_fields__)).where(
        Attachment.id == bindparam("attachment_id"), Attachment.application_id == bindparam("application_id")
    ),
    AttachmentRow,
)


@cache
def visible_application(realm: Realm) -> Statement[UUID]:
    """Whether the caller sees an application."""
    return Statement(
        select(Application.id).where(Application.id == bindparam("application_id"), scoped(realm)),
        lambda found: found,
    )


@dataclass(frozen=True, slots=True)
class ApplicantRow:
    """Whose application it is."""

    practitioner_id: UUID
    id_number_sealed: bytes


@cache
def applicant_of(realm: Realm) -> Statement[ApplicantRow]:
    """The person of an application that the caller sees."""
    return Statement(
        select(Practitioner.id, Practitioner.id_number_sealed)
        .join(Application, Application.practitioner_id == Practitioner.id)
        .where(Application.id == bindparam("application_id"), scoped(realm)),
        ApplicantRow,
    )
