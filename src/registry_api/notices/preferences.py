"""Where a doctor's notices also go. The portal is no choice: what an office decides is always to be found there."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Boolean, bindparam, select, update

from registry_api.accounts.models import Account
from registry_api.accounts.principals import Doctor
from registry_api.audit.service import record
from registry_api.kit.db import Statement, unread
from registry_api.kit.problems import InvalidBody
from registry_api.kit.work import Work


class NoticePreferences(BaseModel):
    """`sms` and `email` say what was chosen; `…_available` whether there is a verified phone or address for it."""

    sms: bool
    email: bool
    sms_available: bool
    email_available: bool


class NoticePreferencesChange(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    sms: bool | None = None
    email: bool | None = None


_own = Account.id == bindparam("account_id")
_READ = Statement(
    select(
        Account.notice_by_sms,
        Account.notice_by_email,
        Account.phone_verified_at.is_not(None),
        Account.email_verified_at.is_not(None),
    ).where(_own),
    lambda sms, email, phone_verified, email_verified: NoticePreferences(
        sms=sms, email=email, sms_available=phone_verified, email_available=email_verified
    ),
)
_CHANGE = Statement(
    update(Account)
    .where(_own)
    .values(
        notice_by_sms=bindparam("sms", type_=Boolean),
        notice_by_email=bindparam("email", type_=Boolean),
    ),
    unread,
)


async def read_preferences(work: Work, doctor: Doctor) -> NoticePreferences:
    """The doctor's choice."""
    return await work.tx.get(_READ, account_id=doctor.account_id)


async def change_preferences(
    work: Work, doctor: Doctor, change: NoticePreferencesChange
) -> NoticePreferences:
    """Changes what `change` names. Raises InvalidBody where something is switched on that nobody verified."""
    before = await read_preferences(work, doctor)
    faults = []
    if change.sms and not before.sms_available:
        faults.append({"pointer": "/sms", "code": "phone_not_verified"})
    if change.email and not before.email_available:
        faults.append({"pointer": "/email", "code": "email_not_verified"})
    if faults:
        raise InvalidBody(faults)
    after = before.model_copy(update=change.model_dump(exclude_none=True))
    if after != before:
        await work.tx.run(_CHANGE, account_id=doctor.account_id, sms=after.sms, email=after.email)
        await record(
            work,
            doctor,
            "account.notice_preferences_changed",
            object_type="account",
            object_id=doctor.account_id,
            details={"sms": after.sms, "email": after.email},
        )
    return after
