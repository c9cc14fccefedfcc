"""Characters that no font draws, found while somebody can still look at them. They never hinder: a name is a name."""

from collections.abc import Iterator
from typing import Any

from registry_api.applications.types.spec import Payload
from registry_api.kit.checks import Finding
from registry_api.printing.coverage import missing_glyphs


def undrawn(name: str, payload: Payload) -> list[Finding]:
    """A warning that names each character of the applicant's name and of what was written that will not print."""
    missing = missing_glyphs("".join((name, *_words(payload.model_dump(mode="json")))))
    if not missing:
        return []
    named = "、".join(f"{one}（U+{ord(one):04X}）" for one in missing)
    return [Finding("characters_drawn", passed=False, severity="warn", values={"characters": named})]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)
