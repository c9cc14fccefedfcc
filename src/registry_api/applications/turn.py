"""Whether a move is this person's turn, and said with the words it needs."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from registry_api.accounts.principals import AuthorityStaff, Doctor, Principal
from registry_api.applications.corrections import is_correctable, require_within
from registry_api.applications.problems import (
    AssignedToAnother,
    OwnCase,
    RoleNotAllowed,
    SamePerson,
    WrongState,
)
from registry_api.applications.queries import Case
from registry_api.audit.service import record_refusal
from registry_api.kit.problems import InvalidBody, Problem
from registry_api.kit.roles import Role
from registry_api.kit.work import Work
from registry_api.workflow.engine import ActionRefused, RoleRefused, available, decide
from registry_api.workflow.table import HOLDERS, Action, Filer, Status, Transition

REVIEWING_FIRST: tuple[Action, ...] = ("countersign", "discard", "set_aside")
"""What is done to a decision by another person than who made it."""


class Move:
    """What somebody wants to do, with their words; `basis` is the document on which an authority acts directly."""

    def __init__(
        self,
        action: Action,
        comment: str = "",
        field_comments: list[dict[str, str]] | None = None,
        basis: str = "",
    ) -> None:
        self.action = action
        self.comment = comment.strip()
        self.field_comments = field_comments or []
        self.basis = basis.strip()


@dataclass(frozen=True, slots=True)
class Situation:
    """What of an application decides, beside the role, which rows of the table are open."""

    status: Status
    filer: Filer
    correctable: bool
    """Whether a correction list could name anything."""
    stalled: bool
    """The institution is late, or closed."""


def situation(
    status: Status,
    filer: Filer,
    *,
    corrected: bool,
    changed: list[str],
    act_by: date,
    today: date,
    institution_status: str | None,
) -> Situation:
    """The situation of an application today."""
    stalled = status == "institution_review" and (act_by < today or institution_status == "closed")
    return Situation(status, filer, is_correctable(corrected=corrected, changed=changed), stalled)


@cache
def open_rows(now: Situation, role: Role) -> tuple[Transition, ...]:
    """The rows that are open to the role now: those of the table whose occasion is there."""
    return tuple(
        row
        for row in available(now.status, role, now.filer)
        if (row.action != "request_correction" or now.correctable)
        and (row.action != "take_over" or now.stalled)
    )


def situation_of(case: Case, today: date) -> Situation:
    """The situation of a case."""
    return situation(
        case.status,
        case.filer,
        corrected=case.correction_requested_at is not None,
        changed=case.changed_places,
        act_by=case.act_by,
        today=today,
        institution_status=case.institution_status,
    )


def offered(case: Case, today: date, role: Role) -> list[str]:
    """Actions open to the role, as the contract names them: a correction is submitted like any draft."""
    rows = [row.action for row in open_rows(situation_of(case, today), role)]
    return list(dict.fromkeys("submit" if action.startswith("resubmit") else action for action in rows))


def decide_turn(case: Case, action: Action, role: Role, today: date) -> Transition:
    """The table's row for the action. Raises RoleNotAllowed or WrongState."""
    try:
        row = decide(case.status, action, role, case.filer)
    except RoleRefused as refused:
        raise RoleNotAllowed from refused
    except ActionRefused as refused:
        raise WrongState(case.status, offered(case, today, role)) from refused
    if row not in open_rows(situation_of(case, today), role):
        raise WrongState(case.status, offered(case, today, role))
    return row


def require_words(case: Case, row: Transition, move: Move) -> None:
    """A comment where the table asks for one, and places for a further correction list. Raises InvalidBody."""
    faults = []
    if row.comment == "required" and not move.comment:
        faults.append({"pointer": "/comment", "code": "missing"})
    if row.action in ("file_direct", "file_for_countersign") and not move.basis:
        faults.append({"pointer": "/basis", "code": "missing"})
    if faults:
        raise InvalidBody(faults)
    if row.action == "request_correction" and case.correction_requested_at is not None:
        require_within(case.changed_places, move.field_comments)


def require_right_person(work: Work, principal: Principal, case: Case, row: Transition) -> None:
    """Nobody decides on their own case, the decisions on it are different persons', and one works on it at a time.

    Raises OwnCase, SamePerson, AssignedToAnother.
    """
    if isinstance(principal, Doctor):
        return
    require_not_own(work, principal, case)
    if isinstance(principal, AuthorityStaff) and _has_decided(principal, case, row):
        raise _recorded(work, principal, case, SamePerson())
    if case.assignee_id not in (None, principal.account_id) and HOLDERS[case.status] == principal.realm:
        # A colleague's work counts at their own desk; it does not keep an authority from taking over or terminating.
        raise AssignedToAnother(case.assignee_name or "")


def require_not_own(work: Work, principal: Principal, case: Case) -> None:
    """Nobody of the staff has a hand in their own case. Raises OwnCase, which is recorded."""
    person = None if isinstance(principal, Doctor) else principal.id_number_index
    if person is not None and person == case.applicant_index:
        raise _recorded(work, principal, case, OwnCase())


def _recorded(work: Work, principal: Principal, case: Case, refusal: Problem) -> Problem:
    record_refusal(
        work,
        principal,
        "application.decision_refused",
        object_type="application",
        object_id=case.id,
        details={"code": refusal.code},
    )
    return refusal


def _has_decided(principal: AuthorityStaff, case: Case, row: Transition) -> bool:
    person = principal.id_number_index
    others = [(case.endorsed_by, case.endorser_index)]
    if row.action in REVIEWING_FIRST:
        others.append((case.decided_by, case.decider_index))
    return any(
        principal.account_id == account_id or (person is not None and person == index)
        for account_id, index in others
    )
