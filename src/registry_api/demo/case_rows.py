"""Rows of an application: itself, its steps and its photo, with all that is personal sealed."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from registry_api.applications.moving import COMMENT_PLACE
from registry_api.applications.payloads import FORM_PLACE, endorsement_digest
from registry_api.applications.sent_back import PAYLOAD_PLACE
from registry_api.applications.types import TYPES
from registry_api.applications.types.spec import Facts, Question
from registry_api.demo.cases import DemoCase, DemoStep
from registry_api.demo.deadlines import act_by
from registry_api.demo.event_rows import add_acceptance_term, add_notice
from registry_api.demo.opinions import before_correction, registration_form
from registry_api.demo.places import places
from registry_api.demo.record import Record
from registry_api.kit.clock import SHANGHAI
from registry_api.workflow.table import Status


def add_case(
    record: Record, case: DemoCase, position: int, registration_id: UUID | None, *, last: bool
) -> UUID:
    """Adds the doctor's application number `position`, and a notice if it is the last one; gives its id.

    `registration_id` is the effect of an approved one.
    """
    clerk, chance, person = record.clerk, record.chance, record.person
    application_id = chance.id_at(case.created_at)
    institution = case.institution
    payload: dict[str, str] = {}
    if institution is not None:
        payload["institution_id"] = str(institution.id)
    photo_id = chance.id_at(case.created_at)
    if case.steps:
        payload["photo_id"] = str(photo_id)
    form = registration_form(
        chance,
        sex=person.sex,
        ethnicity=person.ethnicity,
        born=int(person.id_number[6:10]),
        qualified=person.issued_on.year,
        home=places()[person.id_number[:6]],
    )
    asked, sent_back = case.corrected, None
    if asked is not None:
        before = before_correction(form, asked.field_comments)
        sent_back = {**payload, "form": before, "attachments": {}}
    endorsed = _add_steps(record, case, application_id, sent_back)
    if case.steps:
        _add_photo(record, case, photo_id, application_id, endorsed)
    number = clerk.application_number(person, position, case)
    moments = _moments(case)
    since = case.steps[-1].occurred_at if case.steps else case.created_at
    term_began = moments["accepted"] if case.status == "accepted" else since
    record.rows["application"].append(
        (
            application_id,
            number,
            "registration",
            case.status,
            1 + len(case.steps),
            person.id,
            registration_id,
            person.id,
            institution.id if institution else None,
            institution.authority.id if institution else None,
            person.name,
            json.dumps(payload),
            clerk.sealer.seal_json(form, FORM_PLACE, application_id),
            endorsement_digest({**payload, "form": form}) if endorsed else None,
            endorsed[0] if endorsed else None,
            since,
            act_by(case.status, term_began.astimezone(SHANGHAI).date()),
            moments.get("authority_review"),
            moments.get("accepted"),
            moments.get("correction_required"),
            json.dumps(sorted(one["pointer"] for one in asked.field_comments) if asked else []),
            case.steps[0].occurred_at if case.steps else None,
            since if case.is_over else None,
            case.created_at,
            since,
        )
    )
    if last:
        add_notice(record, case, application_id, number)
    add_acceptance_term(record, case, application_id)
    return application_id


def _moments(case: DemoCase) -> dict[Status, datetime]:
    """When the application last came into each status; a supposed acceptance dates from the receipt."""
    moments: dict[Status, datetime] = {}
    for step in case.steps:
        supposed = step.desk == "system"
        moments[step.to_status] = moments["authority_review"] if supposed else step.occurred_at
    return moments


_JUDGED = frozenset(("institution_review", "approved"))


def _passed_checks() -> str:
    """The preconditions as a step records them when all are met."""
    met = Facts(
        qualification_id=None,
        qualification_status="valid",
        province_code="370000",
        issued_on=None,
        registration=None,
        last_ended_on=None,
        active_facts=(),
        institution_id=None,
        institution_status="open",
        institution_division="370102",
        authority_id=None,
        authority_division="370102",
        consented_provinces=(),
    )
    kind = TYPES["registration"]
    findings = kind.judge(Question(met, kind.payload(), date.min))
    return json.dumps([finding.say("zh-CN").model_dump() for finding in findings], ensure_ascii=False)


_PASSED = _passed_checks()


def _add_steps(
    record: Record, case: DemoCase, application_id: UUID, sent_back: dict[str, Any] | None
) -> tuple[UUID, datetime] | None:
    """Adds the steps; gives who endorsed last, and when. `sent_back` is what a correction changed."""
    endorsed = None
    for version, step in enumerate(case.steps, start=2):
        actor_id, role, name, office = _actor(record, case, step)
        step_id = record.chance.id_at(step.occurred_at)
        comment = None
        if step.comment or step.field_comments:
            comment = record.clerk.sealer.seal_json(
                {"comment": step.comment, "field_comments": step.field_comments},
                COMMENT_PLACE,
                step_id,
            )
        record.rows["application_step"].append(
            (
                step_id,
                application_id,
                version,
                step.action,
                step.from_status,
                step.to_status,
                actor_id,
                role,
                name,
                office,
                comment,
                record.clerk.sealer.seal_json(sent_back, PAYLOAD_PLACE, step_id)
                if sent_back and step.action == "request_correction"
                else None,
                _PASSED if step.to_status in _JUDGED else "[]",
                step.occurred_at,
            )
        )
        if step.action == "endorse" and actor_id is not None:
            endorsed = (actor_id, step.occurred_at)
    return endorsed


def _actor(record: Record, case: DemoCase, step: DemoStep) -> tuple[UUID | None, str, str, str]:
    """Account, role, name and office of who took the step."""
    if step.desk == "applicant" or case.institution is None:
        return record.account_id, "doctor", record.person.name, ""
    if step.desk == "system":
        return None, "system", "系统", ""
    if step.desk == "institution":
        member = record.clerk.handlers[case.institution.id]
    elif step.desk == "handler":
        member = record.clerk.handlers[case.institution.authority.id]
    else:
        member = record.clerk.approvers[case.institution.authority.id]
    return member.id, member.role, member.name, member.office


def _add_photo(
    record: Record,
    case: DemoCase,
    attachment_id: UUID,
    application_id: UUID,
    endorsed: tuple[UUID, datetime] | None,
) -> None:
    portrait = record.chance.pick(record.clerk.portraits[record.person.sex])
    record.rows["attachment"].append(
        (
            attachment_id,
            application_id,
            record.person.id,
            "photo",
            "approved" if endorsed else "pending",
            portrait.storage_key,
            "image/jpeg",
            portrait.sha256,
            portrait.size,
            portrait.width,
            portrait.height,
            [],
            case.created_at,
            endorsed[1] if endorsed else None,
            endorsed[0] if endorsed else None,
        )
    )
