"""The worker process: outbox, hash chain, acceptance by default, and cleaning up."""

import asyncio
import contextlib
import signal
from datetime import timedelta
from typing import Any
from uuid import UUID

from registry_api.accounts.principals import Principal
from registry_api.applications import queries
from registry_api.applications.perform import accept_by_default
from registry_api.audit.chain import seal_events
from registry_api.kit.ids import new_id
from registry_api.kit.settings import Settings
from registry_api.kit.storage import BlobMissing
from registry_api.kit.work import System, Work
from registry_api.notices.service import tell
from registry_api.outbox.worker import Event, Handler, deliver_due, run_until
from registry_api.parts import make_system, read_calendar

KEEP_ANSWERS = timedelta(hours=24)
KEEP_EVENTS = timedelta(days=30)
_CLEAN = (
    ("DELETE FROM idempotency_record WHERE created_at < $1", KEEP_ANSWERS),
    ("DELETE FROM outbox_event WHERE finished_at < $1", KEEP_EVENTS),
    ("DELETE FROM attempt_counter WHERE window_start < $1", KEEP_ANSWERS),
)
_CLEAN_SECONDS = 600.0


async def accept_due(work: Work, event: Event) -> None:
    """Five working days have passed without a correction list: accepted as the law supposes (行政许可法 32)."""
    case = await work.tx.find(
        queries.locked_case_for_worker(), application_id=UUID(event.payload["application_id"])
    )
    if case is not None and case.status == "authority_review" and case.version == event.payload["version"]:
        await accept_by_default(work, case, _SYSTEM)


async def remove_photo(work: Work, event: Event) -> None:
    """Removes the file of a deleted draft; one that is gone already is fine."""
    with contextlib.suppress(BlobMissing):
        await work.system.storage.delete(event.payload["storage_key"])


_SYSTEM = Principal(
    session_id=None,
    account_id=UUID(int=0),
    realm="authority",
    role="system",
    name="系统",
    office="",
    id_number_index=None,
    scopes=None,
)
HANDLERS: dict[str, Handler] = {
    "application.moved": tell,
    "application.acceptance_due": accept_due,
    "photo.removed": remove_photo,
}


async def deliver(system: System) -> int:
    """Handles what is due; see `outbox.worker.deliver_due`."""

    async def open_work(tx: Any) -> Work:
        return Work(
            system=system,
            tx=tx,
            now=system.clock.now(),
            language="zh-CN",
            request_id=f"worker-{new_id()}",
            address=None,
            calendar=await read_calendar(tx.connection),
        )

    return await deliver_due(system, HANDLERS, open_work)


async def clean(system: System) -> None:
    """Deletes what has served its time."""
    now = system.clock.now()
    async with system.database.transaction() as tx:
        for statement, kept in _CLEAN:
            await tx.connection.execute(statement, now - kept)


async def run_worker(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, finishing what is under way."""
    system = make_system(settings, dsn=settings.worker_dsn)
    await system.database.open()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(run_until(stop, lambda: deliver(system)))
        tasks.create_task(run_until(stop, lambda: seal_events(system.database)))
        tasks.create_task(run_until(stop, lambda: _clean_slowly(system, stop)))
    await system.database.close()


async def _clean_slowly(system: System, stop: asyncio.Event) -> int:
    await clean(system)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CLEAN_SECONDS):
            await stop.wait()
    return 0
