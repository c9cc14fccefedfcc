"""Offices and who administers them: one's own, and those whose administrators one's authority appoints."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from registry_api.accounts.models import Account
from registry_api.accounts.principals import AuthorityStaff, InstitutionStaff, Principal
from registry_api.institutions.models import Authority, Division, Institution
from registry_api.institutions.search import search_grams
from registry_api.kit.db import Statement
from registry_api.kit.paging import read_cursor, write_cursor
from registry_api.kit.problems import NotFound
from registry_api.kit.work import Work
from registry_api.staff.queries import OfficeKind
from registry_api.staff.schemas import SupervisedOffice, SupervisedOfficePage


@dataclass(frozen=True, slots=True)
class Office:
    """An office whose staff somebody may administer; made by `own_office` and `find_office` only."""

    kind: OfficeKind
    id: UUID
    name: str
    supervised: bool
    """Whether it is another than the caller's own: then only its administrators are the caller's business."""

    @property
    def administrator(self) -> str:
        """The role of its administrators."""
        return f"{self.kind}_administrator"


def own_office(staff: Principal) -> Office:
    """The office of a member of staff."""
    if isinstance(staff, InstitutionStaff):
        return Office("institution", staff.institution_id, staff.office, supervised=False)
    if isinstance(staff, AuthorityStaff):
        return Office("authority", staff.authority_id, staff.office, supervised=False)
    raise NotFound


_INSTITUTION = Statement(
    select(Institution.name).where(
        Institution.id == bindparam("office_id", type_=Uuid),
        Institution.authority_id == bindparam("superior_id", type_=Uuid),
    ),
    str,
)
_SUBORDINATE = Statement(
    select(Authority.name).where(
        Authority.id == bindparam("office_id", type_=Uuid),
        Authority.superior_id == bindparam("superior_id", type_=Uuid),
    ),
    str,
)


async def find_office(work: Work, staff: AuthorityStaff, kind: OfficeKind, office_id: UUID) -> Office:
    """An institution that the caller's authority registers, or an authority directly under it. Raises NotFound."""
    statement = _INSTITUTION if kind == "institution" else _SUBORDINATE
    name = await work.tx.find(statement, office_id=office_id, superior_id=staff.authority_id)
    if name is None:
        raise NotFound
    return Office(kind, office_id, name, supervised=True)


@dataclass(frozen=True, slots=True)
class _OfficeRow:
    id: UUID
    name: str
    division_name: str
    administrators: int
    invited: int


def _administrators(kind: OfficeKind, column: Any, status: str) -> Any:
    office = Account.institution_id if kind == "institution" else Account.authority_id
    return (
        select(func.count())
        .select_from(Account)
        .where(office == column, Account.role == f"{kind}_administrator", Account.status == status)
        .scalar_subquery()
    )


@cache
def _page(kind: OfficeKind, words: bool, vacant: bool, after: bool) -> Statement[_OfficeRow]:
    table: Any = Institution if kind == "institution" else Authority
    superior = Institution.authority_id if kind == "institution" else Authority.superior_id
    active = _administrators(kind, table.id, "active")
    conditions: list[ColumnElement[bool]] = [superior == bindparam("superior_id", type_=Uuid)]
    if kind == "institution":
        conditions.append(Institution.status == "open")
    if words and kind == "institution":
        conditions += [
            Institution.search_grams.contains(bindparam("grams", type_=ARRAY(Text))),
            func.strpos(Institution.search_text, bindparam("q", type_=Text)) > 0,
        ]
    elif words:
        conditions.append(func.strpos(Authority.name, bindparam("q", type_=Text)) > 0)
    if vacant:
        conditions.append(active == bindparam("none"))
    if after:
        conditions.append(table.id > bindparam("last_id", type_=Uuid))
    return Statement(
        select(table.id, table.name, Division.name, active, _administrators(kind, table.id, "invited"))
        .join(Division, Division.code == table.division_code)
        .where(*conditions)
        .order_by(table.id)
        .limit(bindparam("limit")),
        _OfficeRow,
    )


async def list_offices(
    work: Work,
    staff: AuthorityStaff,
    kind: OfficeKind,
    *,
    q: str,
    vacant: bool,
    limit: int,
    cursor: str | None,
) -> SupervisedOfficePage:
    """Offices under the caller's authority whose name contains `q`; with `vacant`, those without an active
    administrator."""
    values: dict[str, Any] = {"superior_id": staff.authority_id, "limit": limit + 1}
    wanted = "".join(q.split()).casefold()
    if wanted:
        values["q"] = wanted
        if kind == "institution":
            values["grams"] = search_grams(wanted)
    if vacant:
        values["none"] = 0
    if cursor is not None:
        (values["last_id"],) = read_cursor(cursor, UUID)
    rows = await work.tx.fetch_all(_page(kind, bool(wanted), vacant, cursor is not None), **values)
    items = rows[:limit]
    return SupervisedOfficePage(
        items=[
            SupervisedOffice(
                id=row.id,
                kind=kind,
                name=row.name,
                division_name=row.division_name,
                administrators=row.administrators,
                invited=row.invited,
            )
            for row in items
        ],
        next_cursor=write_cursor(items[-1].id) if len(rows) > limit else None,
    )
