"""Who asks: the account behind what was typed, and whether the ID number is known to them. Tells nobody anything."""

import hmac
from datetime import timedelta

from registry_api.accounts.door import enter_account, find_account
from registry_api.accounts.phones import normal_phone
from registry_api.accounts.reach import Owner, find_owner
from registry_api.kit.work import Work

IDLE = timedelta(days=60)
"""Carriers give a number to somebody else after 90 days at the earliest; nobody's number is believed alone for longer
than this. See `knows_identity`."""
TAIL = 6


async def find_doctor(work: Work, typed: str) -> Owner | None:
    """The doctor with this login name or verified phone, if codes reach the account; its scope is set then.

    Scope without a proof: what follows writes to the account's phone only, and the caller learns nothing.
    """
    phone = normal_phone(typed)
    found = await find_account(work, "doctor", "login_name", typed)
    if found is None and phone is not None:
        found = await find_account(work, "doctor", "phone", phone)
    if found is None or await enter_account(work, found.id) is None:
        return None
    owner = await find_owner(work, found.id)
    return owner if owner is not None and owner.reached_phone is not None else None


def knows_identity(work: Work, owner: Owner, typed: str) -> bool:
    """Whether `typed` is the end of the person's ID number; all of it after 60 days without a sign-in.

    A number that lay idle may be somebody else's by now, and six digits of an ID number are in too many hands:
    the new holder of a recycled number must not get in with them (security.md, section 3).
    """
    if owner.id_number is None:
        return False
    seen = max(filter(None, (owner.last_signed_in_at, owner.phone_verified_at)), default=None)
    idle = seen is None or work.now - seen > IDLE
    wanted = owner.id_number if idle else owner.id_number[-TAIL:]
    given = typed.upper() if idle else typed.upper()[-TAIL:]
    return hmac.compare_digest(wanted.encode(), given.encode())
