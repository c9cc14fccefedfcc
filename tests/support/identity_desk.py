"""An authority's desk for identity cases, and who opens cases there."""

import io
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from PIL import Image

from registry_api.demo.logins import PoolInstitution
from tests.support.own_account import OwnAccount, Owner
from tests.support.people import Person

REASON = "经核对身份证原件，情况属实。"


def scan(size: tuple[int, int] = (800, 500), kind: str = "JPEG") -> bytes:
    content = io.BytesIO()
    picture = Image.new("RGB", size, "lightgrey")
    exif = picture.getexif()
    exif[0x010F] = "SECRET-CAMERA"
    picture.save(content, kind, exif=exif)
    return content.getvalue()


def files(*contents: bytes) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("evidence", (f"{n}.jpg", one, "image/jpeg")) for n, one in enumerate(contents)]


@dataclass
class IdentityDesk:
    """An authority, and who opens cases there."""

    door: OwnAccount
    place: PoolInstitution
    division: str
    approver: Person
    handler: Person

    async def dispute(
        self, kind: str = "taken_identity", proofs: list[bytes] | None = None, **fields: Any
    ) -> httpx.Response:
        form = {
            "kind": kind,
            "division_code": self.division,
            "statement": "身份证号不是我注册的。\n请核实。",
            **(await self.door.proof("identity_dispute")),
            **fields,
        }
        return await self.door.stranger().call(
            "POST", "/identity-disputes", data=form, files=files(*(proofs or [scan()]))
        )

    async def lost_phone(self, owner: Owner, new_phone: str, **fields: Any) -> httpx.Response:
        form = {
            "name": owner.name,
            "id_number": owner.id_number,
            "new_phone": new_phone,
            "division_code": self.division,
            "statement": "原手机已丢失",
            **(await self.door.proof("phone_replacement")),
            **fields,
        }
        return await self.door.stranger().call("POST", "/phone-replacements", data=form, files=files(scan()))

    async def status(self, opened: httpx.Response) -> dict[str, Any]:
        assert opened.status_code == 201, opened.text
        answer = await self.door.stranger().call("POST", "/identity-disputes/lookups", json=opened.json())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def find(self, opened: httpx.Response, person: Person | None = None) -> dict[str, Any]:
        """The case as its desk reads it."""
        person = person or self.approver
        path = f"/{person.realm}/identity-cases"
        page = await person.get(f"{path}?limit=100")
        number = opened.json()["number"]
        case_id = next(item["id"] for item in page["items"] if item["number"] == number)
        return dict(await person.get(f"{path}/{case_id}"))

    async def decide(
        self, case: dict[str, Any], action: str, person: Person | None = None, reason: str = REASON
    ) -> httpx.Response:
        person = person or self.approver
        path = f"/{person.realm}/identity-cases/{case['id']}/decisions"
        return await person.call("POST", path, json={"action": action, "reason": reason})


@pytest.fixture
async def identity_desk(own_account: OwnAccount) -> IdentityDesk:
    """The authority of an institution whose logins are published."""
    place = own_account.cast.institutions("370000")[0]
    division = await own_account.superuser.fetchval(
        "SELECT o.division_code FROM account a JOIN authority o ON o.id = a.authority_id WHERE a.login_name = $1",
        place.authority_approver.login_name,
    )
    approver = await own_account.cast.sign_in(place.authority_approver)
    handler = await own_account.cast.sign_in(place.authority_handler)
    own_account.clients.extend((approver.client, handler.client))
    return IdentityDesk(own_account, place, division, approver, handler)
