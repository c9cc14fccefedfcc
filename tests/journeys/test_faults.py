"""What goes wrong around the service: a lost database, callers who hang up, a statement that fails, a killed worker."""

import asyncio
import re
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest

from registry_api.kit.clock import SystemClock
from registry_api.kit.settings import Settings
from registry_api.launcher.postgres import EmbeddedPostgres, free_port
from registry_api.parts import make_system
from registry_api.worker import deliver
from tests.support.database import METRICS_TOKEN, fresh_system
from tests.support.invariants import broken_invariants
from tests.support.people import Chain
from tests.support.server import Server, running, served

PATIENCE_SECONDS = 30.0
HANG_UPS = 100


@dataclass
class Fragile:
    """A served system whose database can be stopped."""

    server: Server
    postgres: EmbeddedPostgres

    @property
    def settings(self) -> Settings:
        return self.server.settings


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fragile]:
    with (
        fresh_system(tmp_path_factory.mktemp("fragile"), port=free_port(), durable=True) as (
            settings,
            postgres,
        ),
        served(settings) as server,
    ):
        yield Fragile(server, postgres)


@pytest.fixture
def visitor(fragile: Fragile) -> Iterator[httpx.Client]:
    """A doctor who is signed in."""
    login = fragile.server.pool.doctors[0].login
    with httpx.Client(
        base_url=fragile.server.origin, headers={"X-Registry-Realm": "doctor"}, timeout=20
    ) as client:
        answer = client.post(
            "/api/v1/sessions",
            json={"realm": "doctor", "login_name": login.login_name, "password": login.password},
            headers={"X-Registry-Device": login.device_token},
        )
        assert answer.status_code == 201, answer.text
        yield client


def eventually(holds: Callable[[], Any]) -> None:
    """Asks again until `holds` gives something true; fails when patience ends."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(0.05)


async def eventually_so(holds: Callable[[], Awaitable[bool]]) -> None:
    """The same, for a question to the database."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not await holds():
        assert time.monotonic() < give_up, "it never came to that"
        await asyncio.sleep(0.05)


def test_lost_database_is_503_and_comes_back_by_itself(fragile: Fragile, visitor: httpx.Client) -> None:
    assert visitor.get("/api/v1/me").status_code == 200
    fragile.postgres.stop()
    try:
        for _ in range(3):
            answer = visitor.get("/api/v1/me")
            assert answer.status_code == 503, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["code"] == "service_unavailable"
        assert visitor.get("/readyz").status_code == 503
        assert visitor.get("/healthz").status_code == 200
    finally:
        fragile.postgres.start()
    eventually(lambda: visitor.get("/api/v1/me").status_code == 200)
    assert visitor.get("/readyz").status_code == 200


async def test_callers_who_hang_up_leave_no_connection_behind(
    fragile: Fragile, visitor: httpx.Client
) -> None:
    parts = urlsplit(fragile.server.origin)
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    common = f"Host: {parts.netloc}\r\nX-Registry-Realm: doctor\r\nCookie: {cookies}\r\n"
    body = '{"type": "registration", "payload": {}}'
    create = f"POST /api/v1/doctor/applications HTTP/1.1\r\n{common}Content-Type: application/json\r\n"
    requests = (
        f"GET /api/v1/doctor/application-options HTTP/1.1\r\n{common}\r\n",
        f"{create}Content-Length: {len(body)}\r\n\r\n{body}",
        f"{create}Content-Length: {len(body)}\r\n\r\n{body[:10]}",
    )
    for number in range(HANG_UPS):
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as caller:
            # Close with a reset, as a browser does whose tab is closed.
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            caller.sendall(requests[number % len(requests)].encode())

    def at_rest() -> bool:
        answer = visitor.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        found = re.search(r"^registry_database_connections_in_use (\S+)$", answer.text, re.MULTILINE)
        return found is not None and float(found[1]) == 0

    eventually(at_rest)
    owner = await asyncpg.connect(fragile.settings.owner_dsn)
    try:
        # A transaction whose end nobody saw to still holds its own lock.
        stuck = await owner.fetchval(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE a.usename = 'registry_app' AND l.locktype = 'virtualxid'"
        )
        assert stuck == 0
        assert await broken_invariants(owner) == {}
    finally:
        await owner.close()


