"""What happens to applications when nobody acts: handlers of the worker, each a step in the timeline."""

from datetime import datetime
from typing import Any
from uuid import UUID

from registry_api.accounts.principals import Principal
from registry_api.applications import queries
from registry_api.applications.perform import record_by_system
from registry_api.applications.queries import Case
from registry_api.applications.turn import Move
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.outbox.worker import Event
from registry_api.workflow.table import Action

SYSTEM = Principal(
    session_id=None,
    account_id=UUID(int=0),
    realm="authority",
    role="system",
    name="系统",
    office="",
    id_number_index=None,
    scopes=None,
)


async def accept_due(work: Work, event: Event) -> None:
    """Five working days have passed without a correction list: accepted as the law supposes (行政许可法 32)."""
    await _move_if_unmoved(work, event, "accept")


async def remind_institution(work: Work, event: Event) -> None:
    """The institution has not answered in time; no law sets the term, so nothing happens but the reminder."""
    await _move_if_unmoved(work, event, "remind")


async def escalate_delay(work: Work, event: Event) -> None:
    """Nor has it after the reminder: the authority hears of it, and may take the case over."""
    await _move_if_unmoved(work, event, "escalate")


async def end_open_cases(work: Work, event: Event) -> None:
    """A registration has ended: what else was under way about it has lost its subject."""
    by = await work.tx.find(queries.locked_case_for_worker(), application_id=UUID(event.payload["by"]))
    if by is None or by.status != event.payload["to"]:
        return  # what ended it was set aside meanwhile
    cases = await work.tx.fetch_all(
        queries.OPEN_CASES_OF_REGISTRATION, registration_id=UUID(event.payload["registration_id"])
    )
    words = text("workflow.registration_ended", work.language)
    for case in cases:
        if str(case.id) != event.payload["by"]:
            await record_by_system(work, case, SYSTEM, Move("terminate", words))


async def _move_if_unmoved(work: Work, event: Event, action: Action) -> None:
    case = await work.tx.find(
        queries.locked_case_for_worker(), application_id=UUID(event.payload["application_id"])
    )
    if case is not None and case.status == event.payload["to"] and _same_term(case, event.payload):
        await record_by_system(work, case, SYSTEM, Move(action))


def _same_term(case: Case, told: dict[str, Any]) -> bool:
    """Whether no move has set a term of its own since; a step that moves nothing, such as an objection, has not."""
    if "since" in told:
        return case.status_since == datetime.fromisoformat(told["since"])
    return bool(case.version == told["version"])  # an event of the release before reports and objections
