"""Drafts: created, edited and deleted by the applicant."""

import json
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import bindparam, delete, func, insert, update

from registry_api.accounts.principals import Doctor
from registry_api.accounts.standing import keep_open
from registry_api.applications import queries
from registry_api.applications.deadlines import due
from registry_api.applications.endorsement import INSTITUTION_PLACE, fixed_places
from registry_api.applications.facts import read_facts
from registry_api.applications.models import Application
from registry_api.applications.problems import NotActivated, NotEligible, TypeNotOpen, WrongState
from registry_api.applications.types import TYPES
from registry_api.applications.types.spec import ApplicationType, Payload
from registry_api.audit.service import record
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import InvalidBody, NotFound, pointer
from registry_api.kit.work import Match, Work
from registry_api.photos import service as photos
from registry_api.workflow.engine import available
from registry_api.workflow.table import EDITABLE_STATUSES, Status

FORM_PLACE = "application.form"

_INSERT = Statement(
    insert(Application).values(
        id=bindparam("id"),
        type=bindparam("type"),
        status="draft",
        version=1,
        practitioner_id=bindparam("practitioner_id"),
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


def practitioner_of(doctor: Doctor) -> UUID:
    """The person behind an activated account. Raises NotActivated."""
    if doctor.practitioner_id is None or not doctor.activated:
        raise NotActivated
    return doctor.practitioner_id


def type_of(code: str) -> ApplicationType:
    """The type of a code. Raises InvalidBody for an unknown one."""
    kind = TYPES.get(code)
    if kind is None:
        raise InvalidBody([{"pointer": "/type", "code": "literal_error"}])
    return kind


def parse_payload(kind: ApplicationType, payload: dict[str, Any]) -> Payload:
    """The payload in the type's shape. Raises InvalidBody with a pointer for each fault."""
    try:
        return kind.payload.model_validate(payload)
    except ValidationError as error:
        raise InvalidBody(
            [
                {
                    "pointer": "/payload" + pointer(item["loc"]),
                    "code": item["type"],
                    "values": {k: v for k, v in (item.get("ctx") or {}).items() if isinstance(v, str | int)},
                }
                for item in error.errors()
            ]
        ) from error


def split_payload(payload: Payload) -> tuple[dict[str, Any], dict[str, Any]]:
    """References for the payload column, and the form, which is stored sealed only: a person wrote it."""
    references: dict[str, Any] = json.loads(payload.model_dump_json(exclude={"form"}, exclude_none=True))
    form: dict[str, Any] = payload.model_dump(mode="json", include={"form"}, by_alias=True).get("form", {})
    return references, form


def join_payload(
    work: Work, references: dict[str, Any], form_sealed: bytes | None, row: UUID
) -> dict[str, Any]:
    """The payload as the applicant gave it."""
    form = work.system.sealer.open_json(form_sealed, FORM_PLACE, row) if form_sealed else {}
    return {**references, "form": form}


async def create_draft(
    work: Work, doctor: Doctor, type_code: str, registration_id: UUID | None, raw: dict[str, Any]
) -> UUID:
    """A new draft; gives its id. Raises NotActivated, TypeNotOpen, InvalidBody, NotEligible, OpenApplicationExists."""
    practitioner_id = practitioner_of(doctor)
    kind = type_of(type_code)
    if not kind.open:
        raise TypeNotOpen
    if registration_id is not None:
        raise InvalidBody([{"pointer": "/registration_id", "code": "extra_forbidden"}])
    payload = parse_payload(kind, raw)
    institution_id = getattr(payload, "institution_id", None)
    facts = await read_facts(work, practitioner_id, institution_id)
    _check_institution(institution_id, facts.institution_status)
    findings = kind.judge(facts, work.today, False)
    if any(not finding.passed and finding.severity == "block" for finding in findings):
        raise NotEligible([finding.say(work.language).model_dump() for finding in findings])
    await keep_open(work, doctor)
    application_id = new_id()
    references, form = split_payload(payload)
    # A photo belongs to one application, so a new draft has none yet.
    references.pop("photo_id", None)
    await work.tx.run(
        _INSERT,
        id=application_id,
        type=type_code,
        practitioner_id=practitioner_id,
        subject_id=practitioner_id,
        institution_id=institution_id,
        authority_id=facts.authority_id,
        applicant_name=doctor.name,
        payload=references,
        form_sealed=work.system.sealer.seal_json(form, FORM_PLACE, application_id),
        now=work.now,
        act_by=due("draft", work.today, work.calendar).day,
    )
    await record(work, doctor, "application.created", object_type="application", object_id=application_id)
    return application_id


async def lock_own_case(
    work: Work, doctor: Doctor, application_id: UUID, statuses: tuple[Status, ...]
) -> queries.Case:
    """The doctor's application under a lock. Raises NotActivated, NotFound, or WrongState outside `statuses`."""
    case = await work.tx.find(
        queries.locked_case("doctor"), application_id=application_id, scope=practitioner_of(doctor)
    )
    if case is None:
        raise NotFound
    if case.status not in statuses:
        raise WrongState(case.status, _offered(case.status, doctor))
    return case


async def edit_draft(
    work: Work, doctor: Doctor, application_id: UUID, match: Match, raw: dict[str, Any]
) -> None:
    """Replaces the payload and raises the version, so that of two windows neither overwrites the other unseen.

    A payload equal to the stored one changes nothing, not even the version: autosave repeats itself.
    Raises NotFound, WrongState, StaleVersion, PreconditionRequired, InvalidBody.
    """
    case = await lock_own_case(work, doctor, application_id, EDITABLE_STATUSES)
    match.require(case.version)
    kind = type_of(case.type)
    payload = parse_payload(kind, raw)
    references, form = split_payload(payload)
    if {**references, "form": form} == join_payload(work, case.payload, case.form_sealed, case.id):
        return
    institution_id = getattr(payload, "institution_id", None)
    if INSTITUTION_PLACE in fixed_places(case.endorsed_digest) and institution_id != case.institution_id:
        raise InvalidBody([{"pointer": INSTITUTION_PLACE, "code": "institution_fixed"}])
    photo_id = getattr(payload, "photo_id", None)
    if photo_id is not None and not await photos.belongs(work, photo_id, application_id):
        raise InvalidBody([{"pointer": "/payload/photo_id", "code": "unknown_reference"}])
    facts = await read_facts(work, case.practitioner_id, institution_id)
    _check_institution(institution_id, facts.institution_status)
    await work.tx.run(
        _UPDATE,
        application_id=application_id,
        version=case.version + 1,
        payload=references,
        form_sealed=work.system.sealer.seal_json(form, FORM_PLACE, application_id),
        institution_id=institution_id,
        authority_id=facts.authority_id,
        now=work.now,
    )
    await record(work, doctor, "application.edited", object_type="application", object_id=application_id)


async def delete_draft(work: Work, doctor: Doctor, application_id: UUID) -> None:
    """Deletes a draft and its files. Raises NotFound, WrongState."""
    await lock_own_case(work, doctor, application_id, ("draft",))
    await photos.schedule_removal(work, application_id)
    await work.tx.run(_DELETE, application_id=application_id)
    await record(work, doctor, "application.deleted", object_type="application", object_id=application_id)


def _check_institution(institution_id: UUID | None, status: str | None) -> None:
    if institution_id is not None and status is None:
        raise InvalidBody([{"pointer": INSTITUTION_PLACE, "code": "unknown_reference"}])


def _offered(status: Status, doctor: Doctor) -> list[str]:
    # As the contract names actions: a correction is submitted like any draft, by whichever row it goes.
    rows = [row.action for row in available(status, doctor.role)]
    return list(dict.fromkeys("submit" if action.startswith("resubmit") else action for action in rows))
