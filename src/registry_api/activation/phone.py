"""Verifying the phone: a code that was sent to it comes back."""

from datetime import timedelta

from sqlalchemy import bindparam, update

from registry_api.accounts.codes import check_code, send_code
from registry_api.accounts.door import find_account, phone_values
from registry_api.accounts.models import Account
from registry_api.accounts.phones import normal_phone
from registry_api.accounts.principals import Doctor
from registry_api.accounts.reach import get_owner
from registry_api.accounts.throttle import Limit, reserve
from registry_api.activation.identity import enter_again, keep_phone_in_step
from registry_api.audit.service import record
from registry_api.kit.db import Statement, unread
from registry_api.kit.problems import InvalidBody, Problem
from registry_api.kit.work import Work

A_DAY_PER_ACCOUNT = 20
"""Over all numbers: an account that never verifies one must not write to many people."""


class PhoneAlreadyVerified(Problem):
    """There is nothing to verify; another number comes by way of the security settings."""

    status, code = 409, "phone_already_verified"


_SET = Statement(
    update(Account)
    .where(Account.id == bindparam("account_id"), Account.phone_verified_at.is_(None))
    .values(phone_sealed=bindparam("phone_sealed"), phone_index=bindparam("phone_index")),
    unread,
)
_VERIFY = Statement(
    update(Account)
    .where(Account.id == bindparam("account_id"), Account.phone_index == bindparam("sent_to"))
    .values(phone_verified_at=bindparam("now")),
    unread,
)


async def send_phone_code(work: Work, doctor: Doctor, other: str | None) -> None:
    """Sends a code to the account's phone, or to `other`, which becomes the account's phone, as yet unverified.

    Only who never had a verified phone may give another number: later the code to the old one protects the owner.
    Raises PhoneAlreadyVerified, InvalidBody or TooManyRequests.
    """
    owner = await get_owner(work, doctor.account_id)
    if owner.phone_verified_at is not None:
        raise PhoneAlreadyVerified
    phone = owner.phone
    if other is not None and (phone := normal_phone(other)) is None:
        raise InvalidBody([{"pointer": "/phone", "code": "wrong_phone"}])
    if phone is None or (phone != owner.phone and owner.phone_changed_at is not None):
        raise InvalidBody([{"pointer": "/phone", "code": "missing" if phone is None else "phone_fixed"}])
    limit = Limit(f"sms/account/{doctor.account_id}", A_DAY_PER_ACCOUNT, timedelta(days=1))
    await reserve(work.system, (limit,), work.now)
    await send_code(work, doctor.account_id, "verify_phone", phone)
    if phone != owner.phone:
        await work.tx.run(_SET, account_id=doctor.account_id, **phone_values(work, doctor.account_id, phone))


async def verify_phone(work: Work, doctor: Doctor, code: str) -> Doctor:
    """Takes the phone for verified; offices see it from then on. Gives the doctor as the account is now.

    The index on verified phones refuses one that another account has verified (409 `phone_taken`): only who holds
    the phone hears that. Raises InvalidBody or TooManyRequests.
    """
    phone = await check_code(work, doctor.account_id, "verify_phone", code)
    entered = await _take(work, doctor, phone)
    if entered is None:
        raise InvalidBody([{"pointer": "/code", "code": "code_ended"}])
    return entered


async def take_answered_phone(work: Work, doctor: Doctor, phone: str) -> Doctor:
    """A code to a phone that an office entered came back, for whatever it was asked: nobody has to ask for another.

    Not if another account has verified the number: who is here gets in, and hears of that at the phone's own step.
    """
    owner = await get_owner(work, doctor.account_id)
    if owner.phone_verified_at is not None or await find_account(work, "doctor", "phone", phone) is not None:
        return doctor
    return await _take(work, doctor, phone) or doctor


async def _take(work: Work, doctor: Doctor, phone: str) -> Doctor | None:
    """The doctor with `phone` verified; None if the account has another by now."""
    sent_to = work.system.blind_index.of("phone", phone)
    if not await work.tx.run(_VERIFY, account_id=doctor.account_id, sent_to=sent_to, now=work.now):
        return None
    await record(work, doctor, "phone.verified", object_type="account", object_id=doctor.account_id)
    entered = await enter_again(work, doctor)
    await keep_phone_in_step(work, entered)
    return entered
