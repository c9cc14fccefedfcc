"""A registered doctor among offices whose people come and go: every type of application from every side.

People are made and signed in over the database: what is examined is the workflow, and an argon2 hash for each of them
would take most of the time. The registration comes by direct handling, in one request.
"""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from registry_api.accounts import queries
from registry_api.accounts.entry import cookie_name, token_hash
from registry_api.demo.fresh import draw_doctor
from registry_api.demo.logins import PoolInstitution
from registry_api.demo.record import Clerk
from registry_api.demo.rows import doctor_rows
from registry_api.demo.seed import SEED, copy_rows
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.ids import new_id
from registry_api.kit.settings import Settings
from tests.support.colleagues import copy_account
from tests.support.invariants import broken_invariants
from tests.support.people import Cast, Person, portrait
from tests.support.superuser import superuser_dsn

SHANDONG = "370000"
BASIS = {"document": "鲁卫医〔2026〕1号", "reason": "机构停业，依职权办理"}
ROLES = {
    "doctor": ("doctor", "doctor"),
    "institution": ("institution", "institution_handler"),
    "institution_administrator": ("institution", "institution_administrator"),
    "handler": ("authority", "authority_handler"),
    "approver": ("authority", "authority_approver"),
    "second": ("authority", "authority_approver"),
    "authority_administrator": ("authority", "authority_administrator"),
    "auditor": ("authority", "authority_auditor"),
}
"""Realm and role of whoever acts; `second` is another approver of the same authority."""
DIRECT_PATHS = {
    "submit": "submission",
    "withdraw": "withdrawal",
    "object": "objections",
    "take_over": "take-over",
    "set_aside": "set-aside",
}


