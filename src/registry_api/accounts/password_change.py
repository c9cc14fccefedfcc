"""A new password: its rules in the words of the catalogue, and the change by somebody who knows the old one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import Uuid, and_, bindparam, column, func, select, update

from registry_api.accounts.models import Account, KnownDevice
from registry_api.accounts.principals import CurrentAccount, Principal
from registry_api.accounts.reach import get_owner, personal_texts, tell_owner
from registry_api.accounts.schemas import Body
from registry_api.accounts.session_queries import END_OTHERS
from registry_api.accounts.throttle import Limit, reserve
from registry_api.audit.service import record, record_refusal
from registry_api.kit.db import Statement, unread
from registry_api.kit.passwords import (
    DOCTOR_LENGTH,
    STAFF_LENGTH,
    hash_password,
    password_faults,
    verify_password,
)
from registry_api.kit.problems import InvalidBody
from registry_api.kit.roles import Realm
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.texts import text
from registry_api.kit.work import CurrentWork, Work

router = APIRouter(prefix=API_PREFIX, tags=["sessions"], route_class=TransactionalRoute)

ATTEMPTS = 10
WINDOW = timedelta(minutes=15)
Password = Annotated[str, Field(min_length=1, max_length=128)]
"""Longer than any rule admits, so that the rule says what is wrong."""

_HASH = Statement(
    select(column("password_hash")).select_from(
        func.credentials_of(bindparam("account_id", type_=Uuid)).table_valued("id", "password_hash")
    ),
    str,
)
_SET = Statement(
    update(Account)
    .where(Account.id == bindparam("account_id"))
    .values(
        password_hash=bindparam("password_hash"), password_changed_at=bindparam("now"), failures_in_a_row=0
    ),
    unread,
)
_FORGET_DEVICES = Statement(
    update(KnownDevice)
    .where(and_(KnownDevice.account_id == bindparam("account_id"), KnownDevice.revoked_at.is_(None)))
    .values(revoked_at=bindparam("now")),
    unread,
)


class PasswordChange(Body):
    """The password as it is, and the new one twice."""

    old_password: Password
    new_password: Password
    new_password_confirmation: Password


@router.put("/me/password", status_code=204, response_class=Response, operation_id="changePassword")
async def change_password(account: CurrentAccount, work: CurrentWork, body: PasswordChange) -> None:
    """Changes the password. Every other session ends; the owner is told by SMS and mail.

    A wrong old password is 422 at `/old_password`; ten tries in 15 minutes are looked at.
    """
    await confirm_password(work, account, body.old_password, place="/old_password")
    owner = await get_owner(work, account.account_id)
    refuse_password(
        work, account.realm, body.new_password, body.new_password_confirmation, personal_texts(owner)
    )
    if body.new_password == body.old_password:
        raise InvalidBody([{"pointer": "/new_password", "code": "same_as_old"}])
    await set_password(work, account.account_id, body.new_password)
    await end_sessions(work, account.account_id, kept=account.session_id)
    await record(work, account, "password.changed", object_type="account", object_id=account.account_id)
    await tell_owner(work, owner, "password_changed")


async def confirm_password(work: Work, principal: Principal, password: str, *, place: str) -> None:
    """Lets go on who knows the account's password. Raises InvalidBody at `place`, or TooManyRequests.

    The try is counted, and committed, before it is looked at.
    """
    await reserve(work.system, (Limit(f"password/{principal.account_id}", ATTEMPTS, WINDOW),), work.now)
    known = await work.tx.find(_HASH, account_id=principal.account_id)
    matches, _ = await verify_password(password, known)
    if not matches:
        record_refusal(
            work, principal, "password.refused", object_type="account", object_id=principal.account_id
        )
        raise InvalidBody([{"pointer": place, "code": "wrong_password"}])


def refuse_password(
    work: Work, realm: Realm, password: str, confirmation: str, personal: Sequence[str]
) -> None:
    """Raises InvalidBody with each rule that the new password breaks; see `kit.passwords.password_faults`.

    `personal`: what it must not be made of. Without any, the rules say nothing of the person.
    """
    shortest, longest = DOCTOR_LENGTH if realm == "doctor" else STAFF_LENGTH
    errors = [
        {
            "pointer": "/new_password",
            "code": code,
            "message": text(f"password.{code}", work.language, shortest=shortest, longest=longest),
        }
        for code in password_faults(password, realm, personal)
    ]
    if password != confirmation:
        errors.append({"pointer": "/new_password_confirmation", "code": "not_the_same"})
    if errors:
        raise InvalidBody(errors)


async def set_password(work: Work, account_id: UUID, password: str) -> None:
    """Stores the new password's hash; the scope is the account's."""
    await work.tx.run(_SET, account_id=account_id, password_hash=await hash_password(password), now=work.now)


async def end_sessions(work: Work, account_id: UUID, *, kept: UUID | None = None) -> None:
    """Ends the account's sessions but `kept`, at once; their refresh tokens are worth nothing from then on."""
    await work.tx.run(END_OTHERS, account_id=account_id, kept=kept, now=work.now)


async def forget_devices(work: Work, account_id: UUID) -> None:
    """Makes every browser an unknown one: the next sign-in asks for a second factor."""
    await work.tx.run(_FORGET_DEVICES, account_id=account_id, now=work.now)
