"""The worker process: outbox, messages, hash chain, acceptance by default, and cleaning up."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from registry_api.activation.watches import tell_arrivals
from registry_api.applications import terms
from registry_api.audit.chain import seal_events
from registry_api.housekeeping import delete_ended
from registry_api.identity_cases.retention import expire_evidence
from registry_api.kit.ids import new_id
from registry_api.kit.scrape import serve_metrics
from registry_api.kit.settings import Settings
from registry_api.kit.storage import StorageUnavailable
from registry_api.kit.work import System, Work
from registry_api.licences import following as licences
from registry_api.messages.sending import send_message
from registry_api.notices.countdowns import tell_countdowns
from registry_api.notices.licences import tell_of_licence
from registry_api.notices.photos import tell_photo
from registry_api.notices.service import tell
from registry_api.outbox.figures import measure
from registry_api.outbox.worker import Event, Lane, TryLater, deliver_due, run_until
from registry_api.parts import make_system, read_calendar
from registry_api.photos.own import lapse_pending

_CLEAN_SECONDS = 600.0
_MEASURE_SECONDS = 10.0
_WATCH_SECONDS = 60.0
_COUNT_SECONDS = 3600.0
_STORAGE_PAUSE = timedelta(minutes=10)


async def end_what_is_open(work: Work, event: Event) -> None:
    """A registration has ended: cases about it and a photo that waits have lost their subject."""
    await terms.end_open_cases(work, event)
    await lapse_pending(work, UUID(event.payload["registration_id"]))


async def remove_file(work: Work, event: Event) -> None:
    """Removes a file that no row names any more; one that is gone already is fine. Raises TryLater."""
    try:
        await work.system.storage.delete(event.payload["storage_key"])
    except StorageUnavailable as fault:
        raise TryLater("the storage is away", longest=_STORAGE_PAUSE) from fault


# A gateway or a storage that hangs takes some seconds for each event: neither a term that runs out, nor messages that
# go another way, wait behind it. Two rounds of at most 20 s (the longest time-out that settings allow) end within the
# lease.
LANES = (
    Lane(
        {
            "application.moved": tell,
            "photo.moved": tell_photo,
            "application.acceptance_due": terms.accept_due,
            "application.reminder_due": terms.remind_institution,
            "application.escalation_due": terms.escalate_delay,
            "licence.told": tell_of_licence,
            "registration.ended": end_what_is_open,
        }
    ),
    Lane({"evidence.removed": remove_file, "photo.removed": remove_file}, batch=8, at_once=4),
    # Drawing takes a while, and a licence that is due is nobody else's business.
    Lane({"licence.renewal_due": licences.renew}, batch=8, at_once=2),
    Lane({"licence.stored": licences.sweep}, batch=8, at_once=4),
    Lane({"message.sms_due": send_message}, batch=8, at_once=4),
    Lane({"message.email_due": send_message}, batch=8, at_once=4),
)


async def deliver(system: System, lanes: Sequence[Lane] = LANES) -> int:
    """Handles what is due in some lanes; see `outbox.worker.deliver_due`."""
    return sum([await deliver_due(system, lane, partial(open_work, system)) for lane in lanes])


async def open_work(system: System, tx: Any) -> Work:
    """The worker's unit of work in a transaction."""
    return Work(
        system=system,
        tx=tx,
        now=system.clock.now(),
        language="zh-CN",
        request_id=f"worker-{new_id()}",
        address=None,
        calendar=await read_calendar(tx.connection),
    )


async def answer_watches(system: System) -> None:
    """Tells whose certificates have arrived in the register since, in whatever way they came."""
    async with system.database.transaction() as tx:
        await tell_arrivals(await open_work(system, tx))


async def count_down(system: System) -> None:
    """Tells of terms that end soon or have ended."""
    async with system.database.transaction() as tx:
        await tell_countdowns(await open_work(system, tx))


async def clean(system: System) -> None:
    """Deletes what has served its time."""
    await delete_ended(system)
    expired = 1
    while expired:
        async with system.database.transaction() as tx:
            expired = await expire_evidence(await open_work(system, tx))


async def run_worker(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, finishing what is under way."""
    system = make_system(settings, dsn=settings.worker_dsn)
    await system.database.open()
    await system.counters.open()
    await system.storage.open()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    metrics = None
    if settings.worker_metrics_port:
        token = settings.metrics_token.get_secret_value()
        metrics = await serve_metrics(settings.host, settings.worker_metrics_port, token)
    async with asyncio.TaskGroup() as tasks:
        for lane in LANES:
            tasks.create_task(run_until(stop, partial(deliver, system, (lane,))))
        tasks.create_task(run_until(stop, lambda: seal_events(system.database)))
        tasks.create_task(
            run_until(
                stop,
                lambda: _slowly(stop, clean(system), _CLEAN_SECONDS),
            )
        )
        tasks.create_task(run_until(stop, lambda: _slowly(stop, answer_watches(system), _WATCH_SECONDS)))
        tasks.create_task(run_until(stop, lambda: _slowly(stop, count_down(system), _COUNT_SECONDS)))
        tasks.create_task(run_until(stop, lambda: _slowly(stop, measure(system), _MEASURE_SECONDS)))
    if metrics is not None:
        metrics.close()
    await system.storage.close()
    await system.counters.close()
    await system.database.close()


async def _slowly(stop: asyncio.Event, work: Awaitable[None], seconds: float) -> int:
    """Does the work, then pauses unless it is time to stop."""
    await work
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
    return 0
