"""Doctors who are registered already, made by the requests of four people, so that a walk can begin there."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from registry_api.accounts.entry import device_cookie_name
from registry_api.demo.logins import Login, PoolDoctor, PoolInstitution
from tests.browser.people import Visitors
from tests.support.people import FORM, portrait
from tests.support.server import Server

FORM_OF_THE_DOCTOR = FORM | {"home_address": "泉城路街道 18 号院 2 号楼 301 室"}


@dataclass
class RegisteredDoctor:
    """A doctor with a valid registration at `place`; `elsewhere` is another institution of the province."""

    doctor: PoolDoctor
    place: PoolInstitution
    elsewhere: PoolInstitution


class Requests:
    """What somebody who is signed in asks of the service, without a browser."""

    def __init__(self, server: Server, login: Login) -> None:
        self._client = httpx.Client(base_url=f"{server.origin}/api/v1", timeout=30)
        self._client.headers["X-Registry-Realm"] = login.realm
        if login.device_token:
            self._client.cookies.set(device_cookie_name(login.realm, server.settings), login.device_token)
        self.ask(
            "POST",
            "/sessions",
            json={
                "realm": login.realm,
                "login_name": login.login_name,
                "password": login.password,
                "delivery": "cookie",
            },
        )

    def ask(self, method: str, path: str, *, version: int | None = None, **more: Any) -> Any:
        """The answer to a request that is granted."""
        headers = {"Idempotency-Key": str(uuid4())}
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        answer = self._client.request(method, path, headers=headers, **more)
        assert answer.is_success, answer.text
        return answer.json()

    def close(self) -> None:
        self._client.close()


def registered_doctor(visitors: Visitors, server: Server) -> RegisteredDoctor:
    """A doctor whom no other test knows, registered a moment ago."""
    doctor = visitors.fresh_doctor()
    places = [one for one in server.pool.institutions if one.province_code == doctor.province_code]
    place, elsewhere = places[0], places[1]
    applicant = Requests(server, doctor.login)
    draft = applicant.ask("POST", "/doctor/applications", json={"type": "registration", "payload": {}})
    path = f"/doctor/applications/{draft['id']}"
    photo = applicant.ask(
        "POST",
        f"{path}/attachments",
        data={"kind": "photo"},
        files={"file": ("p.jpg", portrait(), "image/jpeg")},
    )
    payload = {"institution_id": place.id, "photo_id": photo["id"], "form": FORM_OF_THE_DOCTOR}
    case = applicant.ask("PATCH", path, version=draft["version"], json={"payload": payload})
    case = applicant.ask("POST", f"{path}/submission", version=case["version"])
    applicant.close()
    for login, action in ((place.handler, "endorse"), (place.authority_approver, "approve")):
        staff = Requests(server, login)
        at = f"/{login.realm}/applications/{case['id']}/decisions"
        case = staff.ask("POST", at, version=case["version"], json={"action": action})
        staff.close()
    assert case["status"] == "approved"
    return RegisteredDoctor(doctor, place, elsewhere)
