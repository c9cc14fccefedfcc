"""Writes a move: the new status and its instants, the step, the audit event and the outbox events, together."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, func, insert, literal_column, update

from registry_api.accounts.principals import Principal
from registry_api.applications.deadlines import ACCEPTANCE_DAYS, DECISION_DAYS, ESCALATION_DAYS, due
from registry_api.applications.judging import Judged
from registry_api.applications.models import NUMBER_SEQUENCE, Application, ApplicationStep
from registry_api.applications.payloads import endorsement_digest, is_as_endorsed
from registry_api.applications.queries import CASE_COLUMNS, Case
from registry_api.applications.sent_back import PAYLOAD_PLACE, copy_of, whole_payload
from registry_api.applications.turn import REVIEWING_FIRST, Move
from registry_api.applications.types import TYPES
from registry_api.audit.service import INSERT_EVENT, event_values
from registry_api.kit.clock import SHANGHAI, end_of_day
from registry_api.kit.db import Statement, Write, unread
from registry_api.kit.ids import new_id
from registry_api.kit.work import Work
from registry_api.outbox.service import event
from registry_api.workflow.table import HOLDERS, Action, Status, Transition

COMMENT_PLACE = "application_step.comment"
SENDING_BACK: tuple[Action, ...] = ("return", "request_correction")
ENDORSING: tuple[Action, ...] = ("endorse", "report")
"""What the institution stands for; a report that it corrects it stands for anew."""
ENDING: tuple[Status, ...] = ("approved", "refused", "not_accepted", "withdrawn", "terminated")
_KEYS = ("id", "practitioner_id", "type", "filer", "subject_id", "applicant_name", "payload", "form_sealed")
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
_SETTLE = Statement(
    update(Application)
    .where(Application.id == bindparam("application_id"))
    .values(status=bindparam("status")),
    unread,
)
_STEP_COLUMNS = tuple(column.name for column in ApplicationStep.__table__.columns)
_APPEND_STEP = Statement(
    insert(ApplicationStep).values({name: bindparam(name) for name in _STEP_COLUMNS}), unread
)


def digest_of(work: Work, case: Case) -> bytes:
    """What an endorsement would cover now."""
    return endorsement_digest(whole_payload(work, case))


def is_unchanged(work: Work, case: Case) -> bool:
    """Whether the application still is what its institution endorsed."""
    return case.endorsed_digest is not None and is_as_endorsed(
        case.endorsed_digest, whole_payload(work, case)
    )


async def write_move(
    work: Work,
    principal: Principal,
    case: Case,
    row: Transition,
    move: Move,
    judged: Judged | None = None,
) -> None:
    """Moves the case by a row of the table."""
    source, target = case.status, row.target_from(case.status)
    sent_back = await copy_of(work, case) if row.action in SENDING_BACK else None
    _stamp(work, principal, case, row)
    details: dict[str, Any] = {"from": source, "to": target, "version": case.version}
    moved = {
        "application_id": str(case.id),
        "action": row.action,
        "by": principal.role,
        "from": source,
        "to": target,
        "version": case.version,
        "since": case.status_since.isoformat(),
    }
    writes: list[Write] = [
        await _saved(work, case, row, judged),
        (_APPEND_STEP, _step(work, principal, case, row, move, source, judged, sent_back)),
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
        *_terms(work, row, target, moved),
    ]
    await work.tx.run_together(*writes)


async def _saved(work: Work, case: Case, row: Transition, judged: Judged | None) -> Write:
    saved = {name: getattr(case, name) for name in _SAVED}
    save = _SAVE
    if case.number is None and judged is not None:
        save = _SAVE_NUMBERED
        division = judged.facts.authority_division or ""
        saved["number"] = f"{TYPES[case.type].prefix}-{division}-{work.today:%Y%m%d}-"
    kept = {"application_id": case.id, "now": work.now, **saved}
    if row.action == "file_direct":
        # It is open for no time, but has to be for a moment: the index of open cases knows another office's case,
        # of which row-level security shows nothing here, and which of two came first.
        await work.tx.run_together((save, kept | {"status": "countersign"}))
        return _SETTLE, {"application_id": case.id, "status": case.status}
    return save, kept


def _step(
    work: Work,
    principal: Principal,
    case: Case,
    row: Transition,
    move: Move,
    source: Status,
    judged: Judged | None,
    sent_back: dict[str, Any] | None,
) -> dict[str, Any]:
    step_id, sealer = new_id(), work.system.sealer
    return {
        "id": step_id,
        "application_id": case.id,
        "version": case.version,
        "action": row.action,
        "from_status": source,
        "to_status": case.status,
        "actor_id": None if principal.role == "system" else principal.account_id,
        "actor_role": principal.role,
        "actor_name": principal.name,
        "office": principal.office,
        "comment_sealed": _seal_words(work, move, step_id),
        "payload_sealed": sealer.seal_json(sent_back, PAYLOAD_PLACE, step_id) if sent_back else None,
        "checks": [
            {"code": finding.code, "passed": finding.passed}
            for finding in (judged.findings if judged else ())
        ],
        "occurred_at": work.now,
    }


def _terms(work: Work, row: Transition, target: Status, moved: dict[str, Any]) -> list[Write]:
    """What becomes due if nobody acts."""
    if row.target == "authority_review":
        return [_due(work, "application.acceptance_due", ACCEPTANCE_DAYS, moved)]
    if row.target == "institution_review":
        term = due(target, work.today, work.calendar).day
        return [
            event(work, "application.reminder_due", moved, run_at=end_of_day(term) + timedelta(seconds=1))
        ]
    if row.action == "remind":
        return [_due(work, "application.escalation_due", ESCALATION_DAYS, moved)]
    return []


def _due(work: Work, kind: str, days: int, moved: dict[str, Any]) -> Write:
    last_day = work.calendar.add(work.today, days).day
    return event(work, kind, moved, run_at=end_of_day(last_day) + timedelta(seconds=1))


def _stamp(work: Work, principal: Principal, case: Case, row: Transition) -> None:
    """Assigns the new status and the instants that go with it."""
    case.version += 1
    source, target = case.status, row.target_from(case.status)
    if row.target is None:
        return
    case.status, case.status_since = target, work.now
    case.act_by = due(target, work.today, work.calendar).day
    if HOLDERS[source] != HOLDERS[target]:
        case.assignee_id = case.assignee_name = None
    if row.action in ("submit", "report", "file_direct", "file_for_countersign"):
        case.submitted_at = case.submitted_at or work.now
    if target == "institution_review":
        case.endorsed_digest = case.endorsed_by = case.endorser_index = None
    elif row.action in ENDORSING or (row.action == "resubmit" and case.filer == "institution"):
        case.endorsed_digest, case.endorsed_by = digest_of(work, case), principal.account_id
        case.endorser_index = principal.id_number_index
    elif row.action == "take_over":
        # Nobody endorsed, but this is what came past the institution; what changes later goes to it as ever.
        case.endorsed_digest = digest_of(work, case)
    if target == "authority_review":
        case.received_at = work.now
    elif target == "accepted":
        _accept(work, principal, case)
    elif target == "correction_required":
        case.correction_requested_at = work.now
    elif target in ENDING:
        case.decided_at = work.now
    if HOLDERS[source] == "authority" or row.action.startswith("file_"):
        _note_decider(principal, case, row)


def _note_decider(principal: Principal, case: Case, row: Transition) -> None:
    decides = row.target in (*ENDING, "countersign") and principal.realm == "authority"
    if (
        decides
        and principal.role != "system"
        and (row.action not in REVIEWING_FIRST or row.action == "countersign")
    ):
        case.decided_by, case.decider_index = principal.account_id, principal.id_number_index


def _accept(work: Work, principal: Principal, case: Case) -> None:
    # Accepted by default counts from the day of receipt (行政许可法 32); by an official, from that day.
    by_default = principal.role == "system" and case.received_at is not None
    case.accepted_at = case.received_at if by_default else work.now
    since = (case.accepted_at or work.now).astimezone(SHANGHAI).date()
    case.act_by = work.calendar.add(since, DECISION_DAYS).day


def _seal_words(work: Work, move: Move, step_id: UUID) -> bytes | None:
    words: dict[str, Any] = {"comment": move.comment, "field_comments": move.field_comments}
    if move.basis:
        words["basis"] = move.basis
    if not any(words.values()):
        return None
    return work.system.sealer.seal_json(words, COMMENT_PLACE, step_id)
