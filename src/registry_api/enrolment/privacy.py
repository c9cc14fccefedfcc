"""The privacy policy (个人信息保护法 17) as people read it, and its version, which an account keeps."""

from functools import cache
from importlib.resources import files

from registry_api.kit.texts import Language

CURRENT_VERSION = "2026-11-25"
"""Changes with the text: who registers must have been shown the one that is in force."""


@cache
def policy_text(language: Language) -> str:
    """The policy in force, as Markdown."""
    return (files(__package__) / f"privacy-policy.{language}.md").read_text(encoding="utf-8")
