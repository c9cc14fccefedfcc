"""The catalogues of everything the service says to people, and the choice of language."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["zh-CN", "en"]
DEFAULT_LANGUAGE: Language = "zh-CN"
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")

_BY_PRIMARY_TAG: dict[str, Language] = {"zh": "zh-CN", "en": "en", "*": DEFAULT_LANGUAGE}
_QUALITY = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def text(key: str, /, language: Language = DEFAULT_LANGUAGE, **values: object) -> str:
    """The text of a dotted key such as "problem.not_found.title", with `values` put in as by `str.format`.

    Raises KeyError if the catalogue has no such text, or the text wants a value that is not given.
    """
    return catalogue(language)[key].format_map(values)


def has_text(key: str, language: Language = DEFAULT_LANGUAGE) -> bool:
    """Whether the catalogue has a text of this key, for callers that fall back on a general one."""
    return key in catalogue(language)


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every text of a language by its dotted key, read once from the package."""
    content = (files("registry_api") / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flatten(tomllib.loads(content), ""))


def _flatten(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)


@lru_cache(maxsize=256)
def language_from(accept_language: str | None) -> Language:
    """The best of our languages for an Accept-Language header (RFC 9110 12.5.4); Chinese if none fits."""
    best: Language = DEFAULT_LANGUAGE
    best_quality = 0.0
    for entry in (accept_language or "").split(","):
        language_range, _, parameters = entry.partition(";")
        language = _matching(language_range.strip().lower())
        quality = _quality(parameters)
        if language is not None and quality > best_quality:
            best, best_quality = language, quality
    return best


def _matching(language_range: str) -> Language | None:
    return _BY_PRIMARY_TAG.get(language_range.partition("-")[0])


def _quality(parameters: str) -> float:
    if not parameters.strip():
        return 1.0
    match = _QUALITY.fullmatch(parameters.strip())
    return float(match.group(1)) if match else 0.0
