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
from registry_api.demo.logins import read_pool
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
_COPY_INSTITUTION = """INSERT INTO institution SELECT (jsonb_populate_record(one, jsonb_build_object(
    'id', $2::text, 'registration_number', $2::text, 'credit_code', NULL))).* FROM institution one WHERE id = $1"""
_COPY_ACCOUNT = """INSERT INTO account SELECT (jsonb_populate_record(one, jsonb_build_object(
    'id', $2::text, 'login_name', $2::text, 'login_key', $2::text, 'id_number_index', '\\x' || $3::text))).*
    FROM account one WHERE id = $1"""

T = TypeVar("T")


@dataclass(frozen=True)
class StageDoctor:
    """Somebody who can apply."""

    account_id: UUID
    practitioner_id: UUID
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
        self._here = [one for one in pool if one.province_code == pool[0].province_code]
        self.places: tuple[str, str, str] = self._here[0].id, self._here[-1].id, str(new_id())
        """The institutions of the play, in one province; the first and the last have the same authority."""
        self.calendar: dict[date, bool] = {}
        self.staff: dict[tuple[str, str], UUID] = {}
        """Accounts by role and office; of the approvers that an authority has, `authority_approver_too` is another."""
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
        self.run(self._worker.counters.open())
        self._owner = self.run(asyncpg.connect(self.settings.owner_dsn))
        self.run(self._enlarge())
        self.run(self._read())
        try:
            yield self
        finally:
            self.run(self._owner.close())
            self.run(self.client.aclose())
            self.run(self._worker.counters.close())
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

    def keep(self, place: str, *, closed: bool) -> None:
        """Closes an institution, or opens it again."""
        status = "closed" if closed else "open"
        self.run(self._owner.execute("UPDATE institution SET status = $2 WHERE id = $1", UUID(place), status))

    def set_choice(self, authority: str, name: str, *, chosen: bool) -> None:
        """Makes a choice that is left to the authority, or takes it back."""
        clear = "DELETE FROM authority_setting WHERE authority_id = $1 AND name = $2"
        self.run(self._owner.execute(clear, UUID(authority), name))
        if chosen:
            make = (
                "INSERT INTO authority_setting (id, authority_id, name, value, valid_from, document, recorded_at)"
                " VALUES ($1, $2, $3, 'true', '2020-01-01', '试用', now())"
            )
            self.run(self._owner.execute(make, new_id(), UUID(authority), name))

    def broken(self) -> dict[str, list[Any]]:
        """The invariants that do not hold now."""
        return self.run(broken_invariants(self._owner))

    async def _enlarge(self) -> None:
        """A third institution with its staff, and a second approver in each authority."""
        first, third = UUID(self.places[0]), UUID(self.places[2])
        await self._owner.execute(_COPY_INSTITUTION, first, str(third))
        staff = await self._owner.fetch("SELECT id FROM account WHERE institution_id = $1", first)
        approvers = await self._owner.fetch("SELECT id FROM account WHERE role = 'authority_approver'")
        for row in (*staff, *approvers):
            copy = new_id()
            await self._owner.execute(_COPY_ACCOUNT, row["id"], str(copy), secrets.token_bytes(8).hex())
            if row in staff:
                await self._owner.execute("UPDATE account SET institution_id = $2 WHERE id = $1", copy, third)

    async def _read(self) -> None:
        rows = await self._owner.fetch(
            "SELECT id, role, coalesce(institution_id, authority_id) AS office FROM account"
            " WHERE realm <> 'doctor' ORDER BY id"
        )
        for row in rows:
            key = row["role"], str(row["office"])
            self.staff[(f"{key[0]}_too", key[1]) if key in self.staff else key] = row["id"]
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
            person = replace(doctor.person, province=self._here[0].province_code, issued_on=issued_on)
            rows = doctor_rows(clerk, replace(doctor, person=person))
            async with self._owner.transaction():
                await copy_rows(self._owner, rows)
            (account,), (practitioner,) = rows["account"], rows["practitioner"]
            self._doctors.append(StageDoctor(account[0], practitioner[0], issued_on))
        self._made += _BATCH
