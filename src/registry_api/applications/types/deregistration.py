"""注销: the registration ends, and with it every practice.

医师法 17, Order 13 Art. 18: the institution reports within 30 days; the authority may act of its own accord.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from registry_api.applications.types.preconditions import reason_open, reviewer_open, status_among
from registry_api.applications.types.reasons import DEREGISTRATION_REASONS, open_to, options
from registry_api.applications.types.spec import (
    ApplicationType,
    Approval,
    Finding,
    Payload,
    Question,
    StepSpec,
    absent,
    draw,
)
from registry_api.kit.texts import Language, text
from registry_api.kit.work import Work
from registry_api.register.service import enter


class DeregistrationPayload(Payload):
    """Why, from the list, and remarks."""

    written: ClassVar[frozenset[str]] = frozenset(("remarks",))
    reason_code: Annotated[str, Field(max_length=2)] | None = None
    remarks: Annotated[str, Field(max_length=500)] = ""


def judge(question: Question) -> list[Finding]:
    """A registration that is not ended, and a reason that the filer may give."""
    findings = [status_among(question.facts, "registration_not_ended", "valid", "filed", "suspended")]
    if question.complete:
        code = getattr(question.payload, "reason_code", None)
        findings += [
            reason_open(question, code, open_to(DEREGISTRATION_REASONS, question.filer)),
            reviewer_open(question.facts),
        ]
    return findings


def missing(payload: Payload) -> list[str]:
    """The reason; remarks only for 其他情形."""
    other = getattr(payload, "reason_code", None) == "99"
    return absent(payload, "reason_code", *(["remarks"] if other else []))


def steps(language: Language) -> list[StepSpec]:
    """The manual's single page."""
    return [
        StepSpec(
            code="choose",
            title=text("type.deregistration.step_choose", language),
            fields=[
                draw(
                    "reason_code",
                    "select",
                    language,
                    label=text("form.deregistration_reason", language),
                    options=options("deregistration", DEREGISTRATION_REASONS, language),
                ),
                draw(
                    "remarks",
                    "textarea",
                    language,
                    required=False,
                    max_length=500,
                    label=text("form.deregistration_remarks", language),
                    help=text("form_help.reason_remarks", language),
                ),
            ],
        )
    ]


async def effect(work: Work, approval: Approval) -> UUID:
    """已注销 from today on."""
    await enter(
        work,
        registration_id=approval.registration_id,
        kind="deregistered",
        details={"reason_code": getattr(approval.payload, "reason_code", None)},
        application_id=approval.application_id,
        recorded_by=approval.decided_by,
    )
    return approval.registration_id


TYPE = ApplicationType(
    code="deregistration",
    prefix="ZX",
    order=7,
    payload=DeregistrationPayload,
    route="main",
    steps=steps,
    missing=missing,
    judge=judge,
    effect=effect,
    filers=frozenset(("doctor", "institution", "authority")),
)
