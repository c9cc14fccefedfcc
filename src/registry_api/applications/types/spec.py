"""What an application type is: data and the few functions in which types differ."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from registry_api.kit.texts import Language, has_text, text
from registry_api.kit.work import Work

Widget = Literal[
    "text", "textarea", "select", "date", "institution", "photo", "rows", "checkbox", "statement"
]


class Payload(BaseModel):
    """Payload of a type: everything may be missing in a draft, unknown fields never pass."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Option(BaseModel):
    """One choice."""

    value: str
    label: str


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


class Check(BaseModel):
    """One precondition, judged: what was found, on which legal basis, and what to do."""

    code: str
    passed: bool
    severity: Literal["block", "warn"] = "block"
    message: str
    legal_basis: str
    remedy: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A judged precondition before it is put into words."""

    code: str
    passed: bool
    severity: Literal["block", "warn"] = "block"
    values: dict[str, Any] = field(default_factory=dict)

    def say(self, language: Language) -> Check:
        """In the caller's language, from the catalogue."""
        key = f"check.{self.code}"
        return Check(
            code=self.code,
            passed=self.passed,
            severity=self.severity,
            message=text(f"{key}.{'passed' if self.passed else 'failed'}", language, **self.values),
            legal_basis=text(f"{key}.basis", language),
            remedy=None if self.passed else text(f"{key}.remedy", language, **self.values),
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules of every type ask for, read in one statement at one instant."""

    qualification_id: UUID | None
    qualification_status: str | None
    province_code: str | None
    issued_on: date | None
    current_status: str | None
    """Status of the registration that is not ended."""
    last_ended_on: date | None
    active_facts: tuple[str, ...]
    institution_status: str | None
    institution_division: str | None
    authority_id: UUID | None
    authority_division: str | None
    consented_provinces: tuple[str, ...]


Judge = Callable[[Facts, date, bool], list[Finding]]
"""facts, civil day, whether the payload counts (at submission and approval) → findings."""
Effect = Callable[[Work, Any, UUID, Facts], Awaitable[UUID]]
"""work, the case, the deciding account, facts → the registration concerned. Called once, on approval."""


@dataclass(frozen=True, slots=True)
class ApplicationType:
    """One of the types. `open` says whether this release handles it from draft to decision."""

    code: str
    prefix: str
    """First letters of the 受理号."""
    order: int
    payload: type[Payload]
    open: bool = False
    steps: Callable[[Language], list[StepSpec]] = lambda _language: []
    missing: Callable[[Payload], list[str]] = lambda _payload: []
    """JSON pointers of what submission still needs."""
    judge: Judge = lambda _facts, _today, _complete: []
    effect: Effect | None = None

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
