"""备案: a doctor leaves the institution; the registration stays, but allows no practice.

Order 13 Art. 19: the institution reports it within 30 days. The doctor may apply, the authority act directly.
"""

from typing import Literal
from uuid import UUID

from registry_api.applications.types.entering import enter_approved
from registry_api.applications.types.preconditions import reviewer_open, status_among
from registry_api.applications.types.reasons import (
    FILING_REASONS,
    ReasonPayload,
    missing_reason,
    reason_open,
    reason_step,
)
from registry_api.applications.types.spec import ApplicationType, Approval, Question, StepSpec
from registry_api.kit.checks import Finding
from registry_api.kit.texts import Language
from registry_api.kit.work import Work


class FilingPayload(ReasonPayload):
    """Why, from the list, and remarks."""

    reason_code: Literal["01", "02", "03", "04", "05", "99"] | None = None


def judge(question: Question) -> list[Finding]:
    """A valid registration, and a reason that the filer may give."""
    findings = [status_among(question.facts, "registration_valid", "valid")]
    if question.complete:
        findings += [reason_open(question, FILING_REASONS), reviewer_open(question.facts)]
    return findings


def steps(language: Language) -> list[StepSpec]:
    """The manual's single page."""
    return [reason_step("filing", FILING_REASONS, language)]


async def effect(work: Work, approval: Approval) -> UUID:
    """注册备案（执业信息无效） from today on."""
    return await enter_approved(
        work,
        approval,
        "filed",
        reason_code=getattr(approval.payload, "reason_code", None),
        institution_id=str(approval.facts.institution_id),
    )


TYPE = ApplicationType(
    code="filing",
    prefix="BA",
    order=5,
    payload=FilingPayload,
    route="main",
    steps=steps,
    missing=missing_reason,
    judge=judge,
    effect=effect,
    filers=frozenset(("doctor", "institution", "authority")),
    reasons=FILING_REASONS,
)
