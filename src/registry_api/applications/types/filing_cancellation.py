"""取消备案: within two years of 备案 the doctor practises again.

The manual's note: only while the registration is 注册备案（执业信息无效）, and not over two years.
"""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from registry_api.applications.types.entering import enter_approved
from registry_api.applications.types.preconditions import (
    institution_open,
    no_bars,
    qualification_valid,
    status_among,
)
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
from registry_api.register.state import last_day_of_filing


class FilingCancellationPayload(Payload):
    """Why."""

    written: ClassVar[frozenset[str]] = frozenset(("reason",))
    reason: Annotated[str, Field(max_length=500)] = ""


def judge(question: Question) -> list[Finding]:
    """In 备案 for two years at most, judged at first submission; nothing bars practice; the institution is open."""
    facts = question.facts
    findings = [
        status_among(facts, "registration_filed", "filed"),
        Finding("filed_within_two_years", _within_term(question)),
        qualification_valid(facts),
        *no_bars(facts),
    ]
    return [*findings, institution_open(facts)] if question.complete else findings


def _within_term(question: Question) -> bool:
    held, day = question.facts.registration, question.submitted_on or question.today
    return held is None or held.filed_on is None or day <= last_day_of_filing(held.filed_on)


def missing(payload: Payload) -> list[str]:
    """The reason."""
    return absent(payload, "reason")


def steps(language: Language) -> list[StepSpec]:
    """The manual's single page."""
    return [
        StepSpec(
            code="choose",
            title=text("type.filing_cancellation.step_choose", language),
            fields=[draw("reason", "textarea", language, max_length=500)],
        )
    ]


async def effect(work: Work, approval: Approval) -> UUID:
    """注册有效 again; additional practices that have not expired are in force with it."""
    return await enter_approved(work, approval, "filing_cancelled")


TYPE = ApplicationType(
    code="filing_cancellation",
    prefix="QB",
    order=6,
    payload=FilingCancellationPayload,
    route="suspending",
    steps=steps,
    missing=missing,
    judge=judge,
    effect=effect,
)
