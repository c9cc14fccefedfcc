"""A precondition that was judged: what was found, on which legal basis, and what to do about it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from registry_api.kit.texts import Language, text


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
