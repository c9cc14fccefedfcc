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
    "file_for_countersign",
    "countersign",
    "discard",
    "set_aside",
    "terminate",
    "object",
    "remind",
    "escalate",
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

Filer = Literal["doctor", "institution", "authority"]
"""Who starts an application: the doctor applies, the institution reports, the authority handles directly."""
CommentRule = Literal["required", "optional", "none"]
Tone = Literal["primary", "neutral", "danger"]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: `roles` may perform `action` on an application of one of `filers` in one of `sources`."""

    action: Action
    roles: frozenset[Role]
    sources: tuple[Status, ...]
    target: Status | None
    """None where the status stays: the step is recorded, nothing moves."""
    comment: CommentRule = "optional"
    tone: Tone = "neutral"
    filers: frozenset[Filer] = frozenset(("doctor", "institution", "authority"))

    def target_from(self, source: Status) -> Status:
        """The status after the step."""
        return self.target or source


_DOCTOR: frozenset[Role] = frozenset({"doctor"})
_INSTITUTION: frozenset[Role] = frozenset({"institution_handler", "institution_administrator"})
_HANDLER: frozenset[Role] = frozenset({"authority_handler", "authority_approver"})
_APPROVER: frozenset[Role] = frozenset({"authority_approver"})
_SYSTEM: frozenset[Role] = frozenset({"system"})
_APPLIED: frozenset[Filer] = frozenset({"doctor"})
_REPORTED: frozenset[Filer] = frozenset({"institution"})
_DIRECT: frozenset[Filer] = frozenset({"authority"})

TABLE: tuple[Transition, ...] = (
    Transition(
        "submit",
        _DOCTOR,
        ("draft", "institution_returned"),
        "institution_review",
        "none",
        "primary",
        _APPLIED,
    ),
    Transition(
        "resubmit", _DOCTOR, ("correction_required",), "authority_review", "none", "primary", _APPLIED
    ),
    Transition(
        "resubmit_for_endorsement",
        _DOCTOR,
        ("correction_required",),
        "institution_review",
        "none",
        "primary",
        _APPLIED,
    ),
    Transition(
        "withdraw",
        _DOCTOR,
        ("institution_review", "institution_returned", "authority_review", "correction_required", "accepted"),
        "withdrawn",
        "optional",
        "danger",
        _APPLIED,
    ),
    # 备案 and 注销 are the institution's own duty to report (Order 13 Art. 19, 医师法 17).
    Transition("report", _INSTITUTION, ("draft",), "authority_review", "required", "primary", _REPORTED),
    Transition(
        "resubmit", _INSTITUTION, ("correction_required",), "authority_review", "none", "primary", _REPORTED
    ),
    Transition(
        "withdraw",
        _INSTITUTION,
        ("authority_review", "correction_required", "accepted"),
        "withdrawn",
        "required",
        "danger",
        _REPORTED,
    ),
    Transition(
        "object",
        _DOCTOR,
        ("authority_review", "correction_required", "accepted"),
        None,
        "required",
        "neutral",
        _REPORTED,
    ),
    Transition(
        "endorse", _INSTITUTION, ("institution_review",), "authority_review", "optional", "primary", _APPLIED
    ),
    Transition(
        "return",
        _INSTITUTION,
        ("institution_review",),
        "institution_returned",
        "required",
        "neutral",
        _APPLIED,
    ),
    Transition("accept", _HANDLER | _SYSTEM, ("authority_review",), "accepted", "optional", "primary"),
    Transition("request_correction", _HANDLER, ("authority_review",), "correction_required", "required"),
    Transition("decline", _APPROVER, ("authority_review",), "not_accepted", "required", "danger"),
    # From authority_review the acceptance is recorded first, as a step of its own (行政许可法 32).
    Transition("approve", _APPROVER, ("authority_review", "accepted"), "approved", "optional", "primary"),
    Transition("refuse", _APPROVER, ("authority_review", "accepted"), "refused", "required", "danger"),
    # Only when the institution is late or closed; see `applications.turn`.
    Transition(
        "take_over", _HANDLER, ("institution_review",), "authority_review", "required", "neutral", _APPLIED
    ),
    Transition("file_direct", _APPROVER, ("draft",), "approved", "required", "primary", _DIRECT),
    Transition("file_for_countersign", _APPROVER, ("draft",), "countersign", "required", "primary", _DIRECT),
    Transition("countersign", _APPROVER, ("countersign",), "approved", "optional", "primary"),
    Transition("discard", _APPROVER, ("countersign",), "terminated", "required", "danger"),
    Transition(
        "set_aside", _APPROVER, ("approved", "refused", "not_accepted"), "set_aside", "required", "danger"
    ),
    Transition(
        "terminate",
        _APPROVER | _SYSTEM,
        ("institution_review", "institution_returned", "authority_review", "correction_required", "accepted"),
        "terminated",
        "required",
        "danger",
    ),
    # Whoever is to countersign discards instead; without its subject a direct handling ends by itself.
    Transition("terminate", _SYSTEM, ("countersign",), "terminated", "required", "danger"),
    Transition("remind", _SYSTEM, ("institution_review",), None, "none"),
    Transition("escalate", _SYSTEM, ("institution_review",), None, "none"),
)
"""Whatever may happen to an application."""


def holder(status: Status) -> Holder:
    """Whose desk an application in `status` lies on."""
    return HOLDERS[status]
