"""A doctor at a desktop with a phone in hand, on the service that has the fake WeChat."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from registry_api.accounts.tickets import issue_ticket
from registry_api.demo.logins import PoolDoctor
from registry_api.kit.clock import MovableClock, WorkingDays
from registry_api.kit.work import Work
from tests.support.people import Cast, Person
from tests.support.wechat import FakeWechat, Phone, browser


@dataclass
class Scene:
    """The service, its clock, its WeChat, and who else is needed."""

    cast: Cast
    wechat: FakeWechat
    superuser: Any
    open_clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def clock(self) -> MovableClock:
        return self.cast.clock

    def desktop(self) -> Person:
        """Somebody at a desktop who is not signed in."""
        client = browser(self.cast.app, self.cast.settings)
        self.open_clients.append(client)
        return Person(client, "doctor")

    def phone(self) -> Phone:
        """A phone's browser that has no cookie yet."""
        client = browser(self.cast.app, self.cast.settings)
        self.open_clients.append(client)
        return Phone(client)

    async def doctor(self) -> tuple[PoolDoctor, Person]:
        """A doctor, signed in."""
        fresh, person = await self.cast.doctor()
        self.open_clients.append(person.client)
        return fresh, person

    async def prove(self, person: Person, password: str) -> None:
        """Shows a fresh proof in the person's session."""
        answer = await person.call("POST", "/me/step-up", json={"method": "password", "password": password})
        assert answer.status_code == 204, answer.text

    async def bound_doctor(self) -> tuple[PoolDoctor, Person]:
        """A doctor whose WeChat is that of the phone."""
        fresh, person = await self.doctor()
        await self.prove(person, fresh.login.password)
        login = await self.start_binding(person)
        answer = await self.phone().decide(login["qr_url"])
        assert answer.json()["status"] == "confirmed", answer.text
        return fresh, person

    async def start(self, desktop: Person, **body: Any) -> dict[str, Any]:
        answer = await desktop.call("POST", "/wechat/logins", json={"purpose": "sign_in", **body})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def start_binding(self, person: Person) -> dict[str, Any]:
        answer = await person.call("POST", "/me/wechat")
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def poll(self, desktop: Person, login: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = await desktop.call(
            "POST",
            f"/wechat/logins/{login['id']}/polls",
            json={"poll_token": login["poll_token"], **more},
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def status(self, desktop: Person, login: dict[str, Any]) -> str:
        return str((await self.poll(desktop, login))["status"])

    async def account_id(self, person: Person) -> UUID:
        return UUID((await person.get("/me"))["account"]["id"])

    async def binding_ticket(self, account_id: UUID) -> str:
        """The ticket that the end of registration gives."""
        system = self.cast.app.state.system
        async with system.database.transaction() as tx:
            work = Work(system, tx, self.clock.now(), "zh-CN", "test", None, WorkingDays((), ()))
            return await issue_ticket(work, "wechat_binding", timedelta(minutes=10), account_id=account_id)

    async def messages(self, account_id: UUID) -> list[str]:
        """Templates of what was sent to the account's owner, oldest first."""
        rows = await self.superuser.fetch(
            "SELECT template FROM message WHERE account_id = $1 AND channel = 'sms' ORDER BY id", account_id
        )
        return [row["template"] for row in rows]

    async def events(self, action: str, account_id: UUID) -> list[dict[str, Any]]:
        """Details of the account's audit events of an action."""
        rows = await self.superuser.fetch(
            "SELECT details FROM audit_event WHERE action = $1 AND account_id = $2 ORDER BY id",
            action,
            account_id,
        )
        return [json.loads(row["details"]) for row in rows]


@pytest.fixture
async def scene(cast: Cast, wechat_app: FastAPI, wechat: FakeWechat, superuser: Any) -> AsyncIterator[Scene]:
    made = Scene(Cast(wechat_app, wechat_app.state.system.settings, cast.clock), wechat, superuser)
    yield made
    for client in made.open_clients:
        await client.aclose()
