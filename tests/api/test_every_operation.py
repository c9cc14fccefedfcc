"""Every operation of the contract that needs a principal: nobody gets in, and no other realm."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from registry_api.kit.roles import REALMS, Realm
from tests.support.people import Chain, Person
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")

SOME = "00000000-0000-7000-8000-000000000001"
OWNERS: dict[str, Realm] = {"doctor": "doctor", "institution": "institution", "authority": "authority"}
EVERYBODYS = {"/application-types"}
"""Tagged for doctors in the contract, and open to everybody who is signed in."""


def operations(app: FastAPI) -> Iterator[tuple[str, str, Realm | None]]:
    """Method, path, and the realm that may use it: the one that its path begins with, or that it is tagged for."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            if operation["security"]:
                where = re.sub(r"\{\w+\}", SOME, path).removeprefix("/api/v1")
                first = where.split("/")[1]
                realm = OWNERS.get(first) or OWNERS.get(operation["tags"][0])
                yield method.upper(), where, None if where in EVERYBODYS else realm


def members_of(chain: Chain) -> dict[Realm, Person]:
    return {"doctor": chain.doctor, "institution": chain.institution, "authority": chain.approver}


async def test_nobody_gets_nothing(chain: Chain) -> None:
    listed = list(operations(chain.cast.app))
    assert len(listed) > 90
    for method, path, realm in listed:
        async with httpx.AsyncClient(
            transport=chain.doctor.client._transport, base_url=chain.cast.settings.origin
        ) as client:
            answer = await Person(client, realm or "doctor").call(method, path)
        assert (method, path, *problem(answer)) == (method, path, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_another_realm_is_refused_and_the_attempt_is_recorded(chain: Chain, superuser: Any) -> None:
    people = members_of(chain)
    for method, path, realm in operations(chain.cast.app):
        for other in REALMS:
            if realm is None or other == realm:
                continue
            answer = await people[other].call(method, path)
            assert (method, path, other, *problem(answer)) == (method, path, other, 403, "forbidden")
            event = await superuser.fetchrow(
                "SELECT * FROM audit_event WHERE request_id = $1", answer.json()["request_id"]
            )
            assert (event["action"], event["outcome"], event["realm"]) == (
                "operation.refused",
                "refused",
                other,
            )
