"""Refusals of the application operations, each beside the rule it states."""

from typing import Any

from registry_api.kit.problems import CONSTRAINTS, Problem


class WrongState(Problem):
    """The status does not allow the action; says the status and what is allowed."""

    status, code = 409, "wrong_state"

    def __init__(self, status: str, available: list[str]) -> None:
        super().__init__(application_status=status, available_actions=available)


class RoleNotAllowed(Problem):
    """The action belongs to another role, whatever the status."""

    status, code = 403, "role_not_allowed"


class NotEligible(Problem):
    """A precondition fails; `checks` has every one, with its legal basis and what to do."""

    status, code = 409, "not_eligible"

    def __init__(self, checks: list[dict[str, Any]]) -> None:
        super().__init__(checks=checks)


class NoPrintableForm(Problem):
    """This type has no form to print: only what asks for a place of practice has 申请审核表."""

    status, code = 404, "no_printable_form"


class OpenApplicationExists(Problem):
    """There is an unfinished application of this type already (one per registration and type)."""

    status, code = 409, "open_application_exists"


class FilerNotAllowed(Problem):
    """This type is not for this filer to start: an institution reports 备案 and 注销 only."""

    status, code = 403, "filer_not_allowed"


class OutsideJurisdiction(Problem):
    """Another authority decides: the institution that reviews was approved by it."""

    status, code = 403, "outside_jurisdiction"


class AssignedToAnother(Problem):
    """A colleague works on the case; whoever takes it over says so first."""

    status, code = 409, "assigned_to_another"

    def __init__(self, assignee_name: str) -> None:
        super().__init__(assignee_name=assignee_name)


class OwnCase(Problem):
    """Nobody decides on their own application."""

    status, code = 403, "own_case"


class SamePerson(Problem):
    """The institution's and the authority's decision are two persons'."""

    status, code = 403, "same_person"


class EndorsementOutdated(Problem):
    """What the institution endorsed has changed since."""

    status, code = 409, "endorsement_outdated"


class TooManyAttachments(Problem):
    """An application holds at most so many files."""

    status, code = 409, "too_many_attachments"


class PhotoInUse(Problem):
    """The photo that the payload names stays until another one is chosen."""

    status, code = 409, "photo_in_use"


CONSTRAINTS["uq_application_open_case"] = OpenApplicationExists
CONSTRAINTS["uq_application_draft"] = OpenApplicationExists
