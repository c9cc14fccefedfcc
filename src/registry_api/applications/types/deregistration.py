"""注销: the registration ends, and with it every practice.

医师法 17, Order 13 Art. 18: the institution reports within 30 days; the authority may act of its own accord.
"""

from typing import Literal
from uuid import UUID

from registry_api.applications.types.entering import enter_approved
from registry_api.applications.types.preconditions import reviewer_open, status_among
from registry_api.applications.types.reasons import (
    DEREGISTRATION_REASONS,
    ReasonPayload,
    missing_reason,
    needs_proof,
    reason_open,
    reason_step,
)
from registry_api.applications.types.spec import ApplicationType, Approval, Question, StepSpec
from registry_api.kit.checks import Finding
from registry_api.kit.texts import Language
from registry_api.kit.work import Work


class DeregistrationPayload(ReasonPayload):
    """Why, from the list, and remarks."""

    reason_code: Literal["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "99"] | None = None


def judge(question: Question) -> list[Finding]:
    """A registration that is not ended, and a reason that the filer may give."""
    findings = [status_among(question.facts, "registration_not_ended", "valid", "filed", "suspended")]
    if question.complete:
        findings += [reason_open(question, DEREGISTRATION_REASONS), reviewer_open(question.facts)]
    return findings


def steps(language: Language) -> list[StepSpec]:
    """The manual's single page."""
    return [reason_step("deregistration", DEREGISTRATION_REASONS, language)]


async def effect(work: Work, approval: Approval) -> UUID:
    """已注销 from today on."""
    return await enter_approved(
        work, approval, "deregistered", reason_code=getattr(approval.payload, "reason_code", None)
    )


TYPE = ApplicationType(
    code="deregistration",
    prefix="ZX",
    order=7,
    payload=DeregistrationPayload,
    route="main",
    ends_registration=True,
    evidence_expected=needs_proof,
    steps=steps,
    missing=missing_reason,
    judge=judge,
    effect=effect,
    filers=frozenset(("doctor", "institution", "authority")),
    reasons=DEREGISTRATION_REASONS,
)
