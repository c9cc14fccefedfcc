"""What an application type is: data and the few functions in which types differ."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from registry_api.kit.checks import Finding
from registry_api.kit.texts import Language, has_text, text
from registry_api.kit.work import Work
from registry_api.workflow.table import Filer

Widget = Literal[
    "text", "textarea", "select", "date", "institution", "practice", "photo", "rows", "checkbox", "statement"
]
Route = Literal["named", "main", "additional", "suspending"]
"""Which institution reviews: the one that the payload names, the main one of the registration, the one of the
additional practice, or the one that handled the 备案."""


Basis = Literal["law_16", "law_17", "law_17_order_18", "order_18", "order_19", "order"]
"""Named `legal_basis.{basis}` in the catalogues: 医师法 (law) and 医师执业注册管理办法 (Order 13)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Who may give it, and the article that it rests on."""

    filers: frozenset[Filer]
    basis: Basis


class Payload(BaseModel):
    """Payload of a type: everything may be missing in a draft, unknown fields never pass."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    written: ClassVar[frozenset[str]] = frozenset()
    """Fields in which a person writes freely: stored sealed, like the form."""


class Option(BaseModel):
    """One choice."""

    value: str
    label: str
    filers: list[Filer] | None = None
    """Who may choose it; everybody where it is null."""


class FieldSpec(BaseModel):
    """How a portal draws one field; `name` is its path in the payload."""

    name: str
    label: str
    widget: Widget
    required: bool = False
    max_length: int | None = None
    options: list[Option] | None = None
    help: str | None = None
    columns: list["FieldSpec"] | None = None
    prefilled: bool = False
    read_only: bool = False


class StepSpec(BaseModel):
    """One page of the wizard."""

    code: str
    title: str
    fields: list[FieldSpec]


@dataclass(frozen=True, slots=True)
class AdditionalPractice:
    """A 多执业机构备案 that is not over: in force, not begun, or suspended with its registration."""

    id: UUID
    entry_id: UUID
    institution_id: UUID
    authority_id: UUID
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class HeldRegistration:
    """The registration of the person that is not ended; the law allows one."""

    id: UUID
    status: str
    authority_id: UUID
    main_institution_id: UUID | None
    filed_on: date | None
    filing_institution_id: UUID | None
    additional: tuple[AdditionalPractice, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules of every type ask for, read in one statement at one instant."""

    qualification_id: UUID | None
    qualification_status: str | None
    province_code: str | None
    issued_on: date | None
    registration: HeldRegistration | None
    last_ended_on: date | None
    active_facts: tuple[str, ...]
    institution_id: UUID | None
    """The institution that reviews, by the type's route."""
    institution_status: str | None
    institution_division: str | None
    authority_id: UUID | None
    authority_division: str | None
    consented_provinces: tuple[str, ...]
    recently_ended: tuple[str, ...] = ()
    """Bars that ended within the last year: they bar no longer, but a clerk wants to know."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Dated settings of the authority and of its province, as they are today."""

    def about(self, registration_id: UUID | None) -> "Facts":
        """The facts on one registration: none is held if that has ended, whichever the person holds by now."""
        if self.registration is None or self.registration.id == registration_id:
            return self
        return replace(self, registration=None)


@dataclass(frozen=True, slots=True)
class Question:
    """What the preconditions of a type are asked about."""

    facts: Facts
    payload: Payload
    today: date
    """Civil day, Asia/Shanghai."""
    complete: bool = True
    """Whether the payload counts: at submission and approval, not while a draft is begun."""
    filer: Filer = "doctor"
    submitted_on: date | None = None
    """Day of the first submission: a term that the applicant kept stays kept on a slow desk."""


Judge = Callable[[Question], list[Finding]]


@dataclass(frozen=True, slots=True)
class Approval:
    """What an effect needs of the decision."""

    application_id: UUID
    practitioner_id: UUID
    decided_by: UUID
    facts: Facts
    payload: Payload

    @property
    def registration_id(self) -> UUID:
        """The registration concerned; the preconditions have made sure of it."""
        if self.facts.registration is None:
            raise AssertionError("approve is judged before its effect")
        return self.facts.registration.id


Effect = Callable[[Work, Approval], Awaitable[UUID]]
"""Enters the approval into the register; gives the registration concerned. Called once."""


@dataclass(frozen=True, slots=True)
class ApplicationType:
    """One of the types: data and the few functions in which types differ."""

    code: str
    prefix: str
    """First letters of the 受理号."""
    order: int
    payload: type[Payload]
    route: Route
    steps: Callable[[Language], list[StepSpec]]
    missing: Callable[[Payload], list[str]]
    """JSON pointers of what submission still needs."""
    judge: Judge
    effect: Effect
    filers: frozenset[Filer] = frozenset(("doctor", "authority"))
    about_person: bool = False
    """Whether it concerns a person without a registration; every other type concerns a registration that is held."""
    ends_registration: bool = False
    """Whether what else is under way about the registration loses its subject."""
    evidence_expected: Callable[[Payload], bool] = lambda _payload: False
    """Whether a clerk would ask for a proof of what the payload says."""
    printable: bool = False
    """Whether it has the 业务打印表单."""
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    """By code, in the order of the regulation, where one of a list must be given; words are `{type}_reason.{code}`."""

    def title(self, language: Language) -> str:
        """Such as 执业注册."""
        return text(f"type.{self.code}.title", language)

    def summary(self, language: Language) -> str:
        """One sentence: what it is for."""
        return text(f"type.{self.code}.summary", language)


def field_label(name: str, language: Language) -> str:
    """Label of a payload field."""
    return text(f"form.{name}", language)


def field_help(name: str, language: Language) -> str | None:
    """Help of a payload field, if there is any."""
    key = f"form_help.{name}"
    return text(key, language) if has_text(key, language) else None


def draw(
    name: str, widget: Widget, language: Language, *, words: str | None = None, **more: Any
) -> FieldSpec:
    """A field with its label and help from the catalogue, as `words` if that is not its name; required by default."""
    return FieldSpec(
        name=name,
        label=field_label(words or name, language),
        widget=widget,
        help=field_help(words or name, language),
        **{"required": True, **more},
    )


def absent(payload: Payload, *names: str) -> list[str]:
    """Pointers of those fields of the payload that are empty."""
    return [f"/payload/{name}" for name in names if getattr(payload, name) in (None, "")]
