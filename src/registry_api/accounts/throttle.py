"""Throttles that a parallel burst cannot outrun: an attempt is reserved, and committed, before it is evaluated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry_api.accounts import queries
from registry_api.kit.problems import TooManyRequests
from registry_api.kit.work import System


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `allowed` in a `window` that begins with the first. `key` holds no personal data in clear."""

    key: str
    allowed: int
    window: timedelta


def address_limit(purpose: str, address: str | None, allowed: int, window: timedelta) -> Limit:
    """For one network address; a hospital works from one, so it only stops floods."""
    return Limit(f"{purpose}/address/{address or 'unknown'}", allowed, window)


async def reserve(system: System, limits: Sequence[Limit], now: datetime) -> int:
    """Counts one attempt against each limit, in a transaction of its own; gives the count under the last.

    The first limit that is exceeded refuses with TooManyRequests, and what was counted stays counted. `now` is UTC.
    """
    count = 0
    refused: datetime | None = None
    async with system.counters.transaction() as tx:
        for limit in limits:
            counted = await tx.get(
                queries.RESERVE_ATTEMPT, key=limit.key, now=now, window_opened=now - limit.window
            )
            count = counted.attempts
            if count > limit.allowed:
                refused = counted.window_start + limit.window
                break
    if refused is not None:
        raise TooManyRequests(headers={"Retry-After": str(max(1, int((refused - now).total_seconds())))})
    return count
