"""THE workflow table: who may do what to an application in which status, and what becomes of it.

All types walk it; what differs between types is data on the type. Source: the project's contract, after
医师执业注册管理办法 and 行政许可法 29-44.
"""

from dataclasses import dataclass
from typing import Literal

from registry_api.kit.roles import Role

Status = Literal[
    "draft",
    "institution_review",
    "institution_returned",
    "authority_review",
    "correction_required",
    "accepted",
    "approved",
    "refused",
    "not_accepted",
    "withdrawn",
    "terminated",
    "countersign",
    "set_aside",
]
STATUSES: tuple[Status, ...] = Status.__args__  # type: ignore[attr-defined]

OPEN_STATUSES: tuple[Status, ...] = (
    "draft",
    "institution_review",
    "institution_returned",
    "authority_review",
    "correction_required",
    "accepted",
    "countersign",
)
"""An application that is not finished; there is one per subject and type."""

EDITABLE_STATUSES: tuple[Status, ...] = ("draft", "institution_returned", "correction_required")

Action = Literal[
    "submit",
    "report",
    "resubmit",
    "resubmit_for_endorsement",
    "withdraw",
    "endorse",
    "return",
    "accept",
    "request_correction",
    "decline",
    "approve",
    "refuse",
    "take_over",
    "file_direct",
    "countersign",
    "discard",
    "set_aside",
    "terminate",
]
ACTIONS: tuple[Action, ...] = Action.__args__  # type: ignore[attr-defined]

Holder = Literal["applicant", "institution", "authority", "none"]

HOLDERS: dict[Status, Holder] = {
    "draft": "applicant",
    "institution_review": "institution",
    "institution_returned": "applicant",
    "authority_review": "authority",
    "correction_required": "applicant",
    "accepted": "authority",
    "countersign": "authority",
    "approved": "none",
    "refused": "none",
    "not_accepted": "none",
    "withdrawn": "none",
    "terminated": "none",
    "set_aside": "none",
}
"""Whose desk an application lies on."""

CommentRule = Literal["required", "optional", "none"]
Tone = Literal["primary", "neutral", "danger"]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: `roles` may perform `action` on an application in one of `sources`."""

    action: Action
    roles: frozenset[Role]
    sources: tuple[Status, ...]
    target: Status
    comment: CommentRule = "optional"
    tone: Tone = "neutral"


_DOCTOR: frozenset[Role] = frozenset({"doctor"})
_INSTITUTION: frozenset[Role] = frozenset({"institution_handler", "institution_administrator"})
_HANDLER: frozenset[Role] = frozenset({"authority_handler", "authority_approver"})
_APPROVER: frozenset[Role] = frozenset({"authority_approver"})
_SYSTEM: frozenset[Role] = frozenset({"system"})

TABLE: tuple[Transition, ...] = (
    Transition("submit", _DOCTOR, ("draft", "institution_returned"), "institution_review", "none", "primary"),
    Transition("resubmit", _DOCTOR, ("correction_required",), "authority_review", "none", "primary"),
    Transition(
        "resubmit_for_endorsement", _DOCTOR, ("correction_required",), "institution_review", "none", "primary"
    ),
    Transition(
        "withdraw",
        _DOCTOR,
        ("institution_review", "institution_returned", "authority_review", "correction_required", "accepted"),
        "withdrawn",
        "optional",
        "danger",
    ),
    Transition("endorse", _INSTITUTION, ("institution_review",), "authority_review", "optional", "primary"),
    Transition("return", _INSTITUTION, ("institution_review",), "institution_returned", "required"),
    Transition("accept", _HANDLER | _SYSTEM, ("authority_review",), "accepted", "optional", "primary"),
    Transition("request_correction", _HANDLER, ("authority_review",), "correction_required", "required"),
    Transition("decline", _APPROVER, ("authority_review",), "not_accepted", "required", "danger"),
    # From authority_review the acceptance is recorded first, as a step of its own (行政许可法 32).
    Transition("approve", _APPROVER, ("authority_review", "accepted"), "approved", "optional", "primary"),
    Transition("refuse", _APPROVER, ("authority_review", "accepted"), "refused", "required", "danger"),
)
"""The rows that this release offers.

Reports by institutions, take-over, direct handling, countersigning, setting aside and termination come with
the other six types; their actions and statuses are named above so that stored values never change meaning.
"""


def holder(status: Status) -> Holder:
    """Whose desk an application in `status` lies on."""
    return HOLDERS[status]
