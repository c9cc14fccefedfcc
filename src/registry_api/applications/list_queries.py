"""Statements behind lists, their totals and the counts of a home page, scoped like every other read."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Text,
    Uuid,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from registry_api.applications.deadlines import TIMED
from registry_api.applications.models import Application
from registry_api.applications.queries import scoped
from registry_api.institutions.models import Authority, Institution
from registry_api.kit.db import Statement
from registry_api.kit.paging import COUNT_LIMIT
from registry_api.kit.roles import Realm
from registry_api.workflow.table import HOLDERS, Filer, Status


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A row of a list."""

    id: UUID
    number: str | None
    type: str
    filer: Filer
    status: Status
    version: int
    applicant_name: str
    institution_name: str | None
    authority_name: str | None
    status_since: datetime
    submitted_at: datetime | None
    act_by: date
    corrected: bool
    changed_places: list[str]
    assignee_name: str | None
    institution_status: str | None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which filters a list statement has; their values are parameters, but for the filer's: the indexes of what staff
    began are partial, and a generic plan knows no parameter's value."""

    status: bool = False
    type: bool = False
    name: bool = False
    number: bool = False
    overdue: bool = False
    filer: Filer | None = None
    assignee: Literal["one", "nobody"] | None = None
    after: bool = False
    by_deadline: bool = False


def _conditions(realm: Realm, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [scoped(realm)]
    if filters.status:
        conditions.append(Application.status == bindparam("status", type_=Text))
    if filters.type:
        conditions.append(Application.type == bindparam("type", type_=Text))
    if filters.name:
        conditions += [
            Application.applicant_name >= bindparam("name_from", type_=Application.applicant_name.type),
            Application.applicant_name < bindparam("name_to", type_=Application.applicant_name.type),
        ]
    if filters.number:
        conditions.append(Application.number == bindparam("number", type_=Text))
    if filters.overdue:
        # Of the own desk, unless another is asked for: the number on the home page leads to as many rows.
        elsewhere = filters.status or realm == "doctor"
        late = [status for status in TIMED if elsewhere or HOLDERS[status] == realm]
        conditions += [Application.act_by < bindparam("today", type_=Date), _in_one_of(*late)]
    if filters.filer:
        conditions.append(Application.filer == literal_column(f"'{filters.filer}'"))
    if filters.assignee is not None:
        # At the own desk only: who works on it elsewhere is another office's business, and what is over is nobody's.
        conditions += [_whose(filters.assignee), _in_one_of(*_desk(realm))]
    return conditions


def _whose(assignee: Literal["one", "nobody"]) -> ColumnElement[bool]:
    if assignee == "nobody":
        return Application.assignee_id.is_(None)
    return Application.assignee_id == bindparam("assignee_id", type_=Uuid)


def _desk(realm: Realm) -> list[Status]:
    """Statuses in which an application lies on the desk of the realm."""
    return [status for status, who in HOLDERS.items() if who == realm]


def _in_one_of(*statuses: Status) -> ColumnElement[bool]:
    return or_(*(Application.status == status for status in statuses))


@cache
def application_page(realm: Realm, filters: Filters) -> Statement[SummaryRow]:
    """A page: by deadline, the most pressing first, or the newest first."""
    columns = (
        Application.id,
        Application.number,
        Application.type,
        Application.filer,
        Application.status,
        Application.version,
        Application.applicant_name,
        Institution.name,
        Authority.name,
        Application.status_since,
        Application.submitted_at,
        Application.act_by,
        Application.correction_requested_at.is_not(None),
        Application.changed_places,
        Application.assignee_name,
        Institution.status,
    )
    statement = (
        select(*columns)
        .outerjoin(Institution, Institution.id == Application.institution_id)
        .outerjoin(Authority, Authority.id == Application.authority_id)
        .where(*_conditions(realm, filters))
        .limit(bindparam("limit"))
    )
    last_id = bindparam("last_id", type_=Uuid)
    if filters.by_deadline:
        if filters.after:
            last = tuple_(bindparam("last_day", type_=Date), last_id)
            statement = statement.where(tuple_(Application.act_by, Application.id) > last)
        statement = statement.order_by(Application.act_by, Application.id)
    else:
        if filters.after:
            statement = statement.where(Application.id < last_id)
        statement = statement.order_by(Application.id.desc())
    return Statement(statement, SummaryRow)


@cache
def application_count(realm: Realm, filters: Filters) -> Statement[int]:
    """How many there are, counting no further than one past the limit."""
    some: Select[Any] = (
        select(literal_column("1")).select_from(Application).where(*_conditions(realm, filters))
    )
    return Statement(select(func.count()).select_from(some.limit(COUNT_LIMIT + 1).subquery()), int)


@dataclass(frozen=True, slots=True)
class CountRow:
    """Applications of a status: all, late, due within three working days, decided today."""

    status: Status
    count: int
    overdue: int
    due_soon: int
    decided_today: int


@cache
def status_counts(realm: Realm) -> Statement[CountRow]:
    """Counts by status of what an office has to do with."""
    today = bindparam("today", type_=Date)
    return Statement(
        select(
            Application.status,
            func.count(),
            func.count().filter(Application.act_by < today),
            func.count().filter(
                Application.act_by >= today, Application.act_by <= bindparam("soon", type_=Date)
            ),
            func.count().filter(
                Application.decided_at >= bindparam("midnight", type_=Application.decided_at.type)
            ),
        )
        .where(scoped(realm))
        .group_by(Application.status),
        CountRow,
    )
