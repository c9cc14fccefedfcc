"""`perform`: whatever moves an application goes through here. Lock, decide, judge, move, record, take effect."""

from uuid import UUID

from registry_api.accounts.principals import (
    AuthorityStaff,
    Doctor,
    InstitutionStaff,
    Principal,
    practitioner_of,
)
from registry_api.applications import queries
from registry_api.applications.judging import Judged, judge_case, reviewer_of
from registry_api.applications.moving import is_unchanged, write_move
from registry_api.applications.problems import EndorsementOutdated
from registry_api.applications.queries import Case
from registry_api.applications.sent_back import SUBMITTING, changes
from registry_api.applications.turn import Move, decide_turn, require_right_person, require_words
from registry_api.applications.types import TYPES
from registry_api.applications.types.spec import Approval, Facts
from registry_api.kit.problems import NotFound
from registry_api.kit.work import Match, Work
from registry_api.licences.following import register_changed
from registry_api.outbox.service import event
from registry_api.photos import service as photos
from registry_api.photos.current import adopt
from registry_api.register import service as register
from registry_api.workflow.table import Action, Status, Transition

FILING: tuple[Action, ...] = ("report", "file_direct", "file_for_countersign")


def scope_of(principal: Principal) -> UUID:
    """Practitioner, institution or authority whose applications the principal sees."""
    if isinstance(principal, InstitutionStaff):
        return principal.institution_id
    if isinstance(principal, AuthorityStaff):
        return principal.authority_id
    if isinstance(principal, Doctor):
        return practitioner_of(principal)
    raise TypeError(type(principal))


async def perform(
    work: Work, principal: Principal, application_id: UUID, match: Match, move: Move
) -> Facts | None:
    """Takes one action on one application, in this transaction; gives the facts if it had to judge them.

    Raises NotFound, RoleNotAllowed, WrongState, StaleVersion, PreconditionRequired, InvalidBody, OwnCase, SamePerson,
    AssignedToAnother, NotEligible, EndorsementOutdated; whichever it is, nothing has changed.
    """
    case = await work.tx.find(
        queries.locked_case(principal.realm), application_id=application_id, scope=scope_of(principal)
    )
    if case is None:
        raise NotFound
    if move.action == "submit":
        move.action = await _submission(work, principal, case)
    if move.action in SUBMITTING and case.correction_requested_at is not None:
        # Also after the institution returned a correction: what changed meanwhile counts as well.
        case.changed_places = await changes(work, case)
    row = decide_turn(case, move.action, principal.role, work.today)
    match.require(case.version)
    judged = await take(work, principal, case, row, move)
    return judged.facts if judged is not None and row.target != "approved" else None


async def take(work: Work, principal: Principal, case: Case, row: Transition, move: Move) -> Judged | None:
    """Takes a row of the table on a locked case; gives what was judged."""
    require_words(case, row, move)
    require_right_person(work, principal, case, row)
    judged: Judged | None = None
    if row.target == "approved" and case.registration_id is not None:
        # Judged as the register stands once who came first is done: a 变更 takes a case to another institution.
        await register.hold(work, case.registration_id)
    if row.target in ("institution_review", "approved") or row.action in ("resubmit", *FILING):
        judged = await judge_case(work, case, submitting=row.action in (*SUBMITTING, *FILING))
    if row.action in ("approve", "refuse") and case.status == "authority_review":
        # Deciding implies acceptance; it is recorded as a step of its own (行政许可法 32).
        accept = decide_turn(case, "accept", principal.role, work.today)
        await write_move(work, principal, case, accept, Move("accept"))
    if row.target == "approved" and judged is not None:
        await _take_effect(work, principal, case, judged)
    elif row.action == "set_aside" and case.status == "approved":
        await _undo_effect(work, principal, case)
    await write_move(work, principal, case, row, move, judged)
    if photo_id := case.payload.get("photo_id"):
        await _follow_with_photo(work, principal, case, row, UUID(photo_id))
    return judged


async def _follow_with_photo(
    work: Work, principal: Principal, case: Case, row: Transition, photo_id: UUID
) -> None:
    """The photo that came with the application: the endorsement passes it, the approval makes it the current one."""
    if row.action == "endorse":
        await photos.approve(work, photo_id, case.id, principal.account_id)
    elif row.target == "approved" and case.registration_id is not None:
        await adopt(
            work,
            photo_id,
            application_id=case.id,
            registration_id=case.registration_id,
            passed_by=case.institution_id if case.endorsed_by is not None else None,
            approver_id=principal.account_id,
        )


async def record_by_system(work: Work, case: Case, actor: Principal, move: Move) -> None:
    """A step that nobody decides: a supposed acceptance, a reminder, the end of what has lost its subject."""
    await write_move(work, actor, case, decide_turn(case, move.action, "system", work.today), move)


async def _take_effect(work: Work, principal: Principal, case: Case, judged: Judged) -> None:
    """Enters the approval into the register."""
    if case.endorsed_digest is not None and not is_unchanged(work, case):
        raise EndorsementOutdated
    approval = Approval(case.id, case.practitioner_id, principal.account_id, judged.facts, judged.payload)
    kind = TYPES[case.type]
    case.registration_id = await kind.effect(work, approval)
    await register_changed(work, principal, case.registration_id)
    if kind.ends_registration:
        await _tell_end(work, case, case.registration_id, "approved")


async def _undo_effect(work: Work, principal: Principal, case: Case) -> None:
    registration_id = await register.set_aside(
        work, entry_of_application=case.id, recorded_by=principal.account_id
    )
    await register_changed(work, principal, registration_id)
    if TYPES[case.type].about_person:
        await _tell_end(work, case, registration_id, "set_aside")


async def _tell_end(work: Work, case: Case, registration_id: UUID, to: Status) -> None:
    """A registration has ended by this case; the worker ends what else was under way about it."""
    ended = {"registration_id": str(registration_id), "by": str(case.id), "to": to}
    await work.tx.run_together(event(work, "registration.ended", ended))


async def _submission(work: Work, principal: Principal, case: Case) -> Action:
    """A correction goes to the authority; back to an institution if what that endorsed, or which it is, has changed."""
    if isinstance(principal, InstitutionStaff):
        return "resubmit"  # a report is with the authority from its beginning
    if case.status != "correction_required":
        return "submit"
    if is_unchanged(work, case) and await reviewer_of(work, case) == case.institution_id:
        return "resubmit"
    return "resubmit_for_endorsement"
