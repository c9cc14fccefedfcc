"""A doctor at the security settings, or locked out of the account, and what the tests know of that person."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import SystemRandom
from typing import Any
from uuid import UUID

import httpx
import pytest

from registry_api.captchas.service import answer_hash
from registry_api.demo.logins import Login
from registry_api.kit.clock import MovableClock
from registry_api.kit.ids import new_id
from tests.support.inbox import messages_to
from tests.support.people import Cast, Chain, Person

NEW_PASSWORD = "Kaihua2027x"


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    """Place and code of everything that was wrong with a body."""
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


async def account_of(person: Person) -> UUID:
    """The account of who is signed in."""
    return UUID((await person.get("/me"))["account"]["id"])


async def prove_doctor(chain: Chain, superuser: Any, account: UUID) -> None:
    """As if the doctor of a chain had shown a second factor just now."""
    await superuser.execute(
        "UPDATE account_session SET proved_at = $2 WHERE account_id = $1", account, chain.cast.clock.now()
    )


@dataclass
class Owner:
    """A doctor with an account, whose phone is verified."""

    desk: "OwnAccount"
    login: Login
    person: Person
    account_id: UUID
    name: str
    phone: str
    id_number: str

    @property
    def tail(self) -> str:
        return self.id_number[-6:]

    async def call(self, method: str, path: str, **body: Any) -> httpx.Response:
        more: dict[str, Any] = {"json": body} if method != "GET" else {}
        return await self.person.call(method, path, **more)

    async def prove(self) -> None:
        """As if a second factor was shown in every session just now."""
        await self.desk.superuser.execute(
            "UPDATE account_session SET proved_at = $2 WHERE account_id = $1",
            self.account_id,
            self.desk.clock.now(),
        )

    async def code(self, phone: str | None = None) -> str:
        """The newest code that came to the phone."""
        found = await messages_to(self.desk.cast, phone or self.phone)
        return str(next(one["values"]["code"] for one in found if "code" in one["values"]))

    async def told(self, to: str | None = None) -> list[str]:
        """Templates of what came to the phone or an address, the newest first."""
        return [one["template"] for one in await messages_to(self.desk.cast, to or self.phone)]

    async def mail_token(self, address: str) -> str:
        """The token of the link that came to the address."""
        await self.prove()
        proof = await self.desk.proof("email_verification")
        answer = await self.call(
            "POST", "/me/email/verifications", email=address, email_confirmation=address, human_proof=proof
        )
        assert answer.status_code == 202, answer.text
        link = str((await messages_to(self.desk.cast, address))[0]["values"]["link"])
        begin = f"{self.desk.cast.settings.origin}/doctor/email#"
        assert link.startswith(begin)
        return link.removeprefix(begin)

    async def row(self) -> Any:
        """The account as the database has it."""
        return await self.desk.superuser.fetchrow("SELECT * FROM account WHERE id = $1", self.account_id)

    async def events(self, action: str) -> list[str]:
        """Outcomes recorded of the account under an action, by it or about it."""
        rows = await self.desk.superuser.fetch(
            "SELECT outcome FROM audit_event WHERE action = $2 AND (account_id = $1 OR object_id = $1)",
            self.account_id,
            action,
        )
        return [row["outcome"] for row in rows]

    async def signs_in(self, password: str) -> bool:
        """Whether the password is the account's now; a second factor may still be asked for."""
        answer = await self.desk.stranger().call(
            "POST",
            "/sessions",
            json={"realm": "doctor", "login_name": self.login.login_name, "password": password},
        )
        assert answer.status_code in (201, 401, 403), answer.text
        return answer.status_code != 401


@dataclass
class OwnAccount:
    """The application and who uses it."""

    cast: Cast
    superuser: Any
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def clock(self) -> MovableClock:
        return self.cast.clock

    def stranger(self) -> Person:
        """A browser in which nobody is signed in."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.cast.app, raise_app_exceptions=False),
            base_url=self.cast.settings.origin,
        )
        self.clients.append(client)
        return Person(client, "doctor")

    async def owner(self) -> Owner:
        fresh, person = await self.cast.doctor()
        self.clients.append(person.client)
        account_id = await account_of(person)
        row = await self.superuser.fetchrow("SELECT * FROM account WHERE id = $1", account_id)
        opened = self.cast.app.state.system.sealer.open_text
        return Owner(
            self,
            fresh.login,
            person,
            account_id,
            row["name"],
            opened(row["phone_sealed"], "account.phone", account_id),
            opened(row["id_number_sealed"], "account.id_number", account_id),
        )

    async def again(self, owner: Owner) -> Person:
        """Another session of the owner, in the known browser."""
        person = await self.cast.sign_in(owner.login)
        self.clients.append(person.client)
        return person

    async def proof(self, purpose: str) -> dict[str, str]:
        """A captcha that somebody has read."""
        captcha = new_id()
        now = self.clock.now()
        await self.superuser.execute(
            "INSERT INTO captcha (id, purpose, answer_hash, answer_sealed, created_at, expires_at)"
            " VALUES ($1, $2, $3, $3, $4, $4::timestamptz + interval '5 minutes')",
            captcha,
            purpose,
            answer_hash(self.cast.app.state.system.blind_index, captcha, "2468"),
            now,
        )
        return {"captcha_id": str(captcha), "captcha_answer": "2468"}

    @staticmethod
    def free_phone() -> str:
        """A number that nobody has."""
        return f"199{SystemRandom().randrange(10**8):08d}"


@pytest.fixture
async def own_account(cast: Cast, superuser: Any) -> AsyncIterator[OwnAccount]:
    await superuser.execute("DELETE FROM attempt_counter")
    desk = OwnAccount(cast, superuser)
    yield desk
    for client in desk.clients:
        await client.aclose()
