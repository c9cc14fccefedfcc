"""取消多执业机构备案: an additional practice ends before its last day.

Order 13 Art. 10: by the institution of that practice and its authority.
"""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from registry_api.applications.types.entering import enter_approved
from registry_api.applications.types.preconditions import reviewer_open, status_among
from registry_api.applications.types.spec import (
    AdditionalPractice,
    ApplicationType,
    Approval,
    Facts,
    Payload,
    Question,
    StepSpec,
    absent,
    draw,
)
from registry_api.kit.checks import Finding
from registry_api.kit.texts import Language, text
from registry_api.kit.work import Work


class CancellationPayload(Payload):
    """Which additional practice, and why."""

    written: ClassVar[frozenset[str]] = frozenset(("reason",))
    additional_practice_id: UUID | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


def judge(question: Question) -> list[Finding]:
    """There is an additional practice that is not over; a suspended one may be cancelled too."""
    facts = question.facts
    additional = facts.registration.additional if facts.registration else ()
    findings = [
        status_among(facts, "registration_not_ended", "valid", "filed"),
        Finding("additional_practice_held", bool(additional)),
    ]
    if question.complete:
        findings += [
            Finding("additional_practice_open", _chosen(facts, question.payload) is not None),
            reviewer_open(facts),
        ]
    return findings


def _chosen(facts: Facts, payload: Payload) -> AdditionalPractice | None:
    wanted = getattr(payload, "additional_practice_id", None)
    additional = facts.registration.additional if facts.registration else ()
    return next((one for one in additional if one.id == wanted), None)


def missing(payload: Payload) -> list[str]:
    """The practice and the reason."""
    return absent(payload, "additional_practice_id", "reason")


def steps(language: Language) -> list[StepSpec]:
    """The manual's single page."""
    return [
        StepSpec(
            code="choose",
            title=text("type.multi_institution_cancellation.step_choose", language),
            fields=[
                draw("additional_practice_id", "practice", language),
                draw("reason", "textarea", language, max_length=500),
            ],
        )
    ]


async def effect(work: Work, approval: Approval) -> UUID:
    """The additional practice ends today."""
    chosen = _chosen(approval.facts, approval.payload)
    if chosen is None:
        raise AssertionError("approve is judged before its effect")
    return await enter_approved(
        work,
        approval,
        "practice_cancelled",
        practice_entry_id=str(chosen.entry_id),
        institution_id=str(chosen.institution_id),
    )


TYPE = ApplicationType(
    code="multi_institution_cancellation",
    prefix="QD",
    order=4,
    payload=CancellationPayload,
    route="additional",
    steps=steps,
    missing=missing,
    judge=judge,
    effect=effect,
)
