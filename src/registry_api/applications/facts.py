"""Reads what the rules ask for, in one statement at one instant."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, bindparam, case, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from registry_api.applications.types.preconditions import BARS, years_before
from registry_api.applications.types.spec import (
    AdditionalPractice,
    ApplicationType,
    Facts,
    HeldRegistration,
    Payload,
)
from registry_api.institutions.models import Authority, AuthoritySetting, Institution
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.practitioners.models import CrossProvinceConsent, PractitionerFact, Qualification
from registry_api.register.models import Practice, Registration

_person = bindparam("practitioner_id", type_=Uuid)
_today = bindparam("today", type_=Date)
_route = bindparam("route", type_=Text)
_current = or_(*(Registration.status == status for status in ("valid", "filed", "suspended")))
_ended = or_(*(Registration.status == status for status in ("deregistered", "revoked")))
_one = select(literal(1).label("one")).subquery()
_held = (
    select(Qualification)
    .where(Qualification.practitioner_id == _person)
    .order_by(Qualification.issued_on.desc(), Qualification.id.desc())
    .limit(1)
    .subquery()
)
_registration = select(Registration).where(Registration.practitioner_id == _person, _current).subquery()
_running = and_(Practice.registration_id == _registration.c.id, Practice.ended_on.is_(None))
_main = (
    select(Practice.institution_id)
    .where(_running, Practice.kind == "main")
    .correlate(_registration)
    .scalar_subquery()
)
_ADDITIONAL = (
    Practice.id,
    Practice.entry_id,
    Practice.institution_id,
    Practice.authority_id,
    Practice.valid_from,
    Practice.valid_to,
)
_additional = func.array(
    select(func.row(*_ADDITIONAL))
    .where(
        _running,
        Practice.kind == "additional",
        or_(Practice.valid_to.is_(None), Practice.valid_to >= _today),
    )
    .order_by(Practice.valid_from, Practice.id)
    .correlate(_registration)
    .scalar_subquery()
)
_chosen = (
    select(Practice.institution_id)
    .where(
        Practice.id == bindparam("practice_id", type_=Uuid), Practice.registration_id == _registration.c.id
    )
    .correlate(_registration)
    .scalar_subquery()
)
_reviewer = case(
    (_route == "main", _main),
    # Of a 备案 taken over from another register the institution may be unknown: then the main one, as it still stands.
    (_route == "suspending", func.coalesce(_registration.c.filing_institution_id, _main)),
    (_route == "additional", _chosen),
    else_=bindparam("institution_id", type_=Uuid),
)
_place = (
    select(
        Institution.id.label("institution_id"),
        Institution.status.label("status"),
        Institution.division_code.label("division_code"),
        Authority.id.label("authority_id"),
        Authority.division_code.label("authority_division"),
    )
    .join(Authority, Authority.id == Institution.authority_id)
    .where(Institution.id == _reviewer)
    .correlate(_registration)
    .lateral()
)
# While no institution is chosen, the authority that keeps the registration says what is allowed.
_settling = (
    select(Authority.id, func.concat(func.left(Authority.division_code, 2), "0000").label("province"))
    .where(Authority.id == func.coalesce(_place.c.authority_id, _registration.c.authority_id))
    .correlate(_place, _registration)
    .lateral()
)
_provincial = Authority.__table__.alias("provincial")
_settings = (
    select(
        # Of a name the last one stays: the authority's own choice before its province's.
        func.jsonb_object_agg(
            AuthoritySetting.name,
            aggregate_order_by(AuthoritySetting.value, _provincial.c.id == _settling.c.id),
        )
    )
    .join(_provincial, _provincial.c.id == AuthoritySetting.authority_id)
    .where(
        AuthoritySetting.valid_from <= _today,
        or_(AuthoritySetting.valid_to.is_(None), AuthoritySetting.valid_to >= _today),
        or_(
            _provincial.c.id == _settling.c.id,
            and_(_provincial.c.level == "province", _provincial.c.division_code == _settling.c.province),
        ),
    )
    .correlate(_settling)
    .scalar_subquery()
)


def _facts(*columns: Any) -> Facts:
    registration, rest = _held_registration(*columns[4:11]), columns[11:]
    return Facts(
        qualification_id=columns[0],
        qualification_status=columns[1],
        province_code=columns[2],
        issued_on=columns[3],
        registration=registration,
        last_ended_on=rest[0],
        active_facts=tuple(rest[1] or ()),
        institution_id=rest[2],
        institution_status=rest[3],
        institution_division=rest[4],
        authority_id=rest[5],
        authority_division=rest[6],
        consented_provinces=tuple(rest[7] or ()),
        settings=rest[8] or {},
        recently_ended=tuple(rest[9] or ()),
    )


def _held_registration(
    registration_id: UUID | None,
    status: str,
    authority_id: UUID,
    main_institution_id: UUID | None,
    filed_on: date | None,
    filing_institution_id: UUID | None,
    additional: Sequence[Any],
) -> HeldRegistration | None:
    if registration_id is None:
        return None
    rows = tuple(AdditionalPractice(*row) for row in additional)
    return HeldRegistration(
        registration_id, status, authority_id, main_institution_id, filed_on, filing_institution_id, rows
    )


_READ = Statement(
    select(
        _held.c.id,
        _held.c.status,
        _held.c.province_code,
        _held.c.issued_on,
        _registration.c.id,
        _registration.c.status,
        _registration.c.authority_id,
        _main,
        _registration.c.filed_on,
        _registration.c.filing_institution_id,
        _additional,
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
        _place.c.institution_id,
        _place.c.status,
        _place.c.division_code,
        _place.c.authority_id,
        _place.c.authority_division,
        select(func.array_agg(CrossProvinceConsent.province_code, type_=ARRAY(Text)))
        .where(CrossProvinceConsent.practitioner_id == _person, CrossProvinceConsent.withdrawn_on.is_(None))
        .scalar_subquery(),
        _settings,
        select(
            func.array_agg(
                aggregate_order_by(PractitionerFact.kind, PractitionerFact.kind), type_=ARRAY(Text)
            )
        )
        .where(
            PractitionerFact.practitioner_id == _person,
            or_(*(PractitionerFact.kind == bar for bar in BARS)),
            PractitionerFact.valid_to < _today,
            PractitionerFact.valid_to >= bindparam("year_ago", type_=Date),
        )
        .scalar_subquery(),
    ).select_from(
        _one.outerjoin(_held, true())
        .outerjoin(_registration, true())
        .outerjoin(_place, true())
        .outerjoin(_settling, true())
    ),
    _facts,
)


async def read_facts(work: Work, practitioner_id: UUID, kind: ApplicationType, payload: Payload) -> Facts:
    """Facts on a person, and on the institution that the type's route leads to, as they stand in this transaction."""
    return await work.tx.get(
        _READ,
        practitioner_id=practitioner_id,
        route=kind.route,
        institution_id=getattr(payload, "institution_id", None),
        practice_id=getattr(payload, "additional_practice_id", None),
        today=work.today,
        year_ago=years_before(work.today, 1),
    )
