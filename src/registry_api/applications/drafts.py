"""Drafts: created, edited and deleted by whoever files the application."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, update

from registry_api.accounts.principals import AuthorityStaff, Doctor, InstitutionStaff, practitioner_of
from registry_api.accounts.standing import keep_open
from registry_api.applications import queries
from registry_api.applications.deadlines import due
from registry_api.applications.facts import read_facts
from registry_api.applications.judging import judge_start
from registry_api.applications.models import Application
from registry_api.applications.payloads import (
    FORM_PLACE,
    fixed_places,
    join_payload,
    parse_payload,
    split_payload,
    type_of,
)
from registry_api.applications.problems import OpenApplicationExists, WrongState
from registry_api.applications.turn import offered
from registry_api.applications.types.spec import ApplicationType, Facts, Payload
from registry_api.audit.service import record
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import InvalidBody, NotFound
from registry_api.kit.work import Match, Work
from registry_api.photos import service as photos
from registry_api.workflow.table import EDITABLE_STATUSES, Status

_INSERT = Statement(
    insert(Application).values(
        id=bindparam("id"),
        type=bindparam("type"),
        filer=bindparam("filer"),
        status="draft",
        version=1,
        practitioner_id=bindparam("practitioner_id"),
        registration_id=bindparam("registration_id"),
        subject_id=bindparam("subject_id"),
        institution_id=bindparam("institution_id"),
        authority_id=bindparam("authority_id"),
        applicant_name=bindparam("applicant_name"),
        payload=bindparam("payload"),
        form_sealed=bindparam("form_sealed"),
        status_since=bindparam("now"),
        act_by=bindparam("act_by"),
        created_at=bindparam("now"),
        updated_at=bindparam("now"),
    ),
    unread,
)
_UPDATE = Statement(
    update(Application)
    .where(Application.id == bindparam("application_id"))
    .values(
        version=bindparam("version"),
        payload=bindparam("payload"),
        form_sealed=bindparam("form_sealed"),
        institution_id=bindparam("institution_id"),
        authority_id=bindparam("authority_id"),
        updated_at=func.greatest(Application.updated_at, bindparam("now", type_=Application.updated_at.type)),
    ),
    unread,
)
_DELETE = Statement(
    delete(Application).where(Application.id == bindparam("application_id"), Application.status == "draft"),
    unread,
)


async def create_draft(
    work: Work, doctor: Doctor, type_code: str, registration_id: UUID | None, raw: dict[str, Any]
) -> UUID:
    """A new draft; gives its id. Raises NotActivated, InvalidBody, NotEligible, OpenApplicationExists."""
    kind = type_of(type_code)
    payload = parse_payload(kind, raw)
    person = Person(practitioner_of(doctor), doctor.name)
    facts = await judge_start(work, person.id, kind, payload, "doctor")
    await keep_open(work, doctor)
    return await insert_draft(work, doctor, kind, person, registration_id, payload, facts)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an application is about."""

    id: UUID
    name: str


async def insert_draft(
    work: Work,
    filer: Doctor | InstitutionStaff | AuthorityStaff,
    kind: ApplicationType,
    person: Person,
    registration_id: UUID | None,
    payload: Payload,
    facts: Facts,
) -> UUID:
    """The row of a new application of any filer. Raises InvalidBody, OpenApplicationExists."""
    require_institution(payload, facts)
    held = facts.registration.id if facts.registration is not None else None
    if kind.about_person and registration_id is not None:
        raise InvalidBody([{"pointer": "/registration_id", "code": "extra_forbidden"}])
    if not kind.about_person and registration_id != held:
        code = "missing" if registration_id is None else "unknown_reference"
        raise InvalidBody([{"pointer": "/registration_id", "code": code}])
    subject_id = registration_id or person.id
    if await work.tx.find(
        queries.UNDER_WAY, practitioner_id=person.id, type=kind.code, subject_id=subject_id
    ):
        raise OpenApplicationExists
    application_id = new_id()
    plain, written = split_payload(payload)
    # A photo belongs to one application, so a new draft has none yet.
    plain.pop("photo_id", None)
    await work.tx.run(
        _INSERT,
        id=application_id,
        type=kind.code,
        filer=filer.realm,
        practitioner_id=person.id,
        registration_id=registration_id,
        subject_id=subject_id,
        institution_id=facts.institution_id,
        authority_id=facts.authority_id,
        applicant_name=person.name,
        payload=plain,
        form_sealed=work.system.sealer.seal_json(written, FORM_PLACE, application_id),
        now=work.now,
        act_by=due("draft", work.today, work.calendar).day,
    )
    await record(work, filer, "application.created", object_type="application", object_id=application_id)
    return application_id


