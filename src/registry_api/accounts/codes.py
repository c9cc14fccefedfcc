"""Six-digit codes to a phone: five minutes, five attempts, one use; a newer one voids the older.

A guess succeeds with 5 in 10^6 for a code, 50 in 10^6 for a number and day.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from registry_api.accounts.door import enter_account
from registry_api.accounts.models import CodePurpose, VerificationCode
from registry_api.accounts.throttle import Limit, address_limit, reserve
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import InvalidBody, TooManyRequests
from registry_api.kit.work import Work
from registry_api.messages.service import send

LIFETIME = timedelta(minutes=5)
ATTEMPTS = 5
PAUSE = timedelta(seconds=60)
A_DAY_PER_NUMBER = 10
AN_HOUR_PER_ADDRESS = 100
_PHONE_PLACE = "verification_code.phone"

_NAMES = ("id", "account_id", "purpose", "phone_sealed", "code_hash", "created_at", "expires_at")
_INSERT = Statement(insert(VerificationCode).values({name: bindparam(name) for name in _NAMES}), unread)


@dataclass(frozen=True, slots=True)
class _Code:
    id: UUID
    phone_sealed: bytes
    code_hash: bytes
    expires_at: datetime
    attempts: int
    consumed_at: datetime | None


_newest = (
    select(VerificationCode.id)
    .where(
        VerificationCode.account_id == bindparam("account_id"),
        VerificationCode.purpose == bindparam("purpose"),
    )
    .order_by(VerificationCode.id.desc())
    .limit(1)
    .scalar_subquery()
)
_TRY = Statement(
    update(VerificationCode)
    .where(VerificationCode.id == _newest)
    .values(attempts=VerificationCode.attempts + 1)
    .returning(*(getattr(VerificationCode, name) for name in _Code.__dataclass_fields__)),
    _Code,
)
_CONSUME = Statement(
    update(VerificationCode)
    .where(VerificationCode.id == bindparam("code_id"), VerificationCode.consumed_at.is_(None))
    .values(consumed_at=bindparam("now")),
    unread,
)


async def send_code(work: Work, account_id: UUID, purpose: CodePurpose, phone: str) -> None:
    """Sends a code to `phone` (normalised); the scope is the account's. Raises TooManyRequests.

    The limits are counted before anything is written: 500 requests at once send one message.
    """
    settings = work.system.settings
    number = work.system.blind_index.of("phone", phone).hex()
    await reserve(
        work.system,
        (
            Limit(f"sms/pause/{number}", 1, PAUSE),
            Limit(f"sms/day/{number}", A_DAY_PER_NUMBER, timedelta(days=1)),
            address_limit("sms", work.address, AN_HOUR_PER_ADDRESS, timedelta(hours=1)),
            Limit("sms/everybody", settings.sms_daily_budget, timedelta(days=1)),
        ),
        work.now,
    )
    code, code_id = f"{secrets.randbelow(1_000_000):06d}", new_id()
    await work.tx.run(
        _INSERT,
        id=code_id,
        account_id=account_id,
        purpose=purpose,
        phone_sealed=work.system.sealer.seal(phone, _PHONE_PLACE, code_id),
        code_hash=_hash(work, code_id, code),
        created_at=work.now,
        expires_at=work.now + LIFETIME,
    )
    await send(
        work, "sms", f"code_{purpose}", phone, {"code": code}, account_id=account_id, lifetime=LIFETIME
    )


async def check_code(
    work: Work, account_id: UUID, purpose: CodePurpose, code: str, *, place: str = "/code"
) -> str:
    """The phone that the right code was sent to. Raises InvalidBody at `place`, or TooManyRequests.

    The attempt is committed before the code is compared, so that no burst gets more than five.
    """
    async with work.system.counters.transaction() as tx:
        attempt = Work(work.system, tx, work.now, work.language, work.request_id, work.address, work.calendar)
        if await enter_account(attempt, account_id) is None:
            raise InvalidBody([{"pointer": place, "code": "wrong_code"}])
        found = await tx.find(_TRY, account_id=account_id, purpose=purpose)
    if found is None or found.consumed_at is not None or found.expires_at <= work.now:
        raise InvalidBody([{"pointer": place, "code": "code_ended"}])
    if found.attempts > ATTEMPTS:
        raise TooManyRequests(headers={"Retry-After": str(int(PAUSE.total_seconds()))})
    if not hmac.compare_digest(found.code_hash, _hash(work, found.id, code.strip())):
        raise InvalidBody([{"pointer": place, "code": "wrong_code"}])
    if not await work.tx.run(_CONSUME, code_id=found.id, now=work.now):
        raise InvalidBody([{"pointer": place, "code": "code_ended"}])
    return work.system.sealer.open_text(found.phone_sealed, _PHONE_PLACE, found.id)


def _hash(work: Work, code_id: UUID, code: str) -> bytes:
    return work.system.blind_index.of("verification_code", f"{code_id}/{code}")
