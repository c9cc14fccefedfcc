"""People without an account, at the door: what they type, and how far they have come."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from registry_api.demo.fresh import add_newcomer, draw_doctor
from registry_api.demo.logins import Login
from registry_api.demo.people import DemoPerson
from registry_api.enrolment.privacy import CURRENT_VERSION
from registry_api.kit.ids import new_id
from tests.support.inbox import messages_to
from tests.support.own_account import OwnAccount
from tests.support.people import Person

PASSWORD = "Banxia47xk"


@dataclass
class Newcomer:
    """Somebody with a name and an ID number; in the register or not."""

    door: OwnAccount
    person: DemoPerson
    browser: Person
    login_name: str

    async def call(self, method: str, path: str, **body: Any) -> httpx.Response:
        more: dict[str, Any] = {"json": body} if method != "GET" else {}
        return await self.browser.call(method, path, **more)

    async def start(self, **changes: Any) -> httpx.Response:
        """The first page."""
        body = {
            "name": self.person.name,
            "id_number": self.person.id_number,
            "privacy_policy_version": CURRENT_VERSION,
            "human_proof": await self.door.proof("account_registration"),
        }
        return await self.call("POST", "/accounts/registrations", **(body | changes))

    async def ticket(self, **changes: Any) -> str:
        answer = await self.start(**changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["registration_ticket"])

    async def complete(self, ticket: str, **changes: Any) -> httpx.Response:
        """The second page."""
        body = {
            "registration_ticket": ticket,
            "phone": self.person.phone,
            "login_name": self.login_name,
            "password": PASSWORD,
            "password_confirmation": PASSWORD,
        }
        return await self.call("POST", "/accounts", **(body | changes))

    async def register(self, **changes: Any) -> UUID:
        """Both pages; gives the account's id."""
        name = {"name": changes.pop("name")} if "name" in changes else {}
        answer = await self.complete(await self.ticket(**name), **changes)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["account_id"])

    async def sign_in(self) -> Any:
        """Signs this browser in; gives the session."""
        answer = await self.call(
            "POST", "/sessions", realm="doctor", login_name=self.login_name, password=PASSWORD
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def code(self) -> str:
        """The newest code that came to the phone."""
        found = await messages_to(self.door.cast, self.person.phone)
        return str(next(one["values"]["code"] for one in found if "code" in one["values"]))

    async def verify_phone(self) -> Any:
        sent = await self.call("POST", "/me/phone/codes")
        assert sent.status_code == 204, sent.text
        answer = await self.call("POST", "/me/phone/verification", code=await self.code())
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def verify(self) -> None:
        """Registers, signs in, and passes everything before activation."""
        await self.register()
        await self.sign_in()
        found = (await self.call("POST", "/me/identity-verification")).json()
        assert found["outcome"] == "matched", found
        await self.verify_phone()

    @property
    def login(self) -> Login:
        return Login("doctor", None, "doctor", self.login_name, PASSWORD, "")


async def newcomer(door: OwnAccount, *, in_register: bool = True) -> Newcomer:
    """Somebody whom no test has met before."""
    person = await add_newcomer(door.cast.settings) if in_register else draw_doctor().person
    # The letter between keeps it from looking like a phone number, whatever is drawn.
    drawn = new_id().hex
    return Newcomer(door, person, door.stranger(), f"n{drawn[-12:-6]}x{drawn[-6:]}")
