"""Notices of the signed-in account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import Uuid, bindparam, func, select, update

from registry_api.accounts.principals import CurrentAccount, CurrentDoctor
from registry_api.kit.db import Statement, unread
from registry_api.kit.paging import Cursor, Limit, read_cursor, write_cursor
from registry_api.kit.problems import NotFound
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.texts import text
from registry_api.kit.work import CurrentWork
from registry_api.notices.models import Notice
from registry_api.notices.preferences import (
    NoticePreferences,
    NoticePreferencesChange,
    change_preferences,
    read_preferences,
)

router = APIRouter(prefix=API_PREFIX, tags=["notices"], route_class=TransactionalRoute)


class NoticeRead(BaseModel):
    """One notice."""

    id: UUID
    kind: str
    message: str
    application_id: UUID | None
    created_at: datetime
    read_at: datetime | None


class NoticePage(BaseModel):
    """A page of notices, the newest first; `unread` is exact up to 100."""

    items: list[NoticeRead]
    next_cursor: str | None
    unread: int


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    kind: str
    application_id: UUID | None
    values: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


_own = Notice.account_id == bindparam("account_id", type_=Uuid)
_page = select(
    Notice.id, Notice.kind, Notice.application_id, Notice.values, Notice.created_at, Notice.read_at
).where(_own)
_FIRST = Statement(_page.order_by(Notice.id.desc()).limit(bindparam("limit")), _Row)
_NEXT = Statement(
    _page.where(Notice.id < bindparam("last_id", type_=Uuid))
    .order_by(Notice.id.desc())
    .limit(bindparam("limit")),
    _Row,
)
_some_unread = select(Notice.id).where(_own, Notice.read_at.is_(None)).limit(100).subquery()
_UNREAD = Statement(select(func.count()).select_from(_some_unread), int)
_MARK = Statement(
    update(Notice)
    .where(Notice.id == bindparam("notice_id"), _own)
    .values(read_at=func.coalesce(Notice.read_at, bindparam("now", type_=Notice.read_at.type))),
    unread,
)


@router.get("/me/notices", operation_id="listNotices")
async def list_notices(
    account: CurrentAccount, work: CurrentWork, limit: Limit = 20, cursor: Cursor = None
) -> NoticePage:
    """What the signed-in person was told, the newest first."""
    values: dict[str, Any] = {"account_id": account.account_id, "limit": limit + 1}
    if cursor is not None:
        (values["last_id"],) = read_cursor(cursor, UUID)
    rows = await work.tx.fetch_all(_NEXT if cursor else _FIRST, **values)
    items = rows[:limit]
    return NoticePage(
        items=[
            NoticeRead(
                id=row.id,
                kind=row.kind,
                message=text(f"notice.{row.kind}", work.language, **row.values),
                application_id=row.application_id,
                created_at=row.created_at,
                read_at=row.read_at,
            )
            for row in items
        ],
        next_cursor=write_cursor(items[-1].id) if len(rows) > limit else None,
        unread=await work.tx.get(_UNREAD, account_id=account.account_id),
    )


@router.post(
    "/me/notices/{notice_id}/read", status_code=204, response_class=Response, operation_id="markNotice"
)
async def mark_notice(account: CurrentAccount, work: CurrentWork, notice_id: UUID) -> None:
    """Marks a notice as read; doing it twice changes nothing."""
    if not await work.tx.run(_MARK, notice_id=notice_id, account_id=account.account_id, now=work.now):
        raise NotFound


@router.get("/me/notice-preferences", operation_id="getNoticePreferences")
async def get_notice_preferences(doctor: CurrentDoctor, work: CurrentWork) -> NoticePreferences:
    """Where notices of one's cases also go, beside the portal."""
    return await read_preferences(work, doctor)


@router.patch("/me/notice-preferences", operation_id="updateNoticePreferences")
async def update_notice_preferences(
    doctor: CurrentDoctor, work: CurrentWork, body: NoticePreferencesChange
) -> NoticePreferences:
    """Switches notices by SMS or mail on or off; on needs a verified phone or address."""
    return await change_preferences(work, doctor, body)
