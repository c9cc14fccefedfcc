"""Who opened my applications."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from registry_api.accounts.principals import Doctor
from registry_api.applications.models import Application, ApplicationView
from registry_api.kit.db import Statement
from registry_api.kit.paging import read_cursor, write_cursor
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.personal_data.schemas import ViewPage, ViewRead


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    day: date
    office: str
    role: str
    number: str | None
    viewed_at: datetime


_page = (
    select(
        ApplicationView.id,
        ApplicationView.day,
        ApplicationView.office,
        ApplicationView.role,
        Application.number,
        ApplicationView.viewed_at,
    )
    .join(Application, Application.id == ApplicationView.application_id)
    .where(Application.practitioner_id == bindparam("practitioner_id", type_=Uuid))
    .order_by(ApplicationView.id.desc())
    .limit(bindparam("limit"))
)
_FIRST = Statement(_page, _Row)
_NEXT = Statement(_page.where(ApplicationView.id < bindparam("last_id", type_=Uuid)), _Row)


async def list_views(work: Work, doctor: Doctor, limit: int, cursor: str | None) -> ViewPage:
    """Who opened the doctor's applications, the newest first. Raises CursorRefused."""
    values: dict[str, Any] = {"practitioner_id": doctor.practitioner_id, "limit": limit + 1}
    if cursor is not None:
        (values["last_id"],) = read_cursor(cursor, UUID)
    rows = await work.tx.fetch_all(_FIRST if cursor is None else _NEXT, **values)
    return ViewPage(
        items=[
            ViewRead(
                day=row.day,
                office=row.office,
                role_title=text(f"role.{row.role}", work.language),
                application_number=row.number,
                viewed_at=row.viewed_at,
            )
            for row in rows[:limit]
        ],
        next_cursor=write_cursor(rows[limit - 1].id) if len(rows) > limit else None,
    )