@dataclass
class Scene:
    """One doctor, the institutions of a province with their authorities, and the application that is looked at."""

    cast: Cast
    superuser: Any
    client: httpx.AsyncClient
    places: list[PoolInstitution]
    account_id: UUID
    practitioner_id: UUID
    application: dict[str, Any] = field(default_factory=dict)
    _known: dict[tuple[str, int], UUID] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.application["id"])

    @property
    def today(self) -> date:
        return self.cast.clock.now().astimezone(SHANGHAI).date()

    def advance(self, **span: float) -> None:
        """Lets time pass."""
        self.cast.clock.advance(timedelta(**span))

    # Who

    async def account_of(self, who: str, place: int = 0) -> UUID:
        """The account of somebody at a place or its authority; once known, it may be asked for by many at once."""
        if who == "doctor":
            return self.account_id
        if (who, place) not in self._known:
            self._known[who, place] = await self._find(who, place)
        return self._known[who, place]

    async def _find(self, who: str, place: int) -> UUID:
        realm, role = ROLES[who]
        office = UUID(self.places[place].id)
        if realm == "authority":
            office = await self.superuser.fetchval(
                "SELECT authority_id FROM institution WHERE id = $1", office
            )
        found = await self.superuser.fetch(
            f"SELECT id FROM account WHERE {realm}_id = $1 AND role = $2 AND status = 'active' ORDER BY id",  # noqa: S608
            office,
            role,
        )
        ids: list[UUID] = [row["id"] for row in found]
        if who == "second" and len(ids) < 2:
            ids.append(await copy_account(self.superuser, ids[0], f"{who}.{ids[0]}", "另一位审批人"))
        return ids[1] if who == "second" else ids[0]

    async def person(self, who: str, place: int = 0) -> Person:
        """Somebody, just signed in."""
        return await self.visit(await self.account_of(who, place), ROLES[who][0])

    async def visit(self, account_id: UUID, realm: str) -> Person:
        """An account, just signed in."""
        reference, now = secrets.token_urlsafe(32), self.cast.clock.now()
        async with self.cast.app.state.system.database.transaction() as tx:
            await tx.run(
                queries.OPEN_SESSION,
                id=new_id(),
                account_id=account_id,
                token_hash=token_hash(reference),
                now=now,
                idle_seconds=900,
                expires_at=now + timedelta(hours=8),
                user_agent="scene",
                address=None,
                password_hash=None,
            )
        cookie = f"{cookie_name(realm, self.cast.settings)}={reference}"
        return Person(self.client, realm, {"Cookie": cookie})

    # What

    async def call(self, who: str, method: str, path: str, place: int = 0, **more: Any) -> httpx.Response:
        """One request of somebody."""
        if method == "POST":
            more.setdefault("key", str(uuid4()))
        return await (await self.person(who, place)).call(method, path, **more)

    async def begin(self, type_code: str, payload: dict[str, Any]) -> httpx.Response:
        """The answer to the doctor's new draft, with its photo if it has one."""
        body: dict[str, Any] = {"type": type_code, "payload": payload}
        if type_code != "registration":
            body["registration_id"] = await self.registration_id()
        answer = self.keep(await self.call("doctor", "POST", "/doctor/applications", json=body))
        if answer.status_code == 201 and type_code == "registration":
            photo = await self.call(
                "doctor",
                "POST",
                f"/doctor/applications/{self.id}/attachments",
                data={"kind": "photo"},
                files={"file": ("p.jpg", portrait(), "image/jpeg")},
            )
            await self.edit({**payload, "photo_id": photo.json()["id"]})
        return answer

    async def edit(self, payload: dict[str, Any], who: str = "doctor", place: int = 0) -> None:
        """Another payload."""
        path = f"/{ROLES[who][0]}/applications/{self.id}"
        version = self.application["version"]
        answer = await self.call(who, "PATCH", path, place, version=version, json={"payload": payload})
        assert answer.status_code == 200, answer.text
        self.application = answer.json()

    async def apply(self, type_code: str, payload: dict[str, Any]) -> dict[str, Any]:
        """A draft that is submitted."""
        answer = await self.begin(type_code, payload)
        assert answer.status_code == 201, answer.text
        return await self.take("doctor", "submit")

    async def report(
        self, type_code: str, payload: dict[str, Any], place: int = 0, who: str = "institution"
    ) -> httpx.Response:
        """An institution's report."""
        registration_id = await self.registration_id()
        body = {
            "type": type_code,
            "registration_id": registration_id,
            "payload": payload,
            "comment": "已离职",
        }
        return self.keep(await self.call(who, "POST", "/institution/applications", place, json=body))

    async def direct(
        self, type_code: str, payload: dict[str, Any], place: int = 0, who: str = "approver", **more: Any
    ) -> httpx.Response:
        """An authority's direct handling."""
        person = str(self.practitioner_id)
        body: dict[str, Any] = {"type": type_code, "practitioner_id": person, "payload": payload}
        if type_code != "registration":
            body["registration_id"] = await self.registration_id()
        body |= {"basis": BASIS, **more}
        return self.keep(await self.call(who, "POST", "/authority/direct-handlings", place, json=body))

    def keep(self, answer: httpx.Response) -> httpx.Response:
        """Remembers the application of an answer."""
        if answer.status_code in (200, 201):
            self.application = answer.json()
        return answer

    async def act(
        self, who: str, action: str, comment: str = "", place: int = 0, **more: Any
    ) -> httpx.Response:
        """One action; the application is the answer's if it succeeds."""
        path = f"/{ROLES[who][0]}/applications/{self.id}/{DIRECT_PATHS.get(action, 'decisions')}"
        body: dict[str, Any] = {"comment": comment}
        if action not in DIRECT_PATHS:
            body |= {"action": action, **more.pop("body", {})}
        version = more.pop("version", self.application["version"])
        sent = {} if action == "submit" else {"json": body}
        return self.keep(await self.call(who, "POST", path, place, version=version, **sent, **more))

    async def take(
        self, who: str, action: str, comment: str = "", place: int = 0, **more: Any
    ) -> dict[str, Any]:
        """One action that succeeds."""
        answer = await self.act(who, action, comment, place, **more)
        assert answer.status_code == 200, answer.text
        return self.application

    async def read(self, who: str = "doctor", place: int = 0) -> dict[str, Any]:
        """The application as somebody sees it."""
        answer = await self.call(who, "GET", f"/{ROLES[who][0]}/applications/{self.id}", place)
        assert answer.status_code == 200, answer.text
        self.application = answer.json()
        return self.application

    async def registration(self) -> dict[str, Any]:
        """The latest registration as the doctor sees it."""
        answer = await self.call("doctor", "GET", "/doctor/registrations")
        found: dict[str, Any] = answer.json()["items"][0]
        return found

    async def registration_id(self) -> str | None:
        """Of the latest registration, if there is one."""
        found = (await self.call("doctor", "GET", "/doctor/registrations")).json()["items"]
        return found[0]["id"] if found else None

    async def effective(self, type_code: str, payload: dict[str, Any], place: int = 0) -> dict[str, Any]:
        """Handled directly; gives the registration."""
        answer = await self.direct(type_code, payload, place)
        assert answer.status_code == 201, answer.text
        assert answer.json()["status"] == "approved"
        return await self.registration()

    async def notices(self, who: str = "doctor", place: int = 0) -> list[str]:
        """Kinds of what somebody was told of the application, the newest first."""
        await self.cast.work_off()
        found = (await self.call(who, "GET", "/me/notices?limit=100", place)).json()["items"]
        return [one["kind"] for one in found if one["application_id"] == self.id]


@pytest.fixture
async def unregistered(cast: Cast) -> AsyncIterator[Scene]:
    """A qualified doctor without a registration."""
    superuser = await asyncpg.connect(superuser_dsn(cast.settings))
    drawn = draw_doctor()
    drawn = replace(drawn, person=replace(drawn.person, province=SHANDONG))
    system = cast.app.state.system
    clerk = Clerk(seed=SEED, sealer=system.sealer, blind_index=system.blind_index, password_hash="nobody")
    rows = doctor_rows(clerk, drawn)
    async with superuser.transaction():
        await copy_rows(superuser, rows)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(cast.app, raise_app_exceptions=False), base_url=cast.settings.origin
    )
    places = cast.institutions(SHANDONG)
    yield Scene(cast, superuser, client, places, rows["account"][0][0], rows["practitioner"][0][0])
    await client.aclose()
    await superuser.close()


@pytest.fixture
async def scene(unregistered: Scene) -> Scene:
    """The same doctor, registered at the first place."""
    await unregistered.effective("registration", {"institution_id": unregistered.places[0].id})
    return unregistered


@pytest.fixture(scope="module")
async def sound(settings: Settings) -> AsyncIterator[None]:
    """What a module does breaks no invariant."""
    superuser = await asyncpg.connect(superuser_dsn(settings))
    before = await broken_invariants(superuser)
    yield
    after = await broken_invariants(superuser)
    await superuser.close()
    broken = {name: rows for name, rows in after.items() if name not in before}
    assert not broken, broken
