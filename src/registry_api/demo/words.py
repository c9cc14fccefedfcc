"""The words of words.toml."""

import tomllib
from importlib.resources import files
from typing import Any

WORDS: dict[str, Any] = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def word_list(section: str, name: str) -> tuple[str, ...]:
    """A list of words that the file separates by spaces or lines."""
    return tuple(str(WORDS[section][name]).split())


def characters(section: str, name: str) -> tuple[str, ...]:
    """The single characters of a text."""
    return tuple(WORDS[section][name])
