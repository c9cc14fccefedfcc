"""A doctor with a valid registration, and the offices around."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest

from registry_api.demo.logins import PoolInstitution
from registry_api.kit.clock import SHANGHAI
from tests.support.people import Chain, Person

PREFIX = "/doctor/applications"


@dataclass
class Office:
    """An institution and its authority, with their people signed in."""

    place: PoolInstitution
    institution: Person
    handler: Person
    approver: Person


@dataclass
class Registered:
    """The doctor, at the main institution `office`."""

    chain: Chain
    office: Office

    @property
    def today(self) -> date:
        return self.chain.cast.clock.now().astimezone(SHANGHAI).date()

    async def registration(self) -> dict[str, Any]:
        """The registration as the doctor sees it."""
        found: dict[str, Any] = (await self.chain.doctor.get("/doctor/registrations"))["items"][0]
        return found

    async def other_office(self, province_code: str = "") -> Office:
        """Another institution of the province."""
        cast = self.chain.cast
        places = cast.institutions(province_code or self.office.place.province_code)
        place = next(one for one in places if one.id != self.office.place.id)
        return await office_of(self.chain, place)

    async def apply(self, type_code: str, payload: dict[str, Any]) -> dict[str, Any]:
        """A draft that is submitted."""
        draft = await self.draft(type_code, payload)
        answer = await self.chain.doctor.call(
            "POST", f"{PREFIX}/{draft['id']}/submission", version=draft["version"], key=str(uuid4())
        )
        assert answer.status_code == 200, answer.text
        submitted: dict[str, Any] = answer.json()
        assert submitted["status"] == "institution_review"
        return submitted

    async def draft(self, type_code: str, payload: dict[str, Any]) -> dict[str, Any]:
        """A draft with its payload."""
        answer = await self.begin(type_code, payload)
        assert answer.status_code == 201, answer.text
        draft: dict[str, Any] = answer.json()
        return draft

    async def begin(self, type_code: str, payload: dict[str, Any]) -> httpx.Response:
        """The answer to a new draft."""
        held = await self.registration()
        return await self.chain.doctor.call(
            "POST",
            PREFIX,
            json={"type": type_code, "registration_id": held["id"], "payload": payload},
            key=str(uuid4()),
        )

    async def pass_through(self, application: dict[str, Any], office: Office | None = None) -> dict[str, Any]:
        """Endorsed, accepted and approved."""
        at = office or self.office
        for realm, person, action in (
            ("institution", at.institution, "endorse"),
            ("authority", at.handler, "accept"),
            ("authority", at.approver, "approve"),
        ):
            answer = await person.call(
                "POST",
                f"/{realm}/applications/{application['id']}/decisions",
                version=application["version"],
                key=str(uuid4()),
                json={"action": action},
            )
            assert answer.status_code == 200, answer.text
            application = answer.json()
        assert application["status"] == "approved"
        return application


async def office_of(chain: Chain, place: PoolInstitution) -> Office:
    """The people of an institution and of its authority."""
    sign_in = chain.cast.sign_in
    return Office(
        place,
        await sign_in(place.handler),
        await sign_in(place.authority_handler),
        await sign_in(place.authority_approver),
    )


@pytest.fixture
async def registered(chain: Chain) -> Registered:
    """Registered by an application that went its way."""
    await chain.advance("approved")
    return Registered(chain, Office(chain.place, chain.institution, chain.handler, chain.approver))
