"""Puts applications into the words and shapes of the contract."""

from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from registry_api.accounts.principals import Principal
from registry_api.applications import queries
from registry_api.applications.characters import undrawn
from registry_api.applications.colleagues import assignment_of
from registry_api.applications.deadlines import STATUTORY, TIMED
from registry_api.applications.detail import Detail, StepRow
from registry_api.applications.facts import read_facts
from registry_api.applications.files import describe
from registry_api.applications.judging import Judged
from registry_api.applications.moving import COMMENT_PLACE
from registry_api.applications.payloads import fixed_places, join_payload, parse_payload
from registry_api.applications.perform import scope_of
from registry_api.applications.schemas import (
    Applicant,
    ApplicationRead,
    Assignee,
    AuthorityRef,
    AvailableAction,
    Desk,
    InstitutionRef,
    Qualification,
    TimelineStep,
    Triage,
)
from registry_api.applications.sent_back import previous_values
from registry_api.applications.triage import Signs, say, triage
from registry_api.applications.turn import Situation, open_rows, situation
from registry_api.applications.types import TYPES
from registry_api.applications.types.spec import Facts, Question
from registry_api.applications.viewing import note_view
from registry_api.kit.checks import Finding
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.problems import NotFound
from registry_api.kit.roles import Role
from registry_api.kit.texts import Language, text
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_code, mask_id_number, mask_phone
from registry_api.workflow.table import HOLDERS, OPEN_STATUSES, Status, holder

REVIEWED: tuple[Status, ...] = ("authority_review", "accepted", "countersign")
"""Where an authority decides after the institution that was fixed at submission."""


@cache
def actions(now: Situation, role: Role, language: Language) -> list[AvailableAction]:
    """What the role may do now. A resubmission is submitted like any other."""
    # The same few lists for every row of every page; nobody changes them.
    seen: dict[str, AvailableAction] = {}
    for row in open_rows(now, role):
        action: Any = "submit" if row.action in ("resubmit", "resubmit_for_endorsement") else row.action
        seen.setdefault(
            action,
            AvailableAction(
                action=action, title=text(f"action.{action}", language), comment=row.comment, tone=row.tone
            ),
        )
    return list(seen.values())


async def read_application(
    work: Work, principal: Principal, application_id: UUID, facts: Facts | None = None
) -> ApplicationRead:
    """One application as the caller sees it. Raises NotFound for a stranger's as for a missing one.

    `facts` are those that this transaction has read already, if it has.
    """
    row = await work.tx.find(
        queries.application_detail(principal.realm), application_id=application_id, scope=scope_of(principal)
    )
    if row is None:
        raise NotFound
    await note_view(work, principal, application_id)
    language = work.language
    judged = await _judge(work, row, facts)
    return ApplicationRead(
        id=row.id,
        number=row.number,
        type=row.type,
        type_title=TYPES[row.type].title(language),
        filer=row.filer,
        status=row.status,
        status_title=text(f"status.{row.status}", language),
        version=row.version,
        applicant=_applicant(work, row),
        institution=_institution(row),
        authority=AuthorityRef(
            id=row.authority_id, name=row.authority_name or "", phone=row.authority_phone or ""
        )
        if row.authority_id
        else None,
        payload=join_payload(work, TYPES[row.type], row.payload, row.form_sealed, row.id),
        attachments=[describe(work, item) for item in row.attachments],
        desk=_desk(work, row),
        assignee=_assignee(principal, row),
        assignment=assignment_of(principal, row.status),
        available_actions=actions(_situation(work, row), principal.role, language),
        timeline=[_step(work, step) for step in row.steps],
        checks=[finding.say(language) for finding in judged.findings] if judged else [],
        triage=_triage(work, row, judged) if judged and principal.realm != "doctor" else None,
        changed_places=row.changed_places,
        previous_values=await previous_values(work, row),
        fixed_places=fixed_places(TYPES[row.type], row.endorsed_digest),
        registration_id=row.registration_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
    )


async def _judge(work: Work, row: Detail, facts: Facts | None) -> Judged | None:
    """Judged now for an unfinished application; a finished one keeps what was found when it was decided."""
    if row.status not in OPEN_STATUSES:
        return None
    kind = TYPES[row.type]
    payload = parse_payload(kind, join_payload(work, kind, row.payload, row.form_sealed, row.id))
    if facts is None:
        facts = await read_facts(work, row.practitioner_id, kind, payload)
        facts = facts if kind.about_person else facts.about(row.registration_id)
    question = Question(
        facts,
        payload,
        work.today,
        complete=facts.institution_id is not None,
        filer=row.filer,
        submitted_on=row.submitted_at and row.submitted_at.astimezone(SHANGHAI).date(),
    )
    findings = kind.judge(question)
    if row.status in REVIEWED:
        findings.append(Finding("reviewer_unchanged", facts.institution_id == row.institution_id))
    findings += undrawn(row.name, payload)
    return Judged(facts, findings, payload)


