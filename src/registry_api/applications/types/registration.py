"""执业注册: a qualified person without a registration asks for one at an intended institution.

医师法 13-16, 中医药法 15, 医师执业注册管理办法 (Order 13) 6-9, 中医医术确有专长人员医师资格考核注册管理暂行办法
(Order 15) 25-27.
"""

from datetime import date
from uuid import UUID

from registry_api.applications.types.preconditions import (
    institution_open,
    no_bars,
    province_allowed,
    qualification_valid,
    years_before,
)
from registry_api.applications.types.registration_form import FormPayload, form_step, missing_form
from registry_api.applications.types.spec import (
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
from registry_api.register.service import enter_registration

LAPSE_YEARS = 2


class RegistrationPayload(FormPayload):
    """Where, with which photo, and the printable form."""

    institution_id: UUID | None = None
    photo_id: UUID | None = None


def judge(question: Question) -> list[Finding]:
    """Every precondition, passed or not."""
    facts = question.facts
    findings = [
        qualification_valid(facts),
        Finding("no_current_registration", facts.registration is None),
        *no_bars(facts),
        Finding("training_done", not _lapsed(facts, question.today) or "training" in facts.active_facts),
    ]
    if question.complete:
        findings += [institution_open(facts), province_allowed(facts)]
    return findings


def _lapsed(facts: Facts, today: date) -> bool:
    """二年内未注册 ends after the day, 中止二年以上 includes it: both train again (Order 13 Art. 7, 医师法 19)."""
    if facts.last_ended_on is not None:
        return facts.last_ended_on <= years_before(today, LAPSE_YEARS)
    return facts.issued_on is not None and facts.issued_on < years_before(today, LAPSE_YEARS)


def missing(payload: Payload) -> list[str]:
    """What the printable form and the choice of institution still lack."""
    if not isinstance(payload, RegistrationPayload):
        raise TypeError(type(payload))
    return absent(payload, "institution_id", "photo_id") + missing_form(payload)


def steps(language: Language) -> list[StepSpec]:
    """The manual's pages: photo and institution, then the printable form; the portal adds the check page."""
    choose = [draw("photo_id", "photo", language), draw("institution_id", "institution", language)]
    return [
        StepSpec(code="choose", title=text("type.registration.step_choose", language), fields=choose),
        form_step(language),
    ]


async def effect(work: Work, approval: Approval) -> UUID:
    """注册有效: a registration with its main practice."""
    facts = approval.facts
    if facts.qualification_id is None or facts.institution_id is None or facts.authority_id is None:
        raise AssertionError("approve is judged before its effect")
    return await enter_registration(
        work,
        practitioner_id=approval.practitioner_id,
        qualification_id=facts.qualification_id,
        institution_id=facts.institution_id,
        authority_id=facts.authority_id,
        authority_division=facts.authority_division or "",
        application_id=approval.application_id,
        recorded_by=approval.decided_by,
    )


TYPE = ApplicationType(
    code="registration",
    prefix="ZC",
    order=1,
    payload=RegistrationPayload,
    route="named",
    steps=steps,
    missing=missing,
    judge=judge,
    effect=effect,
    about_person=True,
    printable=True,
)
