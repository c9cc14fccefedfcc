"""Bearer tokens over HTTP: one is good, and whatever differs from it in one thing is 401 with the problem document."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from jose import jwt

from registry_api.kit.tokens import TokenKeyRing, generate_key_pem
from tests.support.people import Cast, Person
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")


def part(value: object) -> str:
    """A part of a token."""
    return encoded(json.dumps(value).encode())


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Forge:
    """Makes tokens as the service does, but for what is asked to differ."""

    ring: TokenKeyRing
    header: dict[str, Any]
    claims: dict[str, Any]

    def sign(
        self, *, key: Any = None, without: str = "", header: dict[str, Any] | None = None, **claims: Any
    ) -> str:
        """Signed with ES256 by the service's own key, unless another is given."""
        told = {name: value for name, value in {**self.claims, **claims}.items() if name != without}
        headers = {**self.header, **(header or {})}
        return str(jwt.encode(told, key or self.ring.private[self.header["kid"]], "ES256", headers=headers))

    def unsigned(self, alg: str) -> str:
        """No signature, and a header that says there is none."""
        return f"{part({**self.header, 'alg': alg})}.{part(self.claims)}."

    def keyed_with_the_public_key(self) -> str:
        """HS256, its secret what everybody knows: a verifier that lets the header choose would take it."""
        public = self.ring.public[self.header["kid"]].to_pem()
        signed = f"{part({**self.header, 'alg': 'HS256'})}.{part(self.claims)}"
        return f"{signed}.{encoded(hmac.digest(public, signed.encode(), hashlib.sha256))}"


@pytest.fixture
async def bearer(cast: Cast) -> AsyncIterator[tuple[Person, Forge]]:
    """A program that is signed in, and a forge that knows its token."""
    fresh, doctor = await cast.doctor()
    person = await cast.sign_in(fresh.login, "bearer")
    token = person.headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.get_unverified_claims(token)
    header = {name: value for name, value in jwt.get_unverified_header(token).items() if name != "alg"}
    yield person, Forge(cast.app.state.system.token_keys, header, claims)
    await person.client.aclose()
    await doctor.client.aclose()


ATTACKS: dict[str, Callable[[Forge], str]] = {
    "alg none": lambda forge: forge.unsigned("none"),
    "alg None": lambda forge: forge.unsigned("None"),
    "HS256 with the public key": Forge.keyed_with_the_public_key,
    "another key": lambda forge: forge.sign(key=generate_key_pem()),
    "an unknown kid": lambda forge: forge.sign(header={"kid": "newest"}),
    "another type": lambda forge: forge.sign(header={"typ": "JWT"}),
    "no type": lambda forge: forge.sign(header={"typ": None}),
    "another audience": lambda forge: forge.sign(aud="another-service"),
    "another issuer": lambda forge: forge.sign(iss="https://elsewhere.example"),
    "expired": lambda forge: forge.sign(exp=forge.claims["iat"]),
    "a session that never was": lambda forge: forge.sign(sid="01a21301-f832-71cf-8eaf-0728b103ff50"),
    **{
        f"no {name}": partial(Forge.sign, without=name) for name in ("exp", "iat", "aud", "iss", "sub", "sid")
    },
}


@pytest.mark.parametrize("make", ATTACKS.values(), ids=ATTACKS.keys())
async def test_a_forged_token_opens_nothing(
    bearer: tuple[Person, Forge], make: Callable[[Forge], str]
) -> None:
    person, forge = bearer
    person.headers["Authorization"] = f"Bearer {forge.sign()}"
    assert (await person.call("GET", "/me")).status_code == 200
    person.headers["Authorization"] = f"Bearer {make(forge)}"
    for method, path in (("GET", "/me"), ("GET", "/doctor/registrations"), ("DELETE", "/sessions/current")):
        refused = await person.call(method, path)
        assert problem(refused) == (401, "unauthenticated")
        assert refused.headers["www-authenticate"].startswith("Bearer")
