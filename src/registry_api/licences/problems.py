"""Refusals about licences, each beside the rule it states."""

from typing import Any

from registry_api.kit.problems import CONSTRAINTS, Problem


class LicenceNotEligible(Problem):
    """A precondition fails; `checks` has every one, with its legal basis and what to do."""

    status, code = 409, "licence_not_eligible"

    def __init__(self, checks: list[dict[str, Any]]) -> None:
        super().__init__(checks=checks)


class RegisterMoved(Problem):
    """What the licence says changed while it was made, or another one was issued meanwhile; nothing was issued."""

    status, code = 409, "licence_register_moved"


class LicenceEnded(Problem):
    """This version was superseded or revoked; it cannot be shown any more."""

    status, code = 409, "licence_ended"


class PressBusy(Problem):
    """As many licences as can wait are being made; `Retry-After` says when to come back."""

    status, code = 503, "licence_press_busy"


for _name in (
    "licence_says_what_is_so",
    "uq_licence_current",
    "uq_licence_number_version",
    "uq_licence_registration_id_version",
):
    CONSTRAINTS[_name] = RegisterMoved
