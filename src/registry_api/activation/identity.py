"""医师信息自动校验: the account's person, looked up in the qualification register."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Uuid, bindparam, column, func, select, update

from registry_api.accounts.door import enter_account
from registry_api.accounts.models import Account
from registry_api.accounts.principals import Doctor
from registry_api.accounts.reach import get_owner
from registry_api.activation.schemas import Contact, IdentityVerification, Outcome
from registry_api.audit.service import record
from registry_api.kit.db import Statement, unread
from registry_api.kit.problems import CONSTRAINTS, Problem
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.practitioners.identity import is_registered_name
from registry_api.practitioners.models import Practitioner


class IdentityTaken(Problem):
    """Another account was matched with the same entry at the same moment."""

    status, code = 409, "identity_taken"


CONSTRAINTS["uq_account_practitioner_id"] = IdentityTaken


@dataclass(frozen=True, slots=True)
class _Match:
    practitioner_id: UUID
    registered_name: str
    taken: bool


_MATCH = Statement(
    select(column("practitioner_id"), column("registered_name"), column("taken")).select_from(
        func.match_identity(bindparam("account_id", type_=Uuid)).table_valued(
            "practitioner_id", "registered_name", "taken"
        )
    ),
    _Match,
)
_ASK = Statement(
    select(column("name"), column("phone"), column("address")).select_from(
        func.whom_to_ask(bindparam("account_id", type_=Uuid)).table_valued("name", "phone", "address")
    ),
    lambda name, phone, address: Contact(name=name, phone=phone, address=address),
)
_LINK = Statement(
    update(Account)
    .where(Account.id == bindparam("account_id"), Account.practitioner_id.is_(None))
    .values(practitioner_id=bindparam("found_id")),
    unread,
)
_SET_PHONE = Statement(
    update(Practitioner)
    .where(Practitioner.id == bindparam("practitioner_id"))
    .values(phone_sealed=bindparam("phone_sealed")),
    unread,
)


async def verify_identity(work: Work, doctor: Doctor) -> IdentityVerification:
    """Links the account with its person in the register, or says why not and whom to ask. Repeating it is harmless."""
    if doctor.practitioner_id is not None:
        return _told(work, "matched", None)
    found = await work.tx.find(_MATCH, account_id=doctor.account_id)
    outcome: Outcome = "not_found"
    if found is not None:
        same = is_registered_name(found.registered_name, doctor.name)
        outcome = ("taken" if found.taken else "matched") if same else "name_differs"
    event = "identity.verified" if outcome == "matched" else "identity.not_verified"
    await record(
        work,
        doctor,
        event,
        object_type="account",
        object_id=doctor.account_id,
        outcome="done" if outcome == "matched" else "refused",
        details={"outcome": outcome},
    )
    if found is None or outcome != "matched":
        contact = await work.tx.find(_ASK, account_id=doctor.account_id)
        return _told(work, outcome, contact)
    await work.tx.run(_LINK, account_id=doctor.account_id, found_id=found.practitioner_id)
    await keep_phone_in_step(work, await enter_again(work, doctor))
    return _told(work, "matched", None)


def _told(work: Work, outcome: Outcome, contact: Contact | None) -> IdentityVerification:
    message = text(f"identity_outcome.{outcome}", work.language)
    return IdentityVerification(outcome=outcome, message=message, contact=contact)


async def enter_again(work: Work, doctor: Doctor) -> Doctor:
    """The doctor as the account is now, with the scope that goes with it."""
    entered = await enter_account(work, doctor.account_id)
    if not isinstance(entered, Doctor):
        raise TypeError(doctor.account_id)
    return replace(entered, session_id=doctor.session_id)


async def keep_phone_in_step(work: Work, doctor: Doctor) -> None:
    """The register shows offices the phone that the doctor verified."""
    phone = (await get_owner(work, doctor.account_id)).verified_phone
    if doctor.practitioner_id is not None and phone is not None:
        sealed = work.system.sealer.seal(phone, "practitioner.phone", doctor.practitioner_id)
        await work.tx.run(_SET_PHONE, practitioner_id=doctor.practitioner_id, phone_sealed=sealed)
