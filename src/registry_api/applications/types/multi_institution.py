"""多执业机构备案: practice at a further institution beside the main one, for a time.

医师法 15, Order 13 Art. 10: filed with the authority of that institution.
"""

from datetime import date
from uuid import UUID

from registry_api.applications.types.entering import enter_approved
from registry_api.applications.types.preconditions import (
    institution_open,
    not_main,
    province_allowed,
    qualification_valid,
    status_among,
)
from registry_api.applications.types.registration_form import FormPayload, form_step, missing_form
from registry_api.applications.types.spec import (
    ApplicationType,
    Approval,
    Payload,
    Question,
    StepSpec,
    absent,
    draw,
)
from registry_api.kit.checks import Finding
from registry_api.kit.texts import Language, text
from registry_api.kit.work import Work


class MultiInstitutionPayload(FormPayload):
    """Where, from when to when (both days included), and the printable form."""

    institution_id: UUID | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def judge(question: Question) -> list[Finding]:
    """A valid registration, another institution than the main one, and a period that begins before it ends."""
    facts = question.facts
    findings = [status_among(facts, "registration_valid", "valid"), qualification_valid(facts)]
    if question.complete:
        start, end = _period(question.payload)
        findings += [
            institution_open(facts),
            province_allowed(facts),
            not_main(facts),
            Finding("period_in_order", start is None or end is None or start < end),
            Finding("period_not_over", end is None or end >= question.today),
            Finding("period_free", not _overlaps(question)),
        ]
    return findings


def begins(payload: Payload, today: date) -> date | None:
    """The first day: not before the decision, for a filing cannot allow what is past."""
    start, _ = _period(payload)
    return start and max(start, today)


def _overlaps(question: Question) -> bool:
    start, end = begins(question.payload, question.today), _period(question.payload)[1]
    held = question.facts.registration
    if start is None or end is None or held is None:
        return False
    return any(
        one.institution_id == question.facts.institution_id
        and one.valid_from <= end
        and (one.valid_to is None or start <= one.valid_to)
        for one in held.additional
    )


def _period(payload: Payload) -> tuple[date | None, date | None]:
    if not isinstance(payload, MultiInstitutionPayload):
        return None, None
    return payload.valid_from, payload.valid_to


def missing(payload: Payload) -> list[str]:
    """Institution, period and form."""
    if not isinstance(payload, MultiInstitutionPayload):
        raise TypeError(type(payload))
    return absent(payload, "institution_id", "valid_from", "valid_to") + missing_form(payload)


def steps(language: Language) -> list[StepSpec]:
    """The manual's pages."""
    choose = [
        draw("institution_id", "institution", language),
        draw("valid_from", "date", language),
        draw("valid_to", "date", language),
    ]
    return [
        StepSpec(code="choose", title=text("type.multi_institution.step_choose", language), fields=choose),
        form_step(language),
    ]


async def effect(work: Work, approval: Approval) -> UUID:
    """An additional practice for the period."""
    facts, (_, end) = approval.facts, _period(approval.payload)
    start = begins(approval.payload, work.today)
    if start is None or end is None:
        raise AssertionError("approve is judged before its effect")
    return await enter_approved(
        work,
        approval,
        "practice_added",
        institution_id=str(facts.institution_id),
        authority_id=str(facts.authority_id),
        valid_from=start.isoformat(),
        valid_to=end.isoformat(),
    )


TYPE = ApplicationType(
    code="multi_institution",
    prefix="DJ",
    order=3,
    payload=MultiInstitutionPayload,
    route="named",
    steps=steps,
    missing=missing,
    judge=judge,
    effect=effect,
    printable=True,
)
