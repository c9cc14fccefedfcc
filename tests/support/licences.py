"""A doctor with a licence, and how anybody checks it."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.pages import qr_codes
from tests.support.people import FORM, Person, portrait
from tests.support.practising import Scene

LICENCES = "/doctor/licences"


@dataclass
class Licensed:
    """A doctor who is registered at the scene's first place; `licence` is what was claimed last."""

    scene: Scene
    doctor: Person
    licence: dict[str, Any]

    async def read(self) -> dict[str, Any]:
        """The licence as it is now."""
        found: dict[str, Any] = await self.doctor.get(f"{LICENCES}/{self.licence['id']}")
        return found

    async def versions(self) -> list[tuple[int, str, str | None]]:
        """Version, status and what ended it, the latest first."""
        found = (await self.doctor.get(LICENCES))["items"]
        return [(one["version"], one["status"], one["end_reason"]) for one in found]

    async def document(self) -> bytes:
        """The PDF."""
        answer = await self.doctor.call("GET", f"{LICENCES}/{self.licence['id']}.pdf")
        assert answer.status_code == 200, answer.text
        return answer.content

    async def code(self) -> str:
        """What the permanent code on the PDF holds."""
        (found,) = qr_codes(await self.document())
        return found

    async def show(self) -> dict[str, Any]:
        """A 亮照."""
        answer = await show(self.doctor, self.licence["id"])
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def verify(self, code: str) -> dict[str, Any]:
        """What somebody learns who scans it and is not signed in."""
        return await verify(self.doctor, code)

    async def claim(self) -> dict[str, Any]:
        """Claims it again; that one is the licence from now on."""
        answer = await claim(self.doctor, self.licence["registration_id"])
        assert answer.status_code == 201, answer.text
        self.licence = answer.json()
        return self.licence


async def upload_photo(scene: Scene, colour: str = "grey") -> str:
    """Another photo of the doctor's, which waits for the institution; its id."""
    answer = await scene.call(
        "doctor",
        "POST",
        "/doctor/photos",
        data={"registration_id": str(await scene.registration_id())},
        files={"file": ("p.jpg", portrait(colour), "image/jpeg")},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def decide_photo(scene: Scene, photo: str, action: str, reason: str = "") -> None:
    body = {"action": action, "reason": reason}
    answer = await scene.call(
        "institution", "POST", f"/institution/photo-reviews/{photo}/decisions", json=body
    )
    assert answer.status_code == 200, answer.text


async def claim(person: Person, registration_id: str) -> httpx.Response:
    return await person.call("POST", LICENCES, json={"registration_id": registration_id}, key=str(uuid4()))


async def show(person: Person, licence_id: str) -> httpx.Response:
    return await person.call("POST", f"{LICENCES}/{licence_id}/presentation")


async def verify(person: Person, code: str) -> dict[str, Any]:
    """Asks without any session, over the same application."""
    async with httpx.AsyncClient(
        transport=person.client._transport, base_url=person.client.base_url
    ) as anybody:
        answer = await anybody.post("/api/v1/licences/verifications", json={"token": code})
        assert answer.status_code == 200, answer.text
        learned: dict[str, Any] = answer.json()
        return learned


@pytest.fixture
async def photographed(unregistered: Scene) -> Scene:
    """Registered at the first place by an application, whose photo the institution approved."""
    scene = unregistered
    await scene.apply("registration", {"institution_id": scene.places[0].id, "form": FORM})
    await scene.take("institution", "endorse")
    await scene.take("approver", "approve")
    return scene


@pytest.fixture
async def licensed(photographed: Scene) -> Licensed:
    """Claimed as soon as the registration is valid."""
    doctor = await photographed.person("doctor")
    answer = await claim(doctor, str(await photographed.registration_id()))
    assert answer.status_code == 201, answer.text
    return Licensed(photographed, doctor, answer.json())
