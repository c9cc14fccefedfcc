"""Who asks: the account behind what was typed, and whether the ID number is known to them. Tells nobody anything."""

import hmac
from datetime import timedelta

from registry_api.accounts.codes import A_DAY_PER_NUMBER, PAUSE
from registry_api.accounts.door import enter_account, find_account
from registry_api.accounts.phones import normal_phone
from registry_api.accounts.reach import Owner, find_owner
from registry_api.accounts.throttle import Limit
from registry_api.kit.ids import new_id
from registry_api.kit.work import Work

IDLE = timedelta(days=60)
"""Carriers give a number to somebody else after 90 days at the earliest; nobody's number is believed alone for longer
than this. See `knows_identity`."""
TAIL = 6


async def find_doctor(work: Work, typed: str) -> Owner | None:
    """The doctor with this login name or verified phone, if the account can be recovered; its scope is set then.

    The same statements run whether or not there is one. Scope without a proof: what follows writes to the account's
    phone only, and the caller learns nothing.
    """
    phone = normal_phone(typed)
    by_name = await find_account(work, "doctor", "login_name", typed)
    by_phone = await find_account(work, "doctor", "phone", phone or "")
    found = by_name or by_phone
    account_id = found.id if found is not None else new_id()
    await enter_account(work, account_id)
    owner = await find_owner(work, account_id)
    return owner if owner is not None and owner.verified_phone is not None else None


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


def decoy_limits(purpose: str, key: str) -> tuple[Limit, ...]:
    """As many counters as a message that is sent would count, so that one that is not takes as long."""
    day = timedelta(days=1)
    return (
        Limit(f"{purpose}/pause/{key}", 1, PAUSE),
        Limit(f"{purpose}/day/{key}", A_DAY_PER_NUMBER, day),
        Limit(f"{purpose}/address/{key}", A_DAY_PER_NUMBER, day),
        Limit(f"{purpose}/nobody", 2**30, day),
    )
