"""Changing the phone: a code to the old number, a ticket, a code to the new one.

Whoever has lost the old phone goes another way: a case with proof of identity, which a desk decides.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, update

from registry_api.accounts.codes import check_code, send_code
from registry_api.accounts.door import phone_values
from registry_api.accounts.models import Account
from registry_api.accounts.phones import normal_phone
from registry_api.accounts.principals import Doctor
from registry_api.accounts.reach import Owner, get_owner, tell_owner
from registry_api.accounts.step_up import require_recent_proof
from registry_api.accounts.tickets import (
    TicketGone,
    issue_ticket,
    peek_ticket,
    take_ticket,
    void_tickets,
)
from registry_api.audit.service import record
from registry_api.contacts.schemas import NewPhone, NewPhoneCode, PhoneChangeTicket
from registry_api.kit.db import Statement, unread
from registry_api.kit.problems import CONSTRAINTS, InvalidBody, Problem
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_phone
from registry_api.practitioners.models import Practitioner

TICKET_LIFE = timedelta(minutes=10)
PAUSE = timedelta(hours=24)
"""No second change within: who took over a session cannot hurry the owner's number out of reach (security.md, 3)."""


class PhoneTaken(Problem):
    """Another account has verified this number; told only to who has just shown that the number is theirs."""

    status, code = 409, "phone_taken"


class PhoneChangedRecently(Problem):
    """The phone was changed less than 24 hours ago; `available_at` says from when on it can be again."""

    status, code = 409, "phone_changed_recently"


class PhoneNotVerified(Problem):
    """There is no verified phone to ask: verify it first, or ask for a replacement."""

    status, code = 409, "phone_not_verified"


CONSTRAINTS["uq_account_phone"] = PhoneTaken

_SET = Statement(
    update(Account)
    .where(Account.id == bindparam("account_id"))
    .values(
        phone_sealed=bindparam("phone_sealed"),
        phone_index=bindparam("phone_index"),
        phone_verified_at=bindparam("now"),
        phone_changed_at=bindparam("now"),
    ),
    unread,
)
_SET_IN_REGISTER = Statement(
    update(Practitioner)
    .where(Practitioner.id == bindparam("practitioner_id"))
    .values(phone_sealed=bindparam("phone_sealed")),
    unread,
)


async def start_change(work: Work, doctor: Doctor) -> None:
    """Sends a code to the old phone. Raises StepUpRequired, PhoneNotVerified, PhoneChangedRecently, TooManyRequests."""
    await require_recent_proof(work, doctor)
    owner = await get_owner(work, doctor.account_id)
    await send_code(work, doctor.account_id, "change_phone_old", _changeable(work, owner))


async def confirm_old(work: Work, doctor: Doctor, code: str) -> PhoneChangeTicket:
    """Gives a ticket for the right code; an older ticket is void. Raises InvalidBody, TooManyRequests."""
    await require_recent_proof(work, doctor)
    await check_code(work, doctor.account_id, "change_phone_old", code)
    await void_tickets(work, "phone_change", doctor.account_id)
    ticket = await issue_ticket(work, "phone_change", TICKET_LIFE, account_id=doctor.account_id)
    return PhoneChangeTicket(phone_change_ticket=ticket, expires_at=work.now + TICKET_LIFE)


async def send_to_new(work: Work, doctor: Doctor, body: NewPhone) -> None:
    """Sends a code to the new phone. Raises TicketGone, InvalidBody, TooManyRequests.

    It is sent whether or not another account has the number: the answer would tell a stranger who is registered.
    """
    _own((await peek_ticket(work, "phone_change", body.phone_change_ticket)).account_id, doctor)
    phone = normal_phone(body.phone)
    if phone is None:
        raise InvalidBody([{"pointer": "/phone", "code": "wrong_phone"}])
    owner = await get_owner(work, doctor.account_id)
    if phone == _changeable(work, owner):
        raise InvalidBody([{"pointer": "/phone", "code": "same_phone"}])
    await send_code(work, doctor.account_id, "change_phone_new", phone)


async def complete_change(work: Work, doctor: Doctor, body: NewPhoneCode) -> None:
    """Makes the new phone the account's and the register's; the old one and the address are told.

    Sessions elsewhere stay. Raises TicketGone, InvalidBody, PhoneTaken, PhoneChangedRecently, TooManyRequests.
    """
    # The ticket first: of two requests at once the second waits here, and holds nothing that the first needs.
    _own((await take_ticket(work, "phone_change", body.phone_change_ticket)).account_id, doctor)
    owner = await get_owner(work, doctor.account_id)
    _changeable(work, owner)
    phone = await check_code(work, doctor.account_id, "change_phone_new", body.code)
    await tell_owner(work, owner, "phone_changed", phone_masked=mask_phone(phone))
    await work.tx.run(
        _SET, account_id=doctor.account_id, now=work.now, **phone_values(work, doctor.account_id, phone)
    )
    if doctor.practitioner_id is not None:
        await write_to_register(work, doctor.practitioner_id, phone)
    await record(work, doctor, "phone.changed", object_type="account", object_id=doctor.account_id)


async def write_to_register(work: Work, practitioner_id: UUID, phone: str) -> None:
    """Keeps the register's contact in step with the verified phone: offices call the number that answers."""
    sealed = work.system.sealer.seal(phone, "practitioner.phone", practitioner_id)
    await work.tx.run(_SET_IN_REGISTER, practitioner_id=practitioner_id, phone_sealed=sealed)


def _changeable(work: Work, owner: Owner) -> str:
    """The old phone, if it may be changed now. Raises PhoneNotVerified or PhoneChangedRecently."""
    if owner.verified_phone is None:
        raise PhoneNotVerified
    if owner.phone_changed_at is not None and work.now < owner.phone_changed_at + PAUSE:
        available = owner.phone_changed_at + PAUSE
        raise PhoneChangedRecently(
            available_at=available.isoformat(),
            headers={"Retry-After": str(max(1, int((available - work.now).total_seconds())))},
        )
    return owner.verified_phone


def _own(account_id: UUID | None, doctor: Doctor) -> None:
    if account_id != doctor.account_id:
        raise TicketGone
