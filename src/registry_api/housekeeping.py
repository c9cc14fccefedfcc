"""Rows that have served their time go, a bounded number at once, so that nothing waits behind their deletion."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select

from registry_api.accounts.models import (
    AccountSession,
    AttemptCounter,
    KnownDevice,
    OneTimeTicket,
    RefreshToken,
    VerificationCode,
)
from registry_api.captchas.models import Captcha, SpentProof
from registry_api.kit.db import Database, Statement, unread
from registry_api.kit.idempotency import IdempotencyRecord
from registry_api.kit.work import System
from registry_api.messages.models import Message
from registry_api.outbox.models import OutboxEvent
from registry_api.wechat.models import WechatLogin

BATCH = 1000
_MOST_BATCHES = 50
"""Of one table in one round: what is left then waits for the next."""
_ONE_CLEANER = 4714

AT_ONCE = timedelta(0)
A_DAY = timedelta(days=1)
FOR_COMPLAINTS = timedelta(days=7)
"""Old codes, tickets and messages are there as long, to explain what somebody complains of."""
NETWORK_LOG = timedelta(days=184)
"""Who signed in when and from where: at least six months (网络安全法), which have 184 days at most."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Rows of one table that go when `kept` has passed since an instant of theirs."""

    deletion: Statement[None]
    kept: timedelta


def _ended(key: Any, since: Any, kept: timedelta) -> Ended:
    due = select(key).where(since < bindparam("before")).order_by(since).limit(BATCH)
    return Ended(Statement(delete(key.class_).where(key.in_(due)), unread), kept)


ENDED = (
    _ended(IdempotencyRecord.id, IdempotencyRecord.created_at, A_DAY),
    _ended(OutboxEvent.id, OutboxEvent.finished_at, timedelta(days=30)),
    _ended(AttemptCounter.key, AttemptCounter.window_start, A_DAY),
    _ended(Message.id, Message.created_at, FOR_COMPLAINTS),
    _ended(OneTimeTicket.id, OneTimeTicket.expires_at, FOR_COMPLAINTS),
    _ended(VerificationCode.id, VerificationCode.expires_at, FOR_COMPLAINTS),
    _ended(RefreshToken.id, RefreshToken.expires_at, A_DAY),
    _ended(WechatLogin.id, WechatLogin.expires_at, A_DAY),
    _ended(Captcha.id, Captcha.expires_at, AT_ONCE),
    _ended(SpentProof.challenge_hash, SpentProof.expires_at, AT_ONCE),
    _ended(AccountSession.id, AccountSession.expires_at, NETWORK_LOG),
    # A session that was opened on it at its very end lives half a day, and names it until it goes.
    _ended(KnownDevice.id, KnownDevice.expires_at, NETWORK_LOG + A_DAY),
)


async def delete_ended(system: System) -> None:
    """Deletes what has ended, table by table, in transactions of at most a thousand rows; one cleaner at a time."""
    now = system.clock.now()
    for ended in ENDED:
        for _ in range(_MOST_BATCHES):
            if await _delete_some(system.database, ended, now) < BATCH:
                break


async def _delete_some(database: Database, ended: Ended, now: datetime) -> int:
    async with database.transaction() as tx:
        if not await tx.connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _ONE_CLEANER):
            return 0
        return await tx.run(ended.deletion, before=now - ended.kept)
