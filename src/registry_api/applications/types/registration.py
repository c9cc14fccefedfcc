"""执业注册: a qualified person without a registration asks for one at an intended institution.

医师法 13-16, 中医药法 15, 医师执业注册管理办法 (Order 13) 6-9, 中医医术确有专长人员医师资格考核注册管理暂行办法
(Order 15) 25-27.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from registry_api.applications.types.registration_form import REQUIRED, RegistrationForm, form_fields
from registry_api.applications.types.spec import (
    ApplicationType,
    Facts,
    FieldSpec,
    Finding,
    Payload,
    StepSpec,
    field_help,
    field_label,
)
from registry_api.kit.texts import Language, text
from registry_api.kit.work import Work
from registry_api.register.service import enter_registration

BARS = ("criminal_bar", "revocation_bar", "assessment_bar", "fraud_bar", "false_material_bar", "other_bar")
LAPSE_YEARS = 2


class RegistrationPayload(Payload):
    """Where, with which photo, and the printable form."""

    institution_id: UUID | None = None
    photo_id: UUID | None = None
    form: Annotated[RegistrationForm, Field(default_factory=RegistrationForm)]


def judge(facts: Facts, today: date, complete: bool) -> list[Finding]:
    """Every precondition, passed or not; `complete` adds those that need the chosen institution."""
    findings = [
        Finding("qualification_valid", facts.qualification_status == "valid"),
        Finding("no_current_registration", facts.current_status is None),
        *(Finding(bar, bar not in facts.active_facts) for bar in BARS),
        Finding("training_done", not _lapsed(facts, today) or "training" in facts.active_facts),
    ]
    if complete:
        findings += [
            Finding("institution_open", facts.institution_status == "open"),
            Finding("province_allowed", _province_allowed(facts)),
        ]
    return findings


def _lapsed(facts: Facts, today: date) -> bool:
    """Qualified for over two years without registering, or stopped for two: trained again (Order 13 Art. 7)."""
    since = facts.last_ended_on or facts.issued_on
    return since is not None and since < _years_before(today, LAPSE_YEARS)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _province_allowed(facts: Facts) -> bool:
    if facts.institution_division is None or facts.province_code is None:
        return False
    province = facts.institution_division[:2] + "0000"
    return province == facts.province_code or province in facts.consented_provinces


def missing(payload: Payload) -> list[str]:
    """Pointers of what the printable form and the choice of institution still lack."""
    if not isinstance(payload, RegistrationPayload):
        raise TypeError(type(payload))
    pointers = [
        f"/payload/{name}" for name in ("institution_id", "photo_id") if getattr(payload, name) is None
    ]
    form: dict[str, Any] = payload.form.model_dump()
    return pointers + [f"/payload/form/{name}" for name in REQUIRED if not form[name]]


def steps(language: Language) -> list[StepSpec]:
    """The manual's pages: photo and institution, then the printable form; the portal adds the check page."""
    choose: tuple[tuple[str, Literal["photo", "institution"]], ...] = (
        ("photo_id", "photo"),
        ("institution_id", "institution"),
    )
    return [
        StepSpec(
            code="choose",
            title=text("type.registration.step_choose", language),
            fields=[
                FieldSpec(
                    name=name,
                    label=field_label(name, language),
                    widget=widget,
                    required=True,
                    help=field_help(name, language),
                )
                for name, widget in choose
            ],
        ),
        StepSpec(
            code="form", title=text("type.registration.step_form", language), fields=form_fields(language)
        ),
    ]


async def effect(work: Work, case: Any, decided_by: UUID, facts: Facts) -> UUID:
    """注册有效: a registration with its main practice, entered once."""
    if facts.qualification_id is None or case.institution_id is None or case.authority_id is None:
        raise AssertionError("approve is judged before its effect")
    return await enter_registration(
        work,
        practitioner_id=case.practitioner_id,
        qualification_id=facts.qualification_id,
        institution_id=case.institution_id,
        authority_id=case.authority_id,
        authority_division=facts.authority_division or "",
        application_id=case.id,
        recorded_by=decided_by,
    )


TYPE = ApplicationType(
    code="registration",
    prefix="ZC",
    order=1,
    payload=RegistrationPayload,
    open=True,
    steps=steps,
    missing=missing,
    judge=judge,
    effect=effect,
)
