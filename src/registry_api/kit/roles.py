"""Realms and roles: who can sign in where, and as what."""

from typing import Literal, get_args

Realm = Literal["doctor", "institution", "authority"]
REALMS: tuple[Realm, ...] = get_args(Realm)

StaffRole = Literal[
    "institution_handler",
    "institution_administrator",
    "authority_handler",
    "authority_approver",
    "authority_administrator",
    "authority_auditor",
]
AccountRole = Literal["doctor", StaffRole]
Role = Literal[AccountRole, "client", "system"]
ROLES: tuple[AccountRole, ...] = ("doctor", *get_args(StaffRole))
"""The roles an account can have; `client` and `system` belong to programs and to the worker."""
