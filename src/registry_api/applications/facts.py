"""Reads what the rules ask for, in one statement at one instant."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.types import Text

from registry_api.applications.types.spec import Facts
from registry_api.institutions.models import Authority, Institution
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.practitioners.models import CrossProvinceConsent, PractitionerFact, Qualification
from registry_api.register.models import Registration

_person = bindparam("practitioner_id", type_=Uuid)
_today = bindparam("today", type_=Date)
_held = (
    select(Qualification)
    .where(Qualification.practitioner_id == _person)
    .order_by(Qualification.issued_on.desc(), Qualification.id.desc())
    .limit(1)
    .subquery()
)
_current = or_(*(Registration.status == status for status in ("valid", "filed", "suspended")))
_ended = or_(*(Registration.status == status for status in ("deregistered", "revoked")))
_one = select(literal(1).label("one")).subquery()
_place = (
    select(
        Institution.status.label("status"),
        Institution.division_code.label("division_code"),
        Authority.id.label("authority_id"),
        Authority.division_code.label("authority_division"),
    )
    .join(Authority, Authority.id == Institution.authority_id)
    .where(Institution.id == bindparam("institution_id", type_=Uuid))
    .subquery()
)


def _facts(
    qualification_id: UUID | None,
    qualification_status: str | None,
    province_code: str | None,
    issued_on: date | None,
    current_status: str | None,
    last_ended_on: date | None,
    active_facts: list[str] | None,
    institution_status: str | None,
    institution_division: str | None,
    authority_id: UUID | None,
    authority_division: str | None,
    consented_provinces: list[str] | None,
) -> Facts:
    return Facts(
        qualification_id,
        qualification_status,
        province_code,
        issued_on,
        current_status,
        last_ended_on,
        tuple(active_facts or ()),
        institution_status,
        institution_division,
        authority_id,
        authority_division,
        tuple(consented_provinces or ()),
    )


_READ = Statement(
    select(
        _held.c.id,
        _held.c.status,
        _held.c.province_code,
        _held.c.issued_on,
        select(func.max(Registration.status))
        .where(Registration.practitioner_id == _person, _current)
        .scalar_subquery(),
        select(func.max(Registration.status_since))
        .where(Registration.practitioner_id == _person, _ended)
        .scalar_subquery(),
        select(
            func.array_agg(
                aggregate_order_by(PractitionerFact.kind, PractitionerFact.kind), type_=ARRAY(Text)
            )
        )
        .where(
            PractitionerFact.practitioner_id == _person,
            PractitionerFact.valid_from <= _today,
            or_(PractitionerFact.valid_to.is_(None), PractitionerFact.valid_to >= _today),
        )
        .scalar_subquery(),
        _place.c.status,
        _place.c.division_code,
        _place.c.authority_id,
        _place.c.authority_division,
        select(func.array_agg(CrossProvinceConsent.province_code, type_=ARRAY(Text)))
        .where(CrossProvinceConsent.practitioner_id == _person)
        .scalar_subquery(),
    ).select_from(_one.outerjoin(_held, true()).outerjoin(_place, true())),
    _facts,
)


async def read_facts(work: Work, practitioner_id: UUID, institution_id: UUID | None) -> Facts:
    """Facts on a person and on the intended institution as they stand in this transaction."""
    return await work.tx.get(
        _READ, practitioner_id=practitioner_id, institution_id=institution_id, today=work.today
    )
