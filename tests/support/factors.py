"""People on devices that are not known, and what they show of a second factor."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest

from registry_api.demo.logins import Login
from tests.support.authenticator import SoftAuthenticator
from tests.support.inbox import last_message
from tests.support.people import Cast, Person


@dataclass
class Entrance:
    """Opens browsers in which nobody was before."""

    cast: Cast
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def browser(self, realm: str, user_agent: str = "a browser") -> Person:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.cast.app, raise_app_exceptions=False),
            base_url=self.cast.settings.origin,
            headers={"User-Agent": user_agent},
        )
        self.clients.append(client)
        return Person(client, realm)

    async def password(self, person: Person, login: Login, **more: Any) -> httpx.Response:
        """The answer to login name and password."""
        body = {"realm": login.realm, "login_name": login.login_name, "password": login.password, **more}
        return await person.call("POST", "/sessions", json=body)

    async def challenge(self, person: Person, login: Login, **more: Any) -> dict[str, Any]:
        """The refusal that asks for a second factor."""
        answer = await self.password(person, login, **more)
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required"), answer.text
        return dict(answer.json())

    async def answer(self, person: Person, challenge: dict[str, Any], method: str, **proof: Any) -> Any:
        """The answer to a second factor."""
        body = {"challenge": challenge["challenge"], "method": method, **proof}
        return await person.call("POST", "/sessions/second-factor", json=body)

    async def sms_code(self, person: Person, challenge: dict[str, Any], phone: str) -> str:
        """The code that comes to the phone."""
        sent = await person.call(
            "POST", "/sessions/second-factor-codes", json={"challenge": challenge["challenge"]}
        )
        assert sent.status_code == 204, sent.text
        return str((await last_message(self.cast, phone))["values"]["code"])

    def totp(self, login: Login) -> str:
        """What the authenticator of a member of staff shows now."""
        return self.totp_of(login.totp_secret or "")

    def totp_of(self, secret: str) -> str:
        return str(pyotp.TOTP(secret).at(self.cast.clock.now()))

    def passkey(self, **more: Any) -> SoftAuthenticator:
        origin = self.cast.settings.origin
        return SoftAuthenticator(origin, urlsplit(origin).hostname or "", **more)

    async def prove(self, person: Person, login: Login) -> None:
        """A fresh proof in the session of a member of staff."""
        proved = await person.call("POST", "/me/step-up", json={"method": "totp", "code": self.totp(login)})
        assert proved.status_code == 204, proved.text


def phone_of(cast: Cast, row: Any) -> str:
    """The phone of an account's row."""
    return str(cast.app.state.system.sealer.open_text(row["phone_sealed"], "account.phone", row["id"]))


@pytest.fixture
async def entrance(cast: Cast, superuser: Any) -> AsyncIterator[Entrance]:
    """Nobody's attempts count yet, and no authenticator has shown a code."""
    await superuser.execute("DELETE FROM attempt_counter")
    await superuser.execute("UPDATE second_factor SET last_step = NULL")
    made = Entrance(cast)
    yield made
    for client in made.clients:
        await client.aclose()
