"""Administrators of the tests, and people whom they invite."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pyotp

from registry_api.demo.logins import Login, PoolInstitution
from registry_api.demo.proofs import device_token, totp_secret
from registry_api.kit.roles import Role
from registry_api.practitioners.identity import id_number_check_digit
from tests.support.people import Cast, Person

_ENDINGS: dict[Role, str] = {
    "institution_handler": "",
    "institution_administrator": "gl",
    "authority_handler": "",
    "authority_approver": "sp",
    "authority_administrator": "gl",
    "authority_auditor": "sj",
}
"""The demonstration names its staff by rule."""


def login_of(place: PoolInstitution, role: Role) -> Login:
    """Who has a role at an institution of the pool, or at the authority that registers its doctors."""
    known = place.handler if role.startswith("institution") else place.authority_handler
    name = known.login_name + _ENDINGS[role]
    return replace(
        known,
        role=role,
        login_name=name,
        device_token=device_token(known.realm, name),
        totp_secret=totp_secret(known.realm, name),
    )


def provincial_login(place: PoolInstitution, role: Role = "authority_administrator") -> Login:
    """Who has a role at the authority of the province in which an institution of the pool lies."""
    name = f"wj{place.province_code}{_ENDINGS[role]}"
    return replace(
        place.authority_handler,
        role=role,
        login_name=name,
        device_token=device_token("authority", name),
        totp_secret=totp_secret("authority", name),
    )


def new_person(**over: Any) -> dict[str, Any]:
    """Somebody whom nobody has invited yet."""
    serial = secrets.randbelow(1000)
    first17 = f"3701021980{1 + secrets.randbelow(12):02d}{1 + secrets.randbelow(28):02d}{serial:03d}"
    return {
        "name": "欧阳新来",
        "id_number": first17 + id_number_check_digit(first17),
        "phone": f"139{secrets.randbelow(10**8):08d}",
        **over,
    }


def token_of(link: str) -> str:
    """The token in an invitation's link."""
    return link.partition("#")[2]


@dataclass
class Administration:
    """An administrator at work on the accounts under one path, such as `/institution/staff`."""

    person: Person
    path: str

    async def call(self, method: str, rest: str = "", **more: Any) -> httpx.Response:
        key = str(uuid4()) if method == "POST" else None
        return await self.person.call(method, f"{self.path}{rest}", key=key, **more)

    async def listed(self, rest: str = "") -> list[dict[str, Any]]:
        answer = await self.call("GET", rest)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def invite(self, role: str, **over: Any) -> dict[str, Any]:
        answer = await self.call("POST", json=new_person(role=role, **over))
        assert answer.status_code == 201, answer.text
        invited: dict[str, Any] = answer.json()
        return invited

    async def invite_administrator(self, **over: Any) -> httpx.Response:
        return await self.call("POST", "/administrators", json=new_person(**over))

    async def member(self, account_id: str) -> dict[str, Any]:
        return next(one for one in await self.listed("?limit=100") if one["id"] == account_id)


async def administration(cast: Cast, place: PoolInstitution, realm: str) -> Administration:
    """The administrator of an office of the pool at its staff."""
    role: Role = "institution_administrator" if realm == "institution" else "authority_administrator"
    return Administration(await cast.sign_in(login_of(place, role)), f"/{realm}/staff")


PASSWORD = "Chunfeng-Huayu-2027"
"""That invited people choose."""
STEP = timedelta(seconds=30)
"""How long an authenticator shows a code."""


def stranger(cast: Cast, realm: str) -> Person:
    """Somebody at a browser that nobody has signed in with."""
    transport = httpx.ASGITransport(cast.app, raise_app_exceptions=False)
    return Person(httpx.AsyncClient(transport=transport, base_url=cast.settings.origin), realm)


def acceptance(token: str, **over: Any) -> dict[str, Any]:
    """What somebody chooses who opens an account; the code or the passkey is still to be added."""
    return {
        "token": token,
        "login_name": f"xin.{secrets.token_hex(5)}",
        "password": PASSWORD,
        "password_confirmation": PASSWORD,
        **over,
    }


async def start_totp(person: Person, chosen: dict[str, Any]) -> pyotp.TOTP:
    """The authenticator that an invitation gives."""
    body = {"token": chosen["token"], "login_name": chosen["login_name"]}
    answer = await person.call("POST", "/staff-invitations/totp", json=body)
    assert answer.status_code == 200, answer.text
    return pyotp.TOTP(answer.json()["secret"])


async def join(cast: Cast, realm: str, link: str) -> tuple[Person, Login]:
    """Accepts an invitation with an authenticator, then signs in with its code on a device that is unknown."""
    person = stranger(cast, realm)
    chosen = acceptance(token_of(link))
    totp = await start_totp(person, chosen)
    now = cast.clock.now()
    # Codes of the step before count too, and each once: the current one is left for the sign-in.
    chosen["totp_code"] = totp.at(now - STEP)
    accepted = await person.call("POST", "/staff-invitations", json=chosen)
    assert accepted.status_code == 201, accepted.text
    login = Login(realm, None, "client", chosen["login_name"], PASSWORD, "", "", totp.secret)  # type: ignore[arg-type]
    entered = await prove(cast, person, login)
    assert entered.status_code == 201, entered.text
    return person, login


async def prove(cast: Cast, person: Person, login: Login) -> httpx.Response:
    """Signs in with password and authenticator; gives the answer to the second."""
    body = {
        "realm": login.realm,
        "login_name": login.login_name,
        "password": login.password,
        "delivery": "cookie",
    }
    refused = await person.call("POST", "/sessions", json=body)
    assert refused.status_code == 403, refused.text
    proof = {
        "challenge": refused.json()["challenge"],
        "method": "totp",
        "code": pyotp.TOTP(login.totp_secret or "").at(cast.clock.now()),
        "remember_device": False,
    }
    return await person.call("POST", "/sessions/second-factor", json=proof)
