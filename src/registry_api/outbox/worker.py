"""Delivers outbox events: at least once, with a lease, back-off and dead letters."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from registry_api.kit.db import CONNECTION_FAULTS
from registry_api.kit.work import System, Work

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)
MAX_ATTEMPTS = 12
POLL_SECONDS = 0.25

_LEASE = """
UPDATE outbox_event SET leased_until = $2, attempts = attempts + 1 WHERE id IN (
    SELECT id FROM outbox_event
    WHERE finished_at IS NULL AND failed_at IS NULL AND run_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
    AND kind = ANY ($4)
    ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, payload, attempts
"""
_FINISH = (
    "UPDATE outbox_event SET finished_at = $2, leased_until = NULL WHERE id = $1 AND finished_at IS NULL"
)
_RETRY = "UPDATE outbox_event SET run_at = $2, leased_until = NULL, last_error = $3 WHERE id = $1"
_BURY = "UPDATE outbox_event SET failed_at = $2, leased_until = NULL, last_error = $3 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Event:
    """A leased event; handlers deduplicate by `id`."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int


class TryLater(Exception):  # noqa: N818 (no error of ours: another system is away)
    """Handled again after a growing pause, as often as it takes; it is the handler that knows when it is too late.

    `longest` bounds the pause. The reason is logged, so it names nobody.
    """

    def __init__(self, reason: str, longest: timedelta) -> None:
        super().__init__(reason)
        self.longest = longest


Handler = Callable[[Work, Event], Awaitable[None]]
OpenWork = Callable[[Any], Awaitable[Work]]


@dataclass(frozen=True, slots=True)
class Lane:
    """Kinds of events that may wait for each other and for no others: each lane has a loop of its own.

    A batch must be handled well within the lease: `batch` / `at_once` times the longest that a handler takes.
    """

    handlers: Mapping[str, Handler]
    batch: int = 50
    at_once: int = 1


async def deliver_due(system: System, lane: Lane, open_work: OpenWork) -> int:
    """Handles what is due now in a lane; gives the number of events tried.

    The handler's changes and the mark that it is done commit together, so an event whose worker dies is handled
    again and one that is done is not.
    """
    now = system.clock.now()
    async with system.database.transaction() as tx:
        rows = await tx.connection.fetch(_LEASE, now, now + LEASE, lane.batch, list(lane.handlers))
    events = [Event(row["id"], row["kind"], row["payload"], row["attempts"]) for row in rows]
    waiting = iter(sorted(events, key=lambda event: event.id))
    while group := list(islice(waiting, lane.at_once)):
        await _all_of([_handle(system, lane, open_work, event) for event in group])
    return len(events)


async def _all_of(handling: Sequence[Awaitable[None]]) -> None:
    """Lets each come to its end, then raises the first fault: one that is cancelled half-way would be done twice."""
    for outcome in await asyncio.gather(*handling, return_exceptions=True):
        if outcome is not None:
            raise outcome


async def _handle(system: System, lane: Lane, open_work: OpenWork, event: Event) -> None:
    try:
        async with system.database.transaction() as tx:
            work = await open_work(tx)
            await lane.handlers[event.kind](work, event)
            await tx.connection.execute(_FINISH, event.id, work.now)
    except CONNECTION_FAULTS:
        raise
    except TryLater as later:
        log.warning("event %s of kind %s waits: %s", event.id, event.kind, later)
        await _put_back(system, event, str(later), longest=later.longest)
    except Exception as error:
        log.exception("event %s of kind %s failed", event.id, event.kind)
        await _put_back(system, event, type(error).__name__)


async def _put_back(system: System, event: Event, error: str, *, longest: timedelta | None = None) -> None:
    """For another try after 2, 4, 8 … seconds; for good after many, unless `longest` says that it may go on."""
    now = system.clock.now()
    async with system.database.transaction() as tx:
        if longest is None and event.attempts >= MAX_ATTEMPTS:
            await tx.connection.execute(_BURY, event.id, now, error)
        else:
            limit = longest or timedelta(hours=1)
            pause = min(timedelta(seconds=2 ** min(event.attempts, MAX_ATTEMPTS)), limit)
            await tx.connection.execute(_RETRY, event.id, now + pause, error)


async def run_until(stop: asyncio.Event, once: Callable[[], Awaitable[int]]) -> None:
    """Calls `once` until `stop`; pauses when there is nothing to do, longer when the database is away."""
    while not stop.is_set():
        pause = POLL_SECONDS
        try:
            if await once():
                continue
        except CONNECTION_FAULTS as fault:
            log.warning("database unavailable: %s", type(fault).__name__)
            pause = 1.0
        except Exception:
            log.exception("worker")
            pause = 1.0
        try:
            async with asyncio.timeout(pause):
                await stop.wait()
        except TimeoutError:
            continue
