"""账号注销: the account goes, the practice registration stays (网络数据安全管理条例 23, 个人信息保护法 47)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Text, bindparam, cast, delete, func, literal, null, select, update

from registry_api.accounts.models import TICKET_KINDS, Account
from registry_api.accounts.password_change import confirm_password, end_sessions, forget_devices
from registry_api.accounts.principals import Doctor
from registry_api.accounts.reach import get_owner, tell_owner
from registry_api.accounts.standing import lock_for_closing
from registry_api.accounts.step_up import require_recent_proof
from registry_api.accounts.tickets import void_tickets
from registry_api.activation.models import QualificationWatch
from registry_api.applications.drafts import delete_draft
from registry_api.applications.models import Application
from registry_api.applications.types import TYPES
from registry_api.audit.service import record
from registry_api.kit.db import Statement, unread
from registry_api.kit.problems import Problem
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.second_factors.models import SecondFactor
from registry_api.wechat.models import WechatBinding
from registry_api.workflow.table import OPEN_STATUSES


class OpenBusiness(Problem):
    """An application is not finished: `applications` names each."""

    status, code = 409, "open_business"


@dataclass(frozen=True, slots=True)
class _Open:
    id: UUID
    number: str | None
    type: str
    status: str


_account: BindParameter[UUID] = bindparam("account_id")
_OPEN = Statement(
    select(Application.id, Application.number, Application.type, Application.status)
    .where(
        Application.practitioner_id == bindparam("practitioner_id"),
        Application.status.in_([bindparam(f"s{n}", one) for n, one in enumerate(OPEN_STATUSES)]),
    )
    .order_by(Application.id)
    # Locked: a submission in another window comes before, and is found, or finds its draft gone.
    .with_for_update(),
    _Open,
)
_CLOSE = Statement(
    update(Account)
    .where(Account.id == _account)
    .values(
        status="closed",
        status_since=bindparam("now"),
        # Free for whoever comes next; no login name has a colon.
        login_name=func.concat(literal("closed:"), cast(Account.id, Text)),
        login_key=func.concat(literal("closed:"), cast(Account.id, Text)),
        password_hash="",
        # The person may register again and be matched again.
        practitioner_id=null(),
        phone_sealed=null(),
        phone_index=null(),
        phone_verified_at=null(),
        email_sealed=null(),
        email_index=null(),
        email_verified_at=null(),
    ),
    unread,
)
_END = (
    Statement(
        update(WechatBinding)
        .where(WechatBinding.account_id == _account, WechatBinding.removed_at.is_(None))
        .values(removed_at=bindparam("now")),
        unread,
    ),
    Statement(
        update(SecondFactor)
        .where(SecondFactor.account_id == _account, SecondFactor.removed_at.is_(None))
        .values(removed_at=bindparam("now")),
        unread,
    ),
)
_FORGET_WATCHES = Statement(
    delete(QualificationWatch).where(QualificationWatch.account_id == _account), unread
)


async def close_account(work: Work, doctor: Doctor, password: str) -> None:
    """Closes the account of a doctor. Raises StepUpRequired, InvalidBody, TooManyRequests, OpenBusiness.

    Contacts, sessions, devices, second factors, WeChat, watches and drafts go. Name and ID number stay, sealed, with
    the closed account: the audit log, which the law has kept, must be able to say who acted (网络安全法 23).
    Applications and the register stay by law.
    """
    await require_recent_proof(work, doctor)
    await confirm_password(work, doctor, password, place="/password")
    await lock_for_closing(work, doctor.account_id)
    await _finish_business(work, doctor)
    owner = await get_owner(work, doctor.account_id)
    await tell_owner(work, owner, "account_closed")
    await end_sessions(work, doctor.account_id)
    await forget_devices(work, doctor.account_id)
    for kind in TICKET_KINDS:
        await void_tickets(work, kind, doctor.account_id)
    for statement in _END:
        await work.tx.run(statement, account_id=doctor.account_id, now=work.now)
    await work.tx.run(_FORGET_WATCHES, account_id=doctor.account_id)
    await work.tx.run(_CLOSE, account_id=doctor.account_id, now=work.now)
    await record(work, doctor, "account.closed", object_type="account", object_id=doctor.account_id)


async def _finish_business(work: Work, doctor: Doctor) -> None:
    """Deletes drafts, which nobody but the doctor has seen. Raises OpenBusiness for anything further."""
    if doctor.practitioner_id is None:
        return
    unfinished = await work.tx.fetch_all(_OPEN, practitioner_id=doctor.practitioner_id)
    submitted = [one for one in unfinished if one.status != "draft"]
    if submitted:
        raise OpenBusiness(applications=[_named(work, one) for one in submitted])
    for draft in unfinished:
        await delete_draft(work, doctor, draft.id)


def _named(work: Work, one: _Open) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "number": one.number,
        "type_title": TYPES[one.type].title(work.language),
        "status_title": text(f"status.{one.status}", work.language),
    }
