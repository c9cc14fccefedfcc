"""What an administrator sees of the accounts of an office."""

from typing import Any
from uuid import UUID

from registry_api.accounts.principals import Principal
from registry_api.kit.paging import read_cursor, total_of, write_cursor
from registry_api.kit.problems import NotFound
from registry_api.kit.roles import StaffRole
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_email, mask_id_number, mask_phone
from registry_api.staff.offices import Office
from registry_api.staff.queries import Filters, StaffRow, staff_count, staff_member, staff_page
from registry_api.staff.schemas import StaffAction, StaffPage, StaffRead, StaffStatus

PLACEHOLDER = "invited/"
"""Begins the login name of an account that has none yet; no login name that people choose has a slash."""


async def list_staff(
    work: Work,
    actor: Principal,
    office: Office,
    *,
    status: StaffStatus | None,
    role: StaffRole | None,
    limit: int,
    cursor: str | None,
) -> StaffPage:
    """The accounts of an office, by status and role."""
    asked: dict[str, Any] = {"status": status, "role": role}
    values = {name: value for name, value in asked.items() if value is not None} | {"office_id": office.id}
    filters = {"status": status is not None, "role": role is not None}
    total = None
    if cursor is None:
        total = total_of(await work.tx.get(staff_count(office.kind, Filters(**filters)), **values))
    else:
        (values["last_id"],) = read_cursor(cursor, UUID)
    statement = staff_page(office.kind, Filters(**filters, after=cursor is not None))
    rows = await work.tx.fetch_all(statement, **values, now=work.now, limit=limit + 1)
    items = rows[:limit]
    return StaffPage(
        items=[read_row(work, actor, office, row) for row in items],
        next_cursor=write_cursor(items[-1].id) if len(rows) > limit else None,
        total=total,
    )


async def get_member(work: Work, office: Office, account_id: UUID) -> StaffRow:
    """An account of the office. Raises NotFound, also for somebody else's."""
    statement = staff_member(office.kind)
    row = await work.tx.find(statement, office_id=office.id, account_id=account_id, now=work.now)
    if row is None:
        raise NotFound
    return row


async def read_member(work: Work, actor: Principal, office: Office, account_id: UUID) -> StaffRead:
    """The same, as the contract shows it."""
    return read_row(work, actor, office, await get_member(work, office, account_id))


def read_row(work: Work, actor: Principal, office: Office, row: StaffRow) -> StaffRead:
    """One row as the contract shows it, with what `actor` may do with it."""
    sealer = work.system.sealer

    def opened(sealed: bytes | None, field: str) -> str | None:
        return None if sealed is None else sealer.open_text(sealed, f"account.{field}", row.id)

    id_number, phone = opened(row.id_number_sealed, "id_number"), opened(row.phone_sealed, "phone")
    email = opened(row.email_sealed, "email")
    is_self = row.id == actor.account_id
    return StaffRead(
        id=row.id,
        role=row.role,
        role_title=role_title(work, row.role),
        name=row.name,
        login_name=chosen_login_name(row.login_name),
        status=row.status,
        status_title=text(f"staff_status.{row.status}", work.language),
        status_since=row.status_since or row.created_at,
        id_number_masked=mask_id_number(id_number) if id_number else None,
        phone_masked=mask_phone(phone) if phone else None,
        email_masked=mask_email(email) if email else None,
        created_at=row.created_at,
        last_signed_in_at=row.last_signed_in_at,
        invitation_expires_at=row.invitation_expires_at,
        is_self=is_self,
        available_actions=_actions(row, office, is_self=is_self),
    )


def _actions(row: StaffRow, office: Office, *, is_self: bool) -> list[StaffAction]:
    """What an administrator may do; the service checks the same again."""
    is_administrator = row.role == office.administrator
    if office.supervised:
        if is_administrator:
            return ["invite"] if row.status in ("active", "invited") else []
        return ["hand_over"] if row.status == "active" else []
    if is_self:
        return ["hand_over"]
    if row.status == "disabled":
        return ["enable"]
    return ["change_role", "disable", "invite"]


def chosen_login_name(login_name: str) -> str | None:
    """The login name, unless it only holds the place of one."""
    return None if login_name.startswith(PLACEHOLDER) else login_name


def role_title(work: Work, role: str) -> str:
    """The role in people's words."""
    return text(f"role.{role}", work.language)