async def lock_own_case(
    work: Work, filer: Doctor | InstitutionStaff, application_id: UUID, statuses: tuple[Status, ...]
) -> queries.Case:
    """What the doctor applied for, or the institution reported, under a lock.

    Raises NotActivated, NotFound, or WrongState outside `statuses` and for what somebody else filed.
    """
    scope = practitioner_of(filer) if isinstance(filer, Doctor) else filer.institution_id
    case = await work.tx.find(queries.locked_case(filer.realm), application_id=application_id, scope=scope)
    if case is None:
        raise NotFound
    if case.status not in statuses or case.filer != filer.realm:
        raise WrongState(case.status, offered(case, work.today, filer.role))
    return case


async def edit_draft(
    work: Work, filer: Doctor | InstitutionStaff, application_id: UUID, match: Match, raw: dict[str, Any]
) -> None:
    """Replaces the payload and raises the version, so that of two windows neither overwrites the other unseen.

    A payload equal to the stored one changes nothing, not even the version: autosave repeats itself.
    Raises NotFound, WrongState, StaleVersion, PreconditionRequired, InvalidBody.
    """
    case = await lock_own_case(work, filer, application_id, EDITABLE_STATUSES)
    match.require(case.version)
    kind = type_of(case.type)
    payload = parse_payload(kind, raw)
    plain, written = split_payload(payload)
    before = join_payload(work, kind, case.payload, case.form_sealed, case.id)
    if payload == parse_payload(kind, before):
        return
    facts = await read_facts(work, case.practitioner_id, kind, payload)
    fixed = fixed_places(kind, case.endorsed_digest)
    if fixed and facts.institution_id != case.institution_id:
        raise InvalidBody([{"pointer": place, "code": "institution_fixed"} for place in fixed])
    photo_id = getattr(payload, "photo_id", None)
    if photo_id is not None and not await photos.is_photo_of(work, photo_id, application_id):
        raise InvalidBody([{"pointer": "/payload/photo_id", "code": "unknown_reference"}])
    require_institution(payload, facts)
    # What has been with an authority stays with it until it is submitted again.
    stays = case.status == "correction_required"
    await work.tx.run(
        _UPDATE,
        application_id=application_id,
        version=case.version + 1,
        payload=plain,
        form_sealed=work.system.sealer.seal_json(written, FORM_PLACE, application_id),
        institution_id=case.institution_id if stays else facts.institution_id,
        authority_id=case.authority_id if stays else facts.authority_id,
        now=work.now,
    )
    await record(work, filer, "application.edited", object_type="application", object_id=application_id)


async def delete_draft(work: Work, doctor: Doctor, application_id: UUID) -> None:
    """Deletes a draft and its files. Raises NotFound, WrongState."""
    await lock_own_case(work, doctor, application_id, ("draft",))
    await photos.schedule_removal(work, application_id)
    await work.tx.run(_DELETE, application_id=application_id)
    await record(work, doctor, "application.deleted", object_type="application", object_id=application_id)


def require_institution(payload: Payload, facts: Facts) -> None:
    """An institution that the payload names is in the register of institutions. Raises InvalidBody."""
    if getattr(payload, "institution_id", None) is not None and facts.institution_status is None:
        raise InvalidBody([{"pointer": "/payload/institution_id", "code": "unknown_reference"}])
