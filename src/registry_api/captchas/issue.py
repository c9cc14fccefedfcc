"""Gives out captchas and puzzles."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from sqlalchemy import bindparam, insert, update

from registry_api.accounts.throttle import address_limit, reserve
from registry_api.captchas.models import Captcha
from registry_api.captchas.picture import draw
from registry_api.captchas.service import Purpose, answer_hash
from registry_api.captchas.sound import speak
from registry_api.captchas.work_proofs import Puzzle, make_puzzle
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import NotFound, ServiceUnavailable
from registry_api.kit.work import System

LIFETIME = timedelta(minutes=5)
LENGTH = 5
DIGITS = "023456789"
"""No 1: written it is taken for 7, and spoken too (yi, qi). One guess succeeds with 1 in 59,049."""
HEARINGS = 3
A_MINUTE_PER_ADDRESS = 200
_MINUTE = timedelta(minutes=1)
_PLACE = "captcha.answer"
_WAITING = 200
_makers = CapacityLimiter(2)
"""Threads that paint, speak and compute: a flood of captchas leaves the rest of the service its time."""

_NAMES = ("id", "purpose", "answer_hash", "answer_sealed", "created_at", "expires_at")
_INSERT = Statement(insert(Captcha).values({name: bindparam(name) for name in _NAMES}), unread)
_HEAR = Statement(
    update(Captcha)
    .where(
        Captcha.id == bindparam("captcha_id"),
        Captcha.used_at.is_(None),
        Captcha.expires_at > bindparam("now"),
        Captcha.heard < HEARINGS,
    )
    .values(heard=Captcha.heard + 1)
    .returning(Captcha.answer_sealed),
    bytes,
)

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class IssuedCaptcha:
    """What its reader gets: `image` is a data URL, `expires_at` UTC."""

    id: UUID
    image: str
    expires_at: datetime


async def make_captcha(system: System, purpose: Purpose, address: str | None) -> IssuedCaptcha:
    """Five digits in a picture. Raises TooManyRequests, ServiceUnavailable."""
    now = system.clock.now()
    await reserve(system, (address_limit("captcha", address, A_MINUTE_PER_ADDRESS, _MINUTE),), now)
    answer = "".join(secrets.choice(DIGITS) for _ in range(LENGTH))
    image = await _in_thread(partial(draw, answer))
    captcha_id, expires_at = new_id(), now + LIFETIME
    async with system.counters.transaction() as tx:
        await tx.run(
            _INSERT,
            id=captcha_id,
            purpose=purpose,
            answer_hash=answer_hash(system.blind_index, captcha_id, answer),
            answer_sealed=system.sealer.seal(answer, _PLACE, captcha_id),
            created_at=now,
            expires_at=expires_at,
        )
    return IssuedCaptcha(captcha_id, image, expires_at)


async def make_sound(system: System, captcha_id: UUID, address: str | None) -> bytes:
    """A WAV of a captcha that is not used yet. Raises NotFound, also the fourth time; TooManyRequests."""
    now = system.clock.now()
    await reserve(system, (address_limit("captcha_sound", address, A_MINUTE_PER_ADDRESS, _MINUTE),), now)
    async with system.counters.transaction() as tx:
        sealed = await tx.find(_HEAR, captcha_id=captcha_id, now=now)
    if sealed is None:
        raise NotFound
    return await _in_thread(partial(speak, system.sealer.open_text(sealed, _PLACE, captcha_id)))


async def make_challenge(system: System, purpose: Purpose, address: str | None) -> Puzzle:
    """A puzzle for a device. Raises TooManyRequests, ServiceUnavailable."""
    now = system.clock.now()
    await reserve(system, (address_limit("puzzle", address, A_MINUTE_PER_ADDRESS, _MINUTE),), now)
    return await _in_thread(partial(make_puzzle, system, purpose, now))


async def _in_thread(make: Callable[[], Made]) -> Made:
    if _makers.statistics().tasks_waiting >= _WAITING:
        raise ServiceUnavailable(headers={"Retry-After": "2"})
    return await to_thread.run_sync(make, limiter=_makers)
