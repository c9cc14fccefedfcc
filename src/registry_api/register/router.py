"""A doctor's own registrations."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import Uuid, bindparam, select

from registry_api.accounts.principals import CurrentDoctor
from registry_api.institutions.models import Authority, Institution
from registry_api.kit.db import Statement
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.texts import text
from registry_api.kit.work import CurrentWork
from registry_api.practitioners.identity import mask_code
from registry_api.practitioners.models import Qualification
from registry_api.register.models import Practice, RegisterEntry, Registration

router = APIRouter(prefix=API_PREFIX, tags=["doctor"], route_class=TransactionalRoute)


class PracticeRead(BaseModel):
    """A period of practice at an institution; both days are included, open-ended without `valid_to`."""

    institution_id: UUID
    institution_name: str
    address: str
    kind: Literal["main", "additional"]
    valid_from: date
    valid_to: date | None
    current: bool


class EntryRead(BaseModel):
    """What happened to the registration."""

    kind: str
    title: str
    effective_on: date
    application_id: UUID | None


class RegistrationRead(BaseModel):
    """A practice registration with its scope (技术方法, 病证) and history."""

    id: UUID
    certificate_number_masked: str
    status: Literal["valid", "filed", "suspended", "deregistered", "revoked"]
    status_title: str
    status_since: date
    registered_on: date
    authority_name: str
    techniques: list[str]
    conditions: list[str]
    practices: list[PracticeRead]
    history: list[EntryRead]


class Registrations(BaseModel):
    """All registrations, the current one first."""

    items: list[RegistrationRead]


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    certificate_sealed: bytes
    status: Literal["valid", "filed", "suspended", "deregistered", "revoked"]
    status_since: date
    registered_on: date
    authority_name: str
    techniques: list[str]
    conditions: list[str]


_person = bindparam("practitioner_id", type_=Uuid)
_REGISTRATIONS = Statement(
    select(
        Registration.id,
        Registration.certificate_number_sealed,
        Registration.status,
        Registration.status_since,
        Registration.registered_on,
        Authority.name,
        Qualification.techniques,
        Qualification.conditions,
    )
    .join(Authority, Authority.id == Registration.authority_id)
    .join(Qualification, Qualification.id == Registration.qualification_id)
    .where(Registration.practitioner_id == _person)
    .order_by(Registration.registered_on.desc(), Registration.id.desc())
    .limit(50),
    _Row,
)
_PRACTICES = Statement(
    select(
        Practice.registration_id,
        Practice.institution_id,
        Institution.name,
        Institution.address,
        Practice.kind,
        Practice.valid_from,
        Practice.valid_to,
    )
    .join(Institution, Institution.id == Practice.institution_id)
    .where(Practice.practitioner_id == _person)
    .order_by(Practice.kind.desc(), Practice.valid_from.desc()),
    lambda *row: row,
)
_ENTRIES = Statement(
    select(
        RegisterEntry.registration_id,
        RegisterEntry.kind,
        RegisterEntry.effective_on,
        RegisterEntry.application_id,
    )
    .where(RegisterEntry.practitioner_id == _person)
    .order_by(RegisterEntry.id),
    lambda *row: row,
)


@router.get("/doctor/registrations", operation_id="listMyRegistrations")
async def list_my_registrations(doctor: CurrentDoctor, work: CurrentWork) -> Registrations:
    """Every practice registration with its institutions and history."""
    if doctor.practitioner_id is None:
        return Registrations(items=[])
    scope = {"practitioner_id": doctor.practitioner_id}
    practices: dict[UUID, list[PracticeRead]] = defaultdict(list)
    for registration_id, institution_id, name, address, kind, start, end in await work.tx.fetch_all(
        _PRACTICES, **scope
    ):
        practices[registration_id].append(
            PracticeRead(
                institution_id=institution_id,
                institution_name=name,
                address=address,
                kind=kind,
                valid_from=start,
                valid_to=end,
                current=start <= work.today and (end is None or work.today <= end),
            )
        )
    history: dict[UUID, list[EntryRead]] = defaultdict(list)
    for registration_id, kind, effective_on, application_id in await work.tx.fetch_all(_ENTRIES, **scope):
        title = text(f"register_entry.{kind}", work.language)
        history[registration_id].append(
            EntryRead(kind=kind, title=title, effective_on=effective_on, application_id=application_id)
        )
    open_text = work.system.sealer.open_text
    return Registrations(
        items=[
            RegistrationRead(
                id=row.id,
                certificate_number_masked=mask_code(
                    open_text(row.certificate_sealed, "registration.certificate_number", row.id)
                ),
                status=row.status,
                status_title=text(f"registration_status.{row.status}", work.language),
                status_since=row.status_since,
                registered_on=row.registered_on,
                authority_name=row.authority_name,
                techniques=row.techniques,
                conditions=row.conditions,
                practices=practices[row.id],
                history=history[row.id],
            )
            for row in await work.tx.fetch_all(_REGISTRATIONS, **scope)
        ]
    )
