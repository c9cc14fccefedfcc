"""Public reference lists: divisions and institutions."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from registry_api.institutions.models import Authority, Division, Institution
from registry_api.institutions.search import search_grams
from registry_api.kit.db import Statement
from registry_api.kit.paging import COUNT_LIMIT, Cursor, Limit, Total, read_cursor, total_of, write_cursor
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork

router = APIRouter(prefix=API_PREFIX, tags=["public"], route_class=TransactionalRoute)


class DivisionRead(BaseModel):
    """A division of GB/T 2260 that is in force."""

    code: str
    name: str
    parent_code: str | None
    level: int


class Divisions(BaseModel):
    """Divisions under one parent."""

    items: list[DivisionRead]


class AuthorityName(BaseModel):
    """The office that registers at an institution."""

    id: UUID
    name: str


class InstitutionRead(BaseModel):
    """An open institution."""

    id: UUID
    name: str
    registration_number: str
    division_code: str
    division_name: str
    address: str
    phone: str
    authority: AuthorityName


class InstitutionPage(BaseModel):
    """A page of institutions; `total` only on the first."""

    items: list[InstitutionRead]
    next_cursor: str | None
    total: Total | None


@dataclass(frozen=True, slots=True)
class _DivisionRow:
    code: str
    name: str
    parent_code: str | None
    level: int


_in_force = Division.valid_to.is_(None)
_columns = (Division.code, Division.name, Division.parent_code, Division.level)
_TOP = Statement(
    select(*_columns).where(Division.level == 1, _in_force).order_by(Division.code), _DivisionRow
)
_UNDER = Statement(
    select(*_columns).where(Division.parent_code == bindparam("parent"), _in_force).order_by(Division.code),
    _DivisionRow,
)
_NAMED = Statement(
    select(*_columns)
    .where(func.strpos(Division.name, bindparam("q", type_=Text)) > 0, _in_force)
    .order_by(Division.code)
    .limit(50),
    _DivisionRow,
)


@router.get("/divisions", operation_id="listDivisions")
async def list_divisions(
    work: CurrentWork,
    parent: Annotated[str | None, Query(pattern=r"^\d{6}$")] = None,
    q: Annotated[str | None, Query(min_length=1, max_length=30)] = None,
) -> Divisions:
    """Divisions: the provinces, those under `parent`, or those whose name contains `q`."""
    if q is not None:
        rows = await work.tx.fetch_all(_NAMED, q=q)
    elif parent is not None:
        rows = await work.tx.fetch_all(_UNDER, parent=parent)
    else:
        rows = await work.tx.fetch_all(_TOP)
    return Divisions(
        items=[DivisionRead(code=r.code, name=r.name, parent_code=r.parent_code, level=r.level) for r in rows]
    )


def _row(
    id_: UUID,
    name: str,
    number: str,
    code: str,
    division: str,
    address: str,
    phone: str,
    authority_id: UUID,
    authority: str,
) -> InstitutionRead:
    return InstitutionRead(
        id=id_,
        name=name,
        registration_number=number,
        division_code=code,
        division_name=division,
        address=address,
        phone=phone,
        authority=AuthorityName(id=authority_id, name=authority),
    )


def _conditions(words: bool, division: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Institution.status == "open"]
    if words:
        conditions += [
            Institution.search_grams.contains(bindparam("grams", type_=ARRAY(Text))),
            func.strpos(Institution.search_text, bindparam("q", type_=Text)) > 0,
        ]
    if division:
        conditions += [
            Institution.division_code >= bindparam("division_from", type_=Text),
            Institution.division_code < bindparam("division_to", type_=Text),
        ]
    return conditions


@cache
def _count(words: bool, division: bool) -> Statement[int]:
    some = select(Institution.id).where(*_conditions(words, division)).limit(COUNT_LIMIT + 1)
    return Statement(select(func.count()).select_from(some.subquery()), int)


@cache
def _page(words: bool, division: bool, after: bool) -> Statement[InstitutionRead]:
    conditions = _conditions(words, division)
    if after:
        conditions.append(Institution.id > bindparam("last_id", type_=Uuid))
    return Statement(
        select(
            Institution.id,
            Institution.name,
            Institution.registration_number,
            Institution.division_code,
            Division.name,
            Institution.address,
            Institution.phone,
            Authority.id,
            Authority.name,
        )
        .join(Division, Division.code == Institution.division_code)
        .join(Authority, Authority.id == Institution.authority_id)
        .where(*conditions)
        .order_by(Institution.id)
        .limit(bindparam("limit")),
        _row,
    )


@router.get("/institutions", operation_id="searchInstitutions")
async def search_institutions(
    work: CurrentWork,
    q: Annotated[
        str | None, Query(max_length=40, description="Part of the name, pinyin initials, or a code.")
    ] = None,
    division_code: Annotated[str | None, Query(pattern=r"^\d{6}$")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> InstitutionPage:
    """Open institutions by name, pinyin initials or code, in a division and all below it."""
    values: dict[str, object] = {}
    wanted = "".join((q or "").split()).casefold()
    if wanted:
        values |= {"q": wanted, "grams": search_grams(wanted)}
    if division_code is not None:
        stem = division_code.rstrip("0") if division_code.endswith("00") else division_code
        stem += "0" * (len(stem) % 2)
        values |= {"division_from": stem, "division_to": stem + ":"}
    flags = (bool(wanted), division_code is not None)
    total = None
    if cursor is None:
        total = total_of(await work.tx.get(_count(*flags), **values))
    else:
        (values["last_id"],) = read_cursor(cursor, UUID)
    rows = await work.tx.fetch_all(_page(*flags, cursor is not None), **values, limit=limit + 1)
    items = rows[:limit]
    next_cursor = write_cursor(items[-1].id) if len(rows) > limit else None
    return InstitutionPage(items=items, next_cursor=next_cursor, total=total)
