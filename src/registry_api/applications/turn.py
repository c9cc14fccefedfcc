"""Whether a move is this person's turn, and said with the words it needs."""

from registry_api.accounts.principals import AuthorityStaff, Doctor, Principal
from registry_api.applications.corrections import is_correctable, open_rows, require_within
from registry_api.applications.problems import OwnCase, RoleNotAllowed, SamePerson, WrongState
from registry_api.applications.queries import Case
from registry_api.audit.service import record_refusal
from registry_api.kit.problems import InvalidBody
from registry_api.kit.roles import Role
from registry_api.kit.work import Work
from registry_api.workflow.engine import ActionRefused, RoleRefused, available, decide
from registry_api.workflow.table import Action, Transition


class Move:
    """What somebody wants to do, with their words."""

    def __init__(
        self, action: Action, comment: str = "", field_comments: list[dict[str, str]] | None = None
    ) -> None:
        self.action = action
        self.comment = comment.strip()
        self.field_comments = field_comments or []


def decide_turn(case: Case, action: Action, role: Role) -> Transition:
    """The table's row for the action. Raises RoleNotAllowed or WrongState."""
    correctable = is_correctable(
        corrected=case.correction_requested_at is not None, changed=case.changed_places
    )
    rows = open_rows(available(case.status, role), correctable=correctable)
    open_now: list[str] = [row.action for row in rows]
    try:
        row = decide(case.status, action, role)
    except RoleRefused as refused:
        raise RoleNotAllowed from refused
    except ActionRefused as refused:
        raise WrongState(case.status, open_now) from refused
    if action not in open_now:
        raise WrongState(case.status, open_now)
    return row


def require_words(case: Case, row: Transition, move: Move) -> None:
    """A comment where the table asks for one, and places for a further correction list. Raises InvalidBody."""
    if row.comment == "required" and not move.comment:
        raise InvalidBody([{"pointer": "/comment", "code": "missing"}])
    if row.action == "request_correction" and case.correction_requested_at is not None:
        require_within(case.changed_places, move.field_comments)


def require_another_person(work: Work, principal: Principal, case: Case) -> None:
    """Nobody decides on their own case, and the two decisions are two persons'. Raises OwnCase, SamePerson."""
    if isinstance(principal, Doctor):
        return
    person = principal.id_number_index
    refusal: type[OwnCase | SamePerson] | None = None
    if person is not None and person == case.applicant_index:
        refusal = OwnCase
    elif isinstance(principal, AuthorityStaff) and (
        principal.account_id == case.endorsed_by or (person is not None and person == case.endorser_index)
    ):
        refusal = SamePerson
    if refusal is not None:
        record_refusal(
            work,
            principal,
            "application.decision_refused",
            object_type="application",
            object_id=case.id,
            details={"code": refusal.code},
        )
        raise refusal
