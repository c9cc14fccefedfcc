"""Realms and roles: who can sign in where, and as what."""

from typing import Literal

Realm = Literal["doctor", "institution", "authority"]
REALMS: tuple[Realm, ...] = ("doctor", "institution", "authority")

Role = Literal[
    "doctor",
    "institution_handler",
    "institution_administrator",
    "authority_handler",
    "authority_approver",
    "authority_administrator",
    "authority_auditor",
    "client",
    "system",
]
ROLES: tuple[Role, ...] = (
    "doctor",
    "institution_handler",
    "institution_administrator",
    "authority_handler",
    "authority_approver",
    "authority_administrator",
    "authority_auditor",
)
"""The roles an account can have; `client` and `system` belong to programs and to the worker."""
