"""Delivers outbox events: at least once, with a lease, back-off and dead letters."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from registry_api.kit.db import CONNECTION_FAULTS
from registry_api.kit.work import System, Work

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)
MAX_ATTEMPTS = 12
BATCH = 50
POLL_SECONDS = 0.25

_LEASE = """
UPDATE outbox_event SET leased_until = $2, attempts = attempts + 1 WHERE id IN (
    SELECT id FROM outbox_event
    WHERE finished_at IS NULL AND failed_at IS NULL AND run_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
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


Handler = Callable[[Work, Event], Awaitable[None]]
OpenWork = Callable[[Any], Awaitable[Work]]


async def deliver_due(system: System, handlers: Mapping[str, Handler], open_work: OpenWork) -> int:
    """Handles what is due now; gives the number of events tried.

    The handler's changes and the mark that it is done commit together, so an event whose worker dies is handled
    again and one that is done is not.
    """
    now = system.clock.now()
    async with system.database.transaction() as tx:
        rows = await tx.connection.fetch(_LEASE, now, now + LEASE, BATCH)
    events = [Event(row["id"], row["kind"], row["payload"], row["attempts"]) for row in rows]
    for event in sorted(events, key=lambda event: event.id):
        try:
            async with system.database.transaction() as tx:
                work = await open_work(tx)
                await handlers[event.kind](work, event)
                await tx.connection.execute(_FINISH, event.id, work.now)
        except CONNECTION_FAULTS:
            raise
        except Exception as error:
            log.exception("event %s of kind %s failed", event.id, event.kind)
            await _put_back(system, event, type(error).__name__)
    return len(events)


async def _put_back(system: System, event: Event, error: str) -> None:
    now = system.clock.now()
    async with system.database.transaction() as tx:
        if event.attempts >= MAX_ATTEMPTS:
            await tx.connection.execute(_BURY, event.id, now, error)
        else:
            pause = timedelta(seconds=min(2**event.attempts, 3600))
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