async def test_approval_that_fails_half_way_changes_nothing(chain: Chain) -> None:
    await chain.advance("accepted")
    owner = await asyncpg.connect(chain.cast.settings.owner_dsn)
    try:
        before = await _everything(owner, chain.id)
        # The effect is written together, after the number was taken and before the application moves.
        await owner.execute("REVOKE INSERT ON register_entry FROM registry_app")
        try:
            failed = await chain.act(chain.approver, "approve")
        finally:
            await owner.execute("GRANT INSERT ON register_entry TO registry_app")
        assert failed.status_code == 500
        assert failed.json()["code"] == "internal"
        assert "register_entry" not in failed.text
        assert await _everything(owner, chain.id) == before

        await chain.take(chain.approver, "approve")
        assert chain.application["status"] == "approved"
    finally:
        await owner.close()


async def test_event_of_a_killed_worker_is_delivered_again_and_told_once(fragile: Fragile) -> None:
    """The worker dies between taking the event and finishing it: the lease runs out and another takes over."""
    settings = fragile.settings
    owner = await asyncpg.connect(settings.owner_dsn)
    try:
        with running(settings, "worker"):
            await eventually_so(lambda: _nothing_due(owner))
        event_id, application_id = await _new_event(owner)
        # The worker takes the event and then waits here for the lock, in the middle of handling it.
        lock = owner.transaction()
        await lock.start()
        await owner.execute("LOCK TABLE notice IN ACCESS EXCLUSIVE MODE")
        with running(settings, "worker") as worker:
            watcher = await asyncpg.connect(settings.owner_dsn)
            await eventually_so(lambda: _waits(watcher))
            worker.send_signal(signal.SIGKILL)
            await asyncio.to_thread(worker.wait, 10)
            await lock.rollback()
            await eventually_so(lambda: _is_gone(watcher))
            await watcher.close()
        row = await owner.fetchrow("SELECT * FROM outbox_event WHERE id = $1", event_id)
        assert (row["attempts"], row["finished_at"]) == (1, None)
        assert await _told(owner, event_id) == 0

        later = MovedClock(timedelta(minutes=2))
        system = make_system(settings, dsn=settings.worker_dsn, clock=later)
        await system.database.open()
        while await deliver(system):
            pass
        await system.database.close()

        row = await owner.fetchrow("SELECT * FROM outbox_event WHERE id = $1", event_id)
        assert row["attempts"] == 2
        assert row["finished_at"] is not None
        people = await owner.fetchval(
            "SELECT count(*) FROM account a JOIN application p ON p.practitioner_id = a.practitioner_id"
            " WHERE p.id = $1 AND a.status = 'active'",
            application_id,
        )
        assert await _told(owner, event_id) == people == 1
    finally:
        await owner.close()


class MovedClock(SystemClock):
    """The machine's clock, some time ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return super().now() + self._ahead


async def _everything(owner: Any, application_id: str) -> dict[str, Any]:
    """Whatever an approval writes."""
    one = "SELECT * FROM application WHERE id::text = $1"
    found: dict[str, Any] = {"application": await owner.fetch(one, application_id)}
    for table in (
        *("registration", "practice", "standing", "register_entry", "application_step", "audit_event"),
        *("outbox_event", "notice", "idempotency_record"),
    ):
        found[table] = await owner.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 (named above)
    return found


async def _nothing_due(owner: Any) -> bool:
    return not await owner.fetchval(
        "SELECT count(*) FROM outbox_event WHERE finished_at IS NULL AND run_at <= now()"
    )


async def _new_event(owner: Any) -> tuple[Any, Any]:
    """An event as the service writes it, of an application whose applicant has an account."""
    application = await owner.fetchrow(
        "SELECT p.id, p.version FROM application p JOIN account a ON a.practitioner_id = p.practitioner_id"
        " WHERE p.status = 'accepted' AND a.status = 'active' LIMIT 1"
    )
    event_id = uuid4()
    await owner.execute(
        "INSERT INTO outbox_event (id, kind, payload, created_at, run_at) VALUES"
        " ($1, 'application.moved', jsonb_build_object('application_id', $2::text, 'action', 'accept',"
        " 'to', 'accepted', 'version', $3::int), now(), now())",
        event_id,
        str(application["id"]),
        application["version"],
    )
    return event_id, application["id"]


async def _waits(watcher: Any) -> bool:
    return bool(
        await watcher.fetchval(
            "SELECT count(*) FROM pg_locks WHERE relation = 'notice'::regclass AND NOT granted"
        )
    )


async def _is_gone(watcher: Any) -> bool:
    """Whether the server has noticed that the worker died: its lock request ends with it."""
    return not await watcher.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'registry_worker'"
    )


async def _told(owner: Any, event_id: Any) -> int:
    return int(await owner.fetchval("SELECT count(*) FROM notice WHERE event_id = $1", event_id))