def _triage(work: Work, row: Detail, judged: Judged) -> Triage:
    photo_id = row.payload.get("photo_id")
    photo = next((one for one in row.attachments if str(one.id) == photo_id), None)
    signs = Signs(
        kind=TYPES[row.type],
        facts=judged.facts,
        payload=judged.payload,
        findings=tuple(judged.findings),
        filer=row.filer,
        today=work.today,
        actions=frozenset(step.action for step in row.steps),
        changed=None if row.status == "correction_required" else len(row.changed_places),
        proofs=sum(one.kind == "evidence" for one in row.attachments),
        photo_advice=tuple(photo.advice) if photo is not None else None,
        earlier=tuple(row.earlier),
    )
    return say(triage(signs), work.language)


def _situation(work: Work, row: Detail) -> Situation:
    return situation(
        row.status,
        row.filer,
        corrected=row.correction_requested_at is not None,
        changed=row.changed_places,
        act_by=row.act_by,
        today=work.today,
        institution_status=row.institution_status,
    )


def _assignee(principal: Principal, row: Detail) -> Assignee | None:
    # Who of an office works on a case is the office's business.
    if row.assignee_id is None or HOLDERS[row.status] != principal.realm:
        return None
    return Assignee(
        account_id=row.assignee_id,
        name=row.assignee_name or "",
        me=row.assignee_id == principal.account_id,
    )


def _applicant(work: Work, row: Detail) -> Applicant:
    sealer = work.system.sealer
    qualification = None
    if row.qualification_id is not None and row.certificate_sealed is not None and row.issued_on is not None:
        number = sealer.open_text(
            row.certificate_sealed, "qualification.certificate_number", row.qualification_id
        )
        qualification = Qualification(
            certificate_number_masked=mask_code(number),
            issued_on=row.issued_on,
            techniques=row.techniques or [],
            conditions=row.conditions or [],
        )
    phone = row.phone_sealed and sealer.open_text(row.phone_sealed, "practitioner.phone", row.practitioner_id)
    return Applicant(
        name=row.name,
        sex=row.sex,
        id_number_masked=mask_id_number(
            sealer.open_text(row.id_number_sealed, "practitioner.id_number", row.practitioner_id)
        ),
        phone_masked=mask_phone(phone) if phone else None,
        qualification=qualification,
    )


def _institution(row: Detail) -> InstitutionRef | None:
    if row.institution_id is None:
        return None
    return InstitutionRef(
        id=row.institution_id,
        name=row.institution_name or "",
        registration_number=row.institution_number or "",
        division_name=row.division_name or "",
        address=row.institution_address or "",
        phone=row.institution_phone or "",
    )


def _desk(work: Work, row: Detail) -> Desk:
    who = holder(row.status)
    due_on, left = term(work, row.status, row.act_by)
    office, contact = "", None
    if who == "institution":
        office, contact = row.institution_name or "", row.institution_phone
    elif who == "authority":
        office, contact = row.authority_name or "", row.authority_phone
    return Desk(
        holder=who,
        office=office,
        since=row.status_since,
        due_on=due_on,
        due_statutory=row.status in STATUTORY,
        due_provisional=due_on is not None and not work.calendar.is_known(due_on.year),
        working_days_left=left,
        contact=contact,
    )


def term(work: Work, status: Status, act_by: date) -> tuple[date | None, int | None]:
    """Due day and working days left (negative when late); none where no term runs."""
    if status not in TIMED:
        return None, None
    return act_by, work.calendar.between(work.today, act_by)


def _step(work: Work, step: StepRow) -> TimelineStep:
    words: dict[str, Any] = {"comment": "", "field_comments": []}
    if step.comment_sealed is not None:
        words = work.system.sealer.open_json(step.comment_sealed, COMMENT_PLACE, step.id)
    return TimelineStep(
        id=step.id,
        action=step.action,
        title=text(f"action.{step.action}", work.language),
        from_status=step.from_status,
        to_status=step.to_status,
        actor_name=step.actor_name,
        actor_role=step.actor_role,
        office=step.office,
        comment=words["comment"],
        field_comments=words["field_comments"],
        basis=words.get("basis"),
        occurred_at=step.occurred_at,
    )
