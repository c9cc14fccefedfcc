"""业务打印表单 of 执业注册: the fields of 医师执业、变更执业、多机构备案申请审核表 that the applicant fills in.

Name, ID number, telephone and certificates come from the register and are never typed.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from registry_api.applications.types.spec import (
    FieldSpec,
    Option,
    Payload,
    StepSpec,
    field_help,
    field_label,
)
from registry_api.kit.texts import Language, text

ETHNICITIES = (*(f"{code:02d}" for code in range(1, 57)), "97", "98")
"""GB/T 3304."""
EDUCATION = ("10", "20", "30", "40", "60", "70", "80", "90", "apprenticeship", "none")
"""GB/T 4658, with the two choices that the printed form adds."""
SEXES = ("0", "1", "2", "9")
"""GB/T 2261.1."""

Line = Annotated[str, Field(max_length=100)]
Lines = Annotated[str, Field(max_length=1000)]


def _choice(allowed: tuple[str, ...]) -> BeforeValidator:
    def check(value: Any) -> Any:
        if value not in ("", *allowed):
            raise ValueError("not one of the choices")
        return value

    return BeforeValidator(check)


class WorkPeriod(Payload):
    """One line of 个人工作经历; months as YYYY-MM."""

    from_: Annotated[str, Field(alias="from", max_length=10, pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")] = ""
    to: Annotated[str, Field(max_length=10, pattern=r"^(\d{4}-(0[1-9]|1[0-2])|至今)?$")] = ""
    unit: Line = ""
    post: Line = ""
    witness: Line = ""


class RegistrationForm(Payload):
    """What the applicant fills in; empty text means not filled in yet."""

    sex: Annotated[str, _choice(SEXES)] = ""
    ethnicity: Annotated[str, _choice(ETHNICITIES)] = ""
    education: Annotated[str, _choice(EDUCATION)] = ""
    school: Line = ""
    major: Line = ""
    home_address: Annotated[str, Field(max_length=200)] = ""
    postcode: Annotated[str, Field(pattern=r"^(\d{6})?$")] = ""
    health: Line = ""
    administrative_post: Line = ""
    professional_title: Line = ""
    work_history: Annotated[list[WorkPeriod], Field(default_factory=list, max_length=30)]
    assessment: Lines = ""
    penalties: Lines = ""
    remarks: Lines = ""
    no_bar_declaration: bool = False


class FormPayload(Payload):
    """A payload with the printable form."""

    form: Annotated[RegistrationForm, Field(default_factory=RegistrationForm)]


REQUIRED = (
    "sex",
    "ethnicity",
    "education",
    "home_address",
    "postcode",
    "health",
    "work_history",
    "assessment",
    "penalties",
    "no_bar_declaration",
)

_WIDGETS: tuple[tuple[str, Literal["text", "textarea", "select", "rows", "checkbox"]], ...] = (
    ("sex", "select"),
    ("ethnicity", "select"),
    ("education", "select"),
    ("school", "text"),
    ("major", "text"),
    ("home_address", "text"),
    ("postcode", "text"),
    ("health", "text"),
    ("administrative_post", "text"),
    ("professional_title", "text"),
    ("work_history", "rows"),
    ("assessment", "textarea"),
    ("penalties", "textarea"),
    ("remarks", "textarea"),
    ("no_bar_declaration", "checkbox"),
)
_CHOICES = {"sex": SEXES[1:3], "ethnicity": ETHNICITIES, "education": EDUCATION}
_LENGTHS = {"home_address": 200, "postcode": 6, "assessment": 1000, "penalties": 1000, "remarks": 1000}
_COLUMNS = ("from", "to", "unit", "post", "witness")


def form_fields(language: Language) -> list[FieldSpec]:
    """The fields in the order of the printed form."""
    return [
        FieldSpec(
            name=f"form.{name}",
            label=field_label(name, language),
            widget=widget,
            required=name in REQUIRED,
            max_length=_LENGTHS.get(name, 100) if widget in ("text", "textarea") else None,
            options=[Option(value=code, label=text(f"{name}.{code}", language)) for code in _CHOICES[name]]
            if name in _CHOICES
            else None,
            help=field_help(name, language),
            columns=[
                FieldSpec(
                    name=column,
                    label=field_label(f"work_{column}", language),
                    widget="text",
                    required=column in ("from", "unit"),
                    max_length=10 if column in ("from", "to") else 100,
                )
                for column in _COLUMNS
            ]
            if widget == "rows"
            else None,
        )
        for name, widget in _WIDGETS
    ]


def missing_form(payload: FormPayload) -> list[str]:
    """Pointers of what the printable form still lacks."""
    form: dict[str, Any] = payload.form.model_dump()
    return [f"/payload/form/{name}" for name in REQUIRED if not form[name]]


def form_step(language: Language) -> StepSpec:
    """The wizard's page of the printable form."""
    return StepSpec(code="form", title=text("type.step_form", language), fields=form_fields(language))
