"""`perform`: the only writer of an application's status. Lock, decide, judge, move, record, take effect."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, func, insert, literal_column, update

from registry_api.accounts.principals import AuthorityStaff, Doctor, InstitutionStaff, Principal
from registry_api.applications import queries
from registry_api.applications.corrections import changed_places
from registry_api.applications.deadlines import ACCEPTANCE_DAYS, DECISION_DAYS, due
from registry_api.applications.drafts import join_payload, parse_payload, practitioner_of
from registry_api.applications.endorsement import endorsement_digest
from registry_api.applications.facts import read_facts
from registry_api.applications.models import NUMBER_SEQUENCE, Application, ApplicationStep
from registry_api.applications.problems import (
    EndorsementOutdated,
    NotEligible,
)
from registry_api.applications.queries import CASE_COLUMNS, Case
from registry_api.applications.turn import Move, decide_turn, require_another_person, require_words
from registry_api.applications.types import TYPES
from registry_api.applications.types.spec import Facts, Finding
from registry_api.audit.service import INSERT_EVENT, event_values
from registry_api.kit.clock import SHANGHAI, end_of_day
from registry_api.kit.db import Statement, Write, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import InvalidBody, NotFound
from registry_api.kit.work import Match, Work
from registry_api.outbox.service import event
from registry_api.photos import service as photos
from registry_api.workflow.table import Action, Transition

COMMENT_PLACE = "application_step.comment"
PAYLOAD_PLACE = "application_step.payload"
SUBMITTING: tuple[Action, ...] = ("submit", "resubmit", "resubmit_for_endorsement")
SENDING_BACK: tuple[Action, ...] = ("return", "request_correction")
_KEYS = ("id", "practitioner_id", "type", "subject_id", "applicant_name", "payload", "form_sealed")
_SAVED = tuple(name for name in CASE_COLUMNS if name not in _KEYS)
_NEW_VALUES: dict[str, Any] = {name: bindparam(name) for name in _SAVED} | {"updated_at": bindparam("now")}
_SAVE = Statement(
    update(Application).where(Application.id == bindparam("application_id")).values(_NEW_VALUES), unread
)
_SAVE_NUMBERED = Statement(
    # The first submission takes the serial in the same statement; six digits at least, and more when they run out.
    update(Application)
    .where(Application.id == bindparam("application_id"))
    .values(
        _NEW_VALUES
        | {
            "number": func.concat(
                bindparam("number", type_=Text),
                func.to_char(NUMBER_SEQUENCE.next_value(), literal_column("'FM999999999000000'")),
            )
        }
    ),
    unread,
)
_STEP_COLUMNS = tuple(column.name for column in ApplicationStep.__table__.columns)
_APPEND_STEP = Statement(
    insert(ApplicationStep).values({name: bindparam(name) for name in _STEP_COLUMNS}), unread
)


@dataclass(frozen=True, slots=True)
class Judged:
    """The facts of one instant and what the rules found in them."""

    facts: Facts
    findings: list[Finding]


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
    NotEligible, EndorsementOutdated; whichever it is, nothing has changed.
    """
    case = await work.tx.find(
        queries.locked_case(principal.realm), application_id=application_id, scope=scope_of(principal)
    )
    if case is None:
        raise NotFound
    if move.action == "submit" and case.status == "correction_required":
        move.action = _resubmission(work, case)
    if move.action in SUBMITTING and case.correction_requested_at is not None:
        # Also after the institution returned a correction: what changed meanwhile counts as well.
        case.changed_places = await _changes(work, case)
    row = decide_turn(case, move.action, principal.role)
    match.require(case.version)
    require_words(case, row, move)
    require_another_person(work, principal, case)
    judged: Judged | None = None
    if row.target in ("institution_review", "approved") or row.action == "resubmit":
        judged = await _judge(work, case, submitting=isinstance(principal, Doctor))
    if row.action in ("approve", "refuse") and case.status == "authority_review":
        # Deciding implies acceptance; it is recorded as a step of its own (行政许可法 32).
        await _move(work, principal, case, decide_turn(case, "accept", principal.role), Move("accept"))
    if row.action == "approve":
        if case.endorsed_digest is not None and case.endorsed_digest != _digest(work, case):
            raise EndorsementOutdated
        effect = TYPES[case.type].effect
        if effect is None or judged is None:
            raise AssertionError(f"{case.type} is approved without an effect")
        case.registration_id = await effect(work, case, principal.account_id, judged.facts)
    await _move(work, principal, case, row, move, judged)
    return judged.facts if judged is not None and row.target != "approved" else None


async def accept_by_default(work: Work, case: Case, actor: Principal) -> None:
    """Records the acceptance that the law supposes after five working days without a correction list."""
    await _move(work, actor, case, decide_turn(case, "accept", "system"), Move("accept"))


async def _judge(work: Work, case: Case, *, submitting: bool) -> Judged:
    """Completeness and every precondition. Raises InvalidBody or NotEligible."""
    kind = TYPES[case.type]
    payload = parse_payload(kind, _payload(work, case))
    if submitting and (pointers := kind.missing(payload)):
        raise InvalidBody([{"pointer": place, "code": "missing"} for place in pointers])
    facts = await read_facts(work, case.practitioner_id, case.institution_id)
    findings = kind.judge(facts, work.today, True)
    if any(not finding.passed and finding.severity == "block" for finding in findings):
        raise NotEligible([finding.say(work.language).model_dump() for finding in findings])
    if submitting:
        case.authority_id = facts.authority_id
    return Judged(facts, findings)


