"""Where the state machine plays: a system of its own on a clock of its own, in a loop of its own.

Its people are made many at a time and their sessions opened in the database: what is examined is the workflow, and
an argon2 hash for each of some thousand sessions would take most of the time.
"""

import asyncio
import secrets
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI

from registry_api.accounts import queries
from registry_api.accounts.entry import cookie_name, token_hash
from registry_api.app import create_app
from registry_api.demo.content import demo_offices
from registry_api.demo.lives import fresh_doctor
from registry_api.demo.logins import PoolInstitution, read_pool
from registry_api.demo.record import Clerk
from registry_api.demo.rows import doctor_rows
from registry_api.demo.seed import SEED, copy_rows
from registry_api.demo.setting import DemoSetting
from registry_api.kit.clock import SHANGHAI, MovableClock
from registry_api.kit.ids import new_id
from registry_api.kit.settings import Settings
from registry_api.parts import make_system
from registry_api.worker import deliver
from tests.support.invariants import broken_invariants
from tests.support.people import Person

_BATCH = 60
_FIRST_INDEX = 5_000_000
_CERTIFIED_BEFORE = timedelta(days=640)
"""So that the two years within which one registers can end in the play."""
LIMITS = {
    "doctor": (timedelta(minutes=30), timedelta(hours=12)),
    "institution": (timedelta(minutes=15), timedelta(hours=8)),
    "authority": (timedelta(minutes=15), timedelta(hours=8)),
}
"""Idle and absolute life of a session, as the security notes ask for them."""

T = TypeVar("T")


@dataclass(frozen=True)
class StageDoctor:
    """Somebody who can apply."""

    account_id: UUID
    issued_on: date


@dataclass
class Visit:
    """A session and the instants that end it."""

    person: Person
    opened_at: datetime
    seen_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether the session has ended by itself."""
        idle, life = LIMITS[self.person.realm]
        return now >= self.seen_at + idle or now >= self.opened_at + life


class Stage:
    """The parts of the play; `run` takes a step of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # Always the same Monday, so that the same steps have the same outcome on every day.
        self.began = datetime(2026, 3, 2, 1, 0, 30, tzinfo=UTC)
        self.clock = MovableClock(self.began)
        self.app: FastAPI = create_app(settings, clock=self.clock)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), base_url=settings.origin
        )
        pool = read_pool(settings.state_directory).institutions
        here = [one for one in pool if one.province_code == pool[0].province_code]
        self.places: tuple[PoolInstitution, PoolInstitution] = here[0], here[-1]
        """The two institutions of the play, in one province."""
        self.calendar: dict[date, bool] = {}
        self.staff: dict[tuple[str, str], UUID] = {}
        """Accounts by role and office."""
        self.authority_of: dict[str, str] = {}
        self._worker = make_system(settings, dsn=settings.worker_dsn, clock=self.clock)
        self._doctors: list[StageDoctor] = []
        self._made = 0
        self._loop = asyncio.new_event_loop()
        self._owner: Any = None

    @contextmanager
    def open(self) -> Iterator["Stage"]:
        """The stage while the block lasts."""
        lifespan = self.app.router.lifespan_context(self.app)
        self.run(lifespan.__aenter__())
        self.run(self._worker.database.open())
        self._owner = self.run(asyncpg.connect(self.settings.owner_dsn))
        self.run(self._read())
        try:
            yield self
        finally:
            self.run(self._owner.close())
            self.run(self.client.aclose())
            self.run(self._worker.database.close())
            self.run(lifespan.__aexit__(None, None, None))
            self.run(self._loop.shutdown_default_executor())
            self._loop.close()

    def run(self, step: Coroutine[Any, Any, T]) -> T:
        """Takes one step to its end."""
        return self._loop.run_until_complete(step)

    def doctor(self) -> StageDoctor:
        """Somebody who has applied for nothing yet."""
        if not self._doctors:
            self.run(self._make_doctors())
        return self._doctors.pop()

    def visit(self, account_id: UUID, realm: str) -> Visit:
        """Opens a session for an account."""
        reference = secrets.token_urlsafe(32)
        now = self.clock.now()
        idle, life = LIMITS[realm]

        async def write() -> None:
            async with self.app.state.system.database.transaction() as tx:
                await tx.run(
                    queries.OPEN_SESSION,
                    id=new_id(),
                    account_id=account_id,
                    token_hash=token_hash(reference),
                    now=now,
                    idle_seconds=int(idle.total_seconds()),
                    expires_at=now + life,
                    user_agent="stage",
                    address=None,
                    password_hash=None,
                )

        self.run(write())
        cookie = f"{cookie_name(realm, self.settings)}={reference}"
        return Visit(Person(self.client, realm, {"Cookie": cookie}), now, now)

    def work_off(self) -> None:
        """Lets the worker do what is due."""
        while self.run(deliver(self._worker)):
            pass

    def broken(self) -> dict[str, list[Any]]:
        """The invariants that do not hold now."""
        return self.run(broken_invariants(self._owner))

    async def _read(self) -> None:
        rows = await self._owner.fetch(
            "SELECT id, role, coalesce(institution_id, authority_id) AS office FROM account"
            " WHERE realm <> 'doctor'"
        )
        self.staff = {(row["role"], str(row["office"])): row["id"] for row in rows}
        offices = await self._owner.fetch("SELECT id, authority_id FROM institution")
        self.authority_of = {str(row["id"]): str(row["authority_id"]) for row in offices}
        days = await self._owner.fetch("SELECT day, working FROM calendar_day")
        self.calendar = {row["day"]: row["working"] for row in days}

    async def _make_doctors(self) -> None:
        system = self.app.state.system
        today = self.began.astimezone(SHANGHAI).date()
        issued_on = today - _CERTIFIED_BEFORE
        setting = DemoSetting(SEED, today, demo_offices(SEED))
        clerk = Clerk(
            seed=SEED, sealer=system.sealer, blind_index=system.blind_index, password_hash="nobody signs in"
        )
        for index in range(_FIRST_INDEX + self._made, _FIRST_INDEX + self._made + _BATCH):
            # All alike, so that a sequence of steps means the same whoever takes it.
            doctor = fresh_doctor(setting, index)
            person = replace(doctor.person, province=self.places[0].province_code, issued_on=issued_on)
            rows = doctor_rows(clerk, replace(doctor, person=person))
            async with self._owner.transaction():
                await copy_rows(self._owner, rows)
            (account,) = rows["account"]
            self._doctors.append(StageDoctor(account[0], issued_on))
        self._made += _BATCH
