"""What everybody may read of the authorities' announcements."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import Boolean, ColumnElement, DateTime, Uuid, bindparam, func, select, tuple_

from registry_api.announcements.models import Announcement
from registry_api.institutions.models import Authority
from registry_api.kit.db import Statement
from registry_api.kit.paging import COUNT_LIMIT, Cursor, Limit, Total, read_cursor, total_of, write_cursor
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.texts import text
from registry_api.kit.work import CurrentWork

router = APIRouter(prefix=API_PREFIX, tags=["public"], route_class=TransactionalRoute)

Kind = Literal["notice", "policy", "service"]


class AnnouncementRead(BaseModel):
    """An announcement; an empty line in `body` parts paragraphs."""

    id: UUID
    kind: Kind
    kind_title: str
    title: str
    body: str
    pinned: bool = Field(description="Stands before the others.")
    authority_name: str
    published_at: datetime


class AnnouncementPage(BaseModel):
    """A page of announcements; `total` only on the first."""

    items: list[AnnouncementRead]
    next_cursor: str | None
    total: Total | None


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    kind: Kind
    title: str
    body: str
    pinned: bool
    authority_name: str
    published_at: datetime


def _shown() -> list[ColumnElement[bool]]:
    return [Announcement.published_at <= bindparam("now"), Announcement.withdrawn_at.is_(None)]


_COUNT = Statement(
    select(func.count()).select_from(
        select(Announcement.id).where(*_shown()).limit(COUNT_LIMIT + 1).subquery()
    ),
    int,
)


@cache
def _page(after: bool) -> Statement[_Row]:
    conditions = _shown()
    place = (Announcement.pinned, Announcement.published_at, Announcement.id)
    if after:
        last = (
            bindparam("last_pinned", type_=Boolean),
            bindparam("last_at", type_=DateTime(timezone=True)),
            bindparam("last_id", type_=Uuid),
        )
        conditions.append(tuple_(*place) < tuple_(*last))
    return Statement(
        select(
            Announcement.id,
            Announcement.kind,
            Announcement.title,
            Announcement.body,
            Announcement.pinned,
            Authority.name,
            Announcement.published_at,
        )
        .join(Authority, Authority.id == Announcement.authority_id)
        .where(*conditions)
        .order_by(*(part.desc() for part in place))
        .limit(bindparam("limit")),
        _Row,
    )


@router.get("/announcements", operation_id="listAnnouncements")
async def list_announcements(work: CurrentWork, limit: Limit = 20, cursor: Cursor = None) -> AnnouncementPage:
    """What the authorities announce: pinned ones first, then the latest."""
    values: dict[str, object] = {"now": work.now}
    total = None
    if cursor is None:
        total = total_of(await work.tx.get(_COUNT, now=work.now))
    else:
        pinned, at, last_id = read_cursor(cursor, _flag, _instant, UUID)
        values |= {"last_pinned": pinned, "last_at": at, "last_id": last_id}
    rows = await work.tx.fetch_all(_page(cursor is not None), **values, limit=limit + 1)
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    return AnnouncementPage(
        items=[
            AnnouncementRead(
                id=row.id,
                kind=row.kind,
                kind_title=text(f"announcement_kind.{row.kind}", work.language),
                title=row.title,
                body=row.body,
                pinned=row.pinned,
                authority_name=row.authority_name,
                published_at=row.published_at,
            )
            for row in shown
        ],
        next_cursor=write_cursor(last.pinned, last.published_at.isoformat(), last.id) if last else None,
        total=total,
    )


def _flag(word: object) -> bool:
    if word not in ("True", "False"):
        raise ValueError("not a flag")
    return word == "True"


def _instant(word: str) -> datetime:
    instant = datetime.fromisoformat(word)
    if instant.tzinfo is None:
        raise ValueError("not an instant")
    return instant