def _resubmission(work: Work, case: Case) -> Action:
    """A correction goes to the authority, or back to the institution if what it endorsed has changed."""
    return "resubmit" if case.endorsed_digest == _digest(work, case) else "resubmit_for_endorsement"


async def _changes(work: Work, case: Case) -> list[str]:
    """Places that differ from what was sent back; all of them where no copy was kept."""
    sent_back = await work.tx.find(queries.LAST_SENT_BACK, application_id=case.id)
    before: dict[str, Any] = {}
    if sent_back is not None and sent_back.payload_sealed is not None:
        before = work.system.sealer.open_json(sent_back.payload_sealed, PAYLOAD_PLACE, sent_back.step_id)
    return changed_places(before, _payload(work, case))


def _payload(work: Work, case: Case) -> dict[str, Any]:
    return join_payload(work, case.payload, case.form_sealed, case.id)


def _digest(work: Work, case: Case) -> bytes:
    return endorsement_digest(_payload(work, case))


async def _move(
    work: Work, principal: Principal, case: Case, row: Transition, move: Move, judged: Judged | None = None
) -> None:
    source = case.status
    _stamp(work, principal, case, row)
    step_id = new_id()
    details: dict[str, Any] = {"from": source, "to": row.target, "version": case.version}
    moved = {"application_id": str(case.id), "action": row.action, "to": row.target, "version": case.version}
    saved = {name: getattr(case, name) for name in _SAVED}
    save = _SAVE
    if case.number is None and judged is not None:
        save = _SAVE_NUMBERED
        division = judged.facts.authority_division or ""
        saved["number"] = f"{TYPES[case.type].prefix}-{division}-{work.today:%Y%m%d}-"
    writes: list[Write] = [
        (save, {"application_id": case.id, "now": work.now, **saved}),
        (
            _APPEND_STEP,
            {
                "id": step_id,
                "application_id": case.id,
                "version": case.version,
                "action": row.action,
                "from_status": source,
                "to_status": row.target,
                "actor_id": None if principal.role == "system" else principal.account_id,
                "actor_role": principal.role,
                "actor_name": principal.name,
                "office": principal.office,
                "comment_sealed": _seal_words(work, move, step_id),
                "payload_sealed": work.system.sealer.seal_json(_payload(work, case), PAYLOAD_PLACE, step_id)
                if row.action in SENDING_BACK
                else None,
                "checks": [
                    {"code": finding.code, "passed": finding.passed}
                    for finding in (judged.findings if judged else ())
                ],
                "occurred_at": work.now,
            },
        ),
        (
            INSERT_EVENT,
            event_values(
                work,
                principal,
                f"application.{row.action}",
                object_type="application",
                object_id=case.id,
                details=details,
            ),
        ),
        event(work, "application.moved", moved),
    ]
    if row.target == "authority_review":
        last_day = work.calendar.add(work.today, ACCEPTANCE_DAYS).day
        due_at = end_of_day(last_day) + timedelta(seconds=1)
        writes.append(event(work, "application.acceptance_due", moved, run_at=due_at))
    await work.tx.run_together(*writes)
    if row.action == "endorse" and "photo_id" in case.payload:
        await photos.approve(work, UUID(case.payload["photo_id"]), case.id, principal.account_id)


def _stamp(work: Work, principal: Principal, case: Case, row: Transition) -> None:
    """Assigns the new status and the instants that go with it."""
    case.status, case.version, case.status_since = row.target, case.version + 1, work.now
    case.act_by = due(row.target, work.today, work.calendar).day
    if row.target == "institution_review":
        case.submitted_at = case.submitted_at or work.now
        case.endorsed_digest = case.endorsed_by = case.endorser_index = None
    elif row.action == "endorse":
        case.endorsed_digest, case.endorsed_by = _digest(work, case), principal.account_id
        case.endorser_index = principal.id_number_index
    if row.target == "authority_review":
        case.received_at = work.now
    elif row.target == "accepted":
        _accept(work, principal, case)
    elif row.target == "correction_required":
        case.correction_requested_at = work.now
    elif row.target in ("approved", "refused", "not_accepted", "withdrawn"):
        case.decided_at = work.now


def _accept(work: Work, principal: Principal, case: Case) -> None:
    # Accepted by default counts from the day of receipt (行政许可法 32); by an official, from that day.
    by_default = principal.role == "system" and case.received_at is not None
    case.accepted_at = case.received_at if by_default else work.now
    since = (case.accepted_at or work.now).astimezone(SHANGHAI).date()
    case.act_by = work.calendar.add(since, DECISION_DAYS).day


def _seal_words(work: Work, move: Move, step_id: UUID) -> bytes | None:
    if not move.comment and not move.field_comments:
        return None
    words = {"comment": move.comment, "field_comments": move.field_comments}
    return work.system.sealer.seal_json(words, COMMENT_PLACE, step_id)
