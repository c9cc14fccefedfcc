"""Pages of applications, and the counts of a home page."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from registry_api.accounts.principals import Principal
from registry_api.applications import list_queries
from registry_api.applications.bodies import ApplicationFilter
from registry_api.applications.deadlines import TIMED
from registry_api.applications.list_queries import Filters, SummaryRow
from registry_api.applications.perform import scope_of
from registry_api.applications.reading import actions, term
from registry_api.applications.schemas import ApplicationPage, ApplicationSummary, StatusCount, Summary
from registry_api.applications.turn import Situation, situation
from registry_api.applications.types import TYPES
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.paging import read_cursor, total_of, write_cursor
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.workflow.table import HOLDERS, Status

WAITING: dict[str, tuple[Status, ...]] = {
    "institution": ("institution_review",),
    "authority": ("authority_review", "accepted", "countersign"),
    "doctor": ("draft", "institution_returned", "correction_required"),
}
"""What lies on the desk of each realm."""
SOON_DAYS = 3


async def list_applications(
    work: Work,
    principal: Principal,
    asked: ApplicationFilter,
    *,
    name: str | None = None,
    number: str | None = None,
) -> ApplicationPage:
    """A page of what the caller sees; the total comes with the first page only, so that a deep page costs no more.

    `name` is the beginning of the applicant's name, `number` a whole 受理号. Raises CursorRefused.
    """
    by_deadline = asked.order == "deadline"
    counted = Filters(
        status=asked.status is not None,
        type=asked.type is not None,
        name=name is not None,
        number=number is not None,
        overdue=asked.overdue,
        filer=asked.filer,
        assignee=None if asked.assignee is None else "nobody" if asked.assignee == "nobody" else "one",
    )
    wanted = {"status": asked.status, "type": asked.type, "number": number}
    values: dict[str, Any] = {key: value for key, value in wanted.items() if value is not None}
    values["scope"] = scope_of(principal)
    if name is not None:
        values |= {"name_from": name, "name_to": _after_prefix(name)}
    if asked.overdue:
        values["today"] = work.today
    if counted.assignee == "one":
        values["assignee_id"] = principal.account_id if asked.assignee == "me" else asked.assignee
    total = None
    if asked.cursor is None:
        total = total_of(
            await work.tx.get(list_queries.application_count(principal.realm, counted), **values)
        )
    elif by_deadline:
        values["last_day"], values["last_id"] = read_cursor(asked.cursor, date.fromisoformat, UUID)
    else:
        (values["last_id"],) = read_cursor(asked.cursor, UUID)
    filters = replace(counted, after=asked.cursor is not None, by_deadline=by_deadline)
    rows = await work.tx.fetch_all(
        list_queries.application_page(principal.realm, filters), **values, limit=asked.limit + 1
    )
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    next_cursor = None
    if more:
        last = rows[-1]
        next_cursor = write_cursor(last.act_by, last.id) if by_deadline else write_cursor(last.id)
    return ApplicationPage(
        items=[_summary(work, principal, row) for row in rows], next_cursor=next_cursor, total=total
    )


def _after_prefix(prefix: str) -> str:
    """The smallest text that no text with this prefix reaches, in code point order."""
    last = ord(prefix[-1])
    return prefix[:-1] + chr(0xE000 if last == 0xD7FF else min(last + 1, 0x10FFFF))


def _summary(work: Work, principal: Principal, row: SummaryRow) -> ApplicationSummary:
    due_on, left = term(work, row.status, row.act_by)
    return ApplicationSummary(
        id=row.id,
        number=row.number,
        type=row.type,
        type_title=TYPES[row.type].title(work.language),
        status=row.status,
        status_title=text(f"status.{row.status}", work.language),
        version=row.version,
        applicant_name=row.applicant_name,
        institution_name=row.institution_name,
        authority_name=row.authority_name,
        status_since=row.status_since,
        submitted_at=row.submitted_at,
        due_on=due_on,
        due_provisional=due_on is not None and not work.calendar.is_known(due_on.year),
        working_days_left=left,
        overdue=due_on is not None and due_on < work.today,
        # Who of an office works on a case is the office's business.
        assignee_name=row.assignee_name if HOLDERS[row.status] == principal.realm else None,
        filer=row.filer,
        available_actions=actions(_situation(work, row), principal.role, work.language),
    )


def _situation(work: Work, row: SummaryRow) -> Situation:
    return situation(
        row.status,
        row.filer,
        corrected=row.corrected,
        changed=row.changed_places,
        act_by=row.act_by,
        today=work.today,
        institution_status=row.institution_status,
    )


async def summarise(work: Work, principal: Principal) -> Summary:
    """Counts for a home page."""
    midnight = datetime.combine(work.today, time(), SHANGHAI)
    rows = await work.tx.fetch_all(
        list_queries.status_counts(principal.realm),
        scope=scope_of(principal),
        today=work.today,
        soon=work.calendar.add(work.today, SOON_DAYS).day,
        midnight=midnight,
    )
    waiting = [row for row in rows if row.status in WAITING[principal.realm]]
    timed = [row for row in rows if row.status in TIMED]
    return Summary(
        counts=[
            StatusCount(status=row.status, title=text(f"status.{row.status}", work.language), count=row.count)
            for row in rows
        ],
        waiting=sum(row.count for row in waiting),
        overdue=sum(row.overdue for row in timed if row in waiting),
        due_soon=sum(row.due_soon for row in timed if row in waiting),
        stalled=sum(row.overdue for row in timed if principal.realm == "authority" and row not in waiting),
        decided_today=sum(row.decided_today for row in rows),
    )
