"""变更: a registered doctor moves to another main institution.

医师法 18, Order 13 Art. 20: at the authority of the new institution. The old institution is told, not asked.
"""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from registry_api.applications.types.entering import enter_approved
from registry_api.applications.types.preconditions import (
    institution_open,
    not_main,
    province_allowed,
    qualification_valid,
    setting,
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


class ChangePayload(FormPayload):
    """The new main institution, why, and the printable form."""

    written: ClassVar[frozenset[str]] = frozenset(("reason",))
    institution_id: UUID | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


def judge(question: Question) -> list[Finding]:
    """A valid registration; in 备案 only where the province allows it."""
    facts = question.facts
    held = ("valid", "filed") if setting(facts, "change_while_filed") else ("valid",)
    findings = [status_among(facts, "registration_valid", *held), qualification_valid(facts)]
    if question.complete:
        findings += [institution_open(facts), province_allowed(facts), not_main(facts)]
    return findings


def missing(payload: Payload) -> list[str]:
    """Institution, reason and form."""
    if not isinstance(payload, ChangePayload):
        raise TypeError(type(payload))
    return absent(payload, "institution_id", "reason") + missing_form(payload)


def steps(language: Language) -> list[StepSpec]:
    """The manual's pages."""
    choose = [
        draw("institution_id", "institution", language),
        draw("reason", "textarea", language, max_length=500, words="change_reason"),
    ]
    return [
        StepSpec(code="choose", title=text("type.change.step_choose", language), fields=choose),
        form_step(language),
    ]


async def effect(work: Work, approval: Approval) -> UUID:
    """The new main practice begins, and the old one ends, today."""
    facts = approval.facts
    return await enter_approved(
        work,
        approval,
        "main_changed",
        institution_id=str(facts.institution_id),
        authority_id=str(facts.authority_id),
        end_additional=setting(facts, "change_ends_additional"),
        while_filed=setting(facts, "change_while_filed"),
    )


TYPE = ApplicationType(
    code="change",
    prefix="BG",
    order=2,
    payload=ChangePayload,
    route="named",
    steps=steps,
    missing=missing,
    judge=judge,
    effect=effect,
    printable=True,
)
