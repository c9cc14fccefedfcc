"""Doctors who are registered already, and cases under way, made by requests, so that a walk can begin there."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import uuid4

import httpx

from registry_api.accounts.entry import device_cookie_name
from registry_api.demo.logins import Login, PoolInstitution
from registry_api.demo.people import DemoPerson
from tests.browser.people import Visitors
from tests.support.server import Server

BASIS = {"document": "鲁卫医函〔2026〕12 号", "reason": "依职权办理"}


@dataclass
class RegisteredDoctor:
    """A doctor with a valid registration at `place`; `elsewhere` is another institution of the province."""

    person: DemoPerson
    login: Login
    registration_id: str
    place: PoolInstitution
    elsewhere: PoolInstitution

    @property
    def name(self) -> str:
        return self.person.name


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

    def __enter__(self) -> "Requests":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, method: str, path: str, *, version: int | None = None, **more: Any) -> Any:
        """The answer to a request that is granted."""
        headers = {"Idempotency-Key": str(uuid4())}
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        answer = self._client.request(method, path, headers=headers, **more)
        assert answer.is_success, answer.text
        return answer.json()


def registered_doctor(
    visitors: Visitors, server: Server, at: Callable[[PoolInstitution], str] = attrgetter("id")
) -> RegisteredDoctor:
    """A doctor whom no other test knows, registered a moment ago; `at` chooses another place of the same authority."""
    person, login = visitors.account_owner()
    places = [one for one in server.pool.institutions if one.province_code == person.province]
    place, elsewhere = places[0], places[1]
    with Requests(server, place.authority_approver) as approver:
        handled = approver.ask(
            "POST",
            "/authority/direct-handlings",
            json={
                "type": "registration",
                "practitioner_id": str(person.id),
                "registration_id": None,
                "payload": {"institution_id": at(place)},
                "basis": BASIS,
            },
        )
    assert handled["status"] == "approved"
    return RegisteredDoctor(person, login, handled["registration_id"], place, elsewhere)


def applied(server: Server, held: RegisteredDoctor, type_code: str, payload: dict[str, Any]) -> Any:
    """What the doctor applied for a moment ago: it lies on the institution's desk."""
    with Requests(server, held.login) as doctor:
        body = {"type": type_code, "registration_id": held.registration_id, "payload": payload}
        draft = doctor.ask("POST", "/doctor/applications", json=body)
        path = f"/doctor/applications/{draft['id']}/submission"
        return doctor.ask("POST", path, version=draft["version"])


def decided(server: Server, login: Login, case: Any, action: str, comment: str = "") -> Any:
    """The same case after a decision of staff."""
    with Requests(server, login) as staff:
        path = f"/{login.realm}/applications/{case['id']}/decisions"
        body = {"action": action, "comment": comment}
        return staff.ask("POST", path, version=case["version"], json=body)
