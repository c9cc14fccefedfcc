"""The contract's table: who may do what to whose application in which status."""

from typing import NamedTuple

ROLES = (
    "doctor",
    "institution_handler",
    "institution_administrator",
    "authority_handler",
    "authority_approver",
    "authority_administrator",
    "authority_auditor",
)
_INSTITUTION = ("institution_handler", "institution_administrator")
_HANDLING = ("authority_handler", "authority_approver")
_APPROVING = ("authority_approver",)

EDITABLE = ("draft", "institution_returned", "correction_required")
_UNDER_WAY = (
    "institution_review",
    "institution_returned",
    "authority_review",
    "correction_required",
    "accepted",
)
OPEN = ("draft", *_UNDER_WAY, "countersign")
DECIDED = ("approved", "refused", "not_accepted")
_BEFORE_DECISION = ("authority_review", "correction_required", "accepted")
DOCTOR, INSTITUTION, AUTHORITY = ("doctor",), ("institution",), ("authority",)
_ANYBODY = (*DOCTOR, *INSTITUTION, *AUTHORITY)


class Row(NamedTuple):
    """One line; `target` is None where the status stays. What is filed by staff begins outside the table."""

    action: str
    roles: tuple[str, ...]
    filers: tuple[str, ...]
    sources: tuple[str, ...]
    target: str | None
    explained: bool = False
    """Whether a comment is required."""


TABLE = (
    # A correction is submitted like a draft, and goes to the authority if the institution need not look again.
    Row("submit", DOCTOR, DOCTOR, EDITABLE, "institution_review"),
    Row("submit", _INSTITUTION, INSTITUTION, ("correction_required",), "authority_review"),
    Row(
        "withdraw",
        DOCTOR,
        DOCTOR,
        ("institution_review", "institution_returned", *_BEFORE_DECISION),
        "withdrawn",
    ),
    Row("withdraw", _INSTITUTION, INSTITUTION, _BEFORE_DECISION, "withdrawn", explained=True),
    Row("object", DOCTOR, INSTITUTION, _BEFORE_DECISION, None, explained=True),
    Row("endorse", _INSTITUTION, DOCTOR, ("institution_review",), "authority_review"),
    Row("return", _INSTITUTION, DOCTOR, ("institution_review",), "institution_returned", explained=True),
    Row("accept", _HANDLING, _ANYBODY, ("authority_review",), "accepted"),
    Row(
        "request_correction",
        _HANDLING,
        _ANYBODY,
        ("authority_review",),
        "correction_required",
        explained=True,
    ),
    Row("decline", _APPROVING, _ANYBODY, ("authority_review",), "not_accepted", explained=True),
    Row("approve", _APPROVING, _ANYBODY, ("authority_review", "accepted"), "approved"),
    Row("refuse", _APPROVING, _ANYBODY, ("authority_review", "accepted"), "refused", explained=True),
    Row("take_over", _HANDLING, DOCTOR, ("institution_review",), "authority_review", explained=True),
    Row("countersign", _APPROVING, AUTHORITY, ("countersign",), "approved"),
    Row("discard", _APPROVING, AUTHORITY, ("countersign",), "terminated", explained=True),
    Row("set_aside", _APPROVING, _ANYBODY, DECIDED, "set_aside", explained=True),
    # What waits for a countersignature another approver discards; the system ends that too.
    Row("terminate", _APPROVING, _ANYBODY, _UNDER_WAY, "terminated", explained=True),
)
ACTIONS_OF: dict[str, tuple[str, ...]] = {
    realm: tuple(
        dict.fromkeys(row.action for row in TABLE if any(role.startswith(realm) for role in row.roles))
    )
    for realm in ("doctor", "institution", "authority")
}
REASONED = {
    ("doctor", "object"),
    ("institution", "withdraw"),
    ("authority", "take_over"),
    ("authority", "set_aside"),
}
"""Operations of their own, whose body is the reason: without it there is no request, whatever the case."""
BY_ANOTHER = ("countersign", "discard", "set_aside")
"""What is done to a decision, by another approver than who made it."""


def role_of(actor: str) -> str:
    """The role of one of the play's people: there are two approvers in each authority."""
    return actor.removesuffix("_too")


def realm_of(actor: str) -> str:
    """The realm that somebody belongs to: the first word of the role."""
    return actor.split("_", maxsplit=1)[0]


ACTORS = (*ROLES, "authority_approver_too")
