"""The people of the tests, each with a client of their own."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image

from registry_api.accounts.entry import device_cookie_name
from registry_api.app import create_app
from registry_api.demo.fresh import add_fresh_doctor
from registry_api.demo.logins import Login, PoolDoctor, PoolInstitution, read_pool
from registry_api.kit.clock import MovableClock, SystemClock
from registry_api.kit.settings import Settings
from registry_api.worker import deliver

FORM: dict[str, Any] = {
    "sex": "2",
    "ethnicity": "01",
    "education": "apprenticeship",
    "home_address": "甲市乙区丙路1号",
    "postcode": "250000",
    "health": "健康",
    "work_history": [
        {"from": "1995-07", "to": "2020-06", "unit": "丙村卫生室", "post": "医师", "witness": "丁一"}
    ],
    "assessment": "省中医药管理局组织考核，合格",
    "penalties": "无",
    "no_bar_declaration": True,
}


def portrait(colour: str = "white") -> bytes:
    """A photo that the decoder accepts."""
    content = io.BytesIO()
    Image.new("RGB", (413, 579), colour).save(content, "JPEG")
    return content.getvalue()


@dataclass
class Person:
    """Somebody signed in; `call` gives the response whatever its status."""

    client: httpx.AsyncClient
    realm: str
    headers: dict[str, str] = field(default_factory=dict)

    async def call(
        self, method: str, path: str, *, version: int | None = None, key: str | None = None, **more: Any
    ) -> httpx.Response:
        headers = {"X-Registry-Realm": self.realm, **self.headers, **more.pop("headers", {})}
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    async def get(self, path: str, **more: Any) -> Any:
        answer = await self.call("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()


@dataclass
class Cast:
    """Everybody who can appear, on one application with one clock."""

    app: FastAPI
    settings: Settings
    clock: MovableClock

    async def sign_in(self, login: Login, delivery: str = "cookie") -> Person:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), base_url=self.settings.origin
        )
        if login.device_token:
            client.cookies.set(device_cookie_name(login.realm, self.settings), login.device_token)
        person = Person(client, login.realm)
        answer = await person.call(
            "POST",
            "/sessions",
            json={
                "realm": login.realm,
                "login_name": login.login_name,
                "password": login.password,
                "delivery": delivery,
            },
        )
        assert answer.status_code == 201, answer.text
        if delivery == "bearer":
            person.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return person

    async def doctor(self) -> tuple[PoolDoctor, Person]:
        """A doctor who can apply and has not yet."""
        fresh = await add_fresh_doctor(self.settings)
        return fresh, await self.sign_in(fresh.login)

    def institutions(self, province_code: str) -> list[PoolInstitution]:
        pool = read_pool(self.settings.state_directory)
        return [place for place in pool.institutions if place.province_code == province_code]

    async def work_off(self) -> None:
        """Lets the worker do what is due."""
        while await deliver(self.app.state.worker_system):
            pass


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    from registry_api.parts import make_system  # noqa: PLC0415

    clock = MovableClock(SystemClock().now())
    made = create_app(settings, clock=clock)
    made.state.worker_system = make_system(settings, dsn=settings.worker_dsn, clock=clock)
    async with made.router.lifespan_context(made):
        await made.state.worker_system.database.open()
        await made.state.worker_system.counters.open()
        yield made
        await made.state.worker_system.counters.close()
        await made.state.worker_system.database.close()


@pytest.fixture
def cast(app: FastAPI, settings: Settings) -> Cast:
    clock = app.state.system.clock
    clock.set(SystemClock().now())
    return Cast(app, settings, clock)


@dataclass
class Chain:
    """One application and the people around it."""

    cast: Cast
    doctor: Person
    institution: Person
    handler: Person
    approver: Person
    place: PoolInstitution
    application: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.application["id"])

    async def act(self, person: Person, action: str, comment: str = "", **more: Any) -> httpx.Response:
        """One action as the portals send it; keeps the answer when it succeeds."""
        path = f"/{person.realm}/applications/{self.id}"
        version = more.pop("version", self.application["version"])
        if action == "submit":
            answer = await person.call(
                "POST", f"{path}/submission", version=version, key=str(uuid4()), **more
            )
        elif action == "withdraw":
            answer = await person.call(
                "POST",
                f"{path}/withdrawal",
                version=version,
                key=str(uuid4()),
                json={"comment": comment},
                **more,
            )
        else:
            body = {"action": action, "comment": comment, **more.pop("body", {})}
            answer = await person.call(
                "POST", f"{path}/decisions", version=version, key=str(uuid4()), json=body, **more
            )
        if answer.status_code == 200:
            self.application = answer.json()
        return answer

    async def take(self, person: Person, action: str, comment: str = "") -> dict[str, Any]:
        answer = await self.act(person, action, comment)
        assert answer.status_code == 200, answer.text
        return self.application

    async def advance(self, status: str) -> None:
        """Walks the ordinary way to a status."""
        way = (
            ("institution_review", self.doctor, "submit"),
            ("authority_review", self.institution, "endorse"),
            ("accepted", self.handler, "accept"),
            ("approved", self.approver, "approve"),
        )
        for reached, person, action in way:
            if self.application["status"] == status:
                return
            await self.take(person, action)
            assert self.application["status"] == reached


StartChain = Callable[[], Awaitable[Chain]]


@pytest.fixture
async def start_chain(cast: Cast) -> AsyncIterator[StartChain]:
    """Starts an application that is ready to be submitted."""
    people: list[Person] = []

    async def start() -> Chain:
        fresh, doctor = await cast.doctor()
        place = cast.institutions(fresh.province_code)[0]
        institution = await cast.sign_in(place.handler)
        handler = await cast.sign_in(place.authority_handler)
        approver = await cast.sign_in(place.authority_approver)
        people.extend((doctor, institution, handler, approver))
        created = await doctor.call(
            "POST", "/doctor/applications", key=str(uuid4()), json={"type": "registration", "payload": {}}
        )
        assert created.status_code == 201, created.text
        application = created.json()
        path = f"/doctor/applications/{application['id']}"
        photo = await doctor.call(
            "POST",
            f"{path}/attachments",
            data={"kind": "photo"},
            files={"file": ("p.jpg", portrait(), "image/jpeg")},
        )
        assert photo.status_code == 201, photo.text
        payload = {"institution_id": place.id, "photo_id": photo.json()["id"], "form": FORM}
        saved = await doctor.call("PATCH", path, version=application["version"], json={"payload": payload})
        assert saved.status_code == 200, saved.text
        return Chain(cast, doctor, institution, handler, approver, place, saved.json())

    yield start
    for person in people:
        await person.client.aclose()


@pytest.fixture
async def chain(start_chain: StartChain) -> Chain:
    return await start_chain()
