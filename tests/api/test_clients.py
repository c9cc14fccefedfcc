"""Programs with client credentials: they read what their office may read, and nothing else."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from registry_api.kit.ids import new_id
from tests.support.people import Chain, Person
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")


@dataclass
class Program:
    """A client of the institution of a chain."""

    id: UUID
    secret: str
    person: Person

    async def ask(self, **changed: str) -> httpx.Response:
        form = {"grant_type": "client_credentials", "client_id": str(self.id), "client_secret": self.secret}
        return await self.person.call("POST", "/oauth/token", data=form | changed)

    async def sign_in(self, **changed: str) -> None:
        answer = await self.ask(**changed)
        assert answer.status_code == 200, answer.text
        self.person.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


@pytest.fixture
async def program(chain: Chain, superuser: Any) -> AsyncIterator[Program]:
    secret = secrets.token_urlsafe(32)
    client_id = new_id()
    await superuser.execute(
        "INSERT INTO api_client (id, name, secret_hash, scopes, institution_id) VALUES ($1, 'HIS', $2, $3, $4)",
        client_id,
        hashlib.sha256(secret.encode()).digest(),
        ["applications:read", "other:read"],
        UUID(chain.place.id),
    )
    transport = chain.doctor.client._transport
    async with httpx.AsyncClient(transport=transport, base_url=chain.cast.settings.origin) as client:
        yield Program(client_id, secret, Person(client, "institution"))


async def test_a_program_reads_what_its_institution_reads(chain: Chain, program: Program) -> None:
    await program.sign_in()
    path = f"/institution/applications/{chain.id}"
    assert problem(await program.person.call("GET", path)) == (404, "not_found")
    await chain.advance("institution_review")
    read = await program.person.get(path)
    assert (read["id"], read["available_actions"]) == (chain.id, [])
    assert (await program.person.get("/me"))["account"]["role"] == "client"
    found = await program.person.call(
        "POST", "/institution/applications/searches", json={"number": read["number"]}
    )
    assert [item["id"] for item in found.json()["items"]] == [chain.id]


async def test_a_program_decides_nothing(chain: Chain, program: Program) -> None:
    await chain.advance("institution_review")
    await program.sign_in()
    assert problem(await chain.act(program.person, "endorse")) == (403, "forbidden")
    for realm in ("doctor", "authority"):
        elsewhere = await program.person.call("GET", f"/{realm}/applications")
        assert problem(elsewhere) == (403, "forbidden")


async def test_a_program_sees_no_portraits_beside_those_of_applications(
    chain: Chain, program: Program
) -> None:
    await program.sign_in()
    await chain.advance("approved")
    photo = (await chain.doctor.get("/doctor/photos"))["items"][0]["current"]["id"]
    for path in ("/institution/photo-reviews", f"/institution/photo-reviews/{photo}/content"):
        assert (await chain.institution.call("GET", path)).status_code == 200
        assert problem(await program.person.call("GET", path)) == (403, "forbidden")


async def test_a_token_reads_only_with_the_scope(program: Program) -> None:
    await program.sign_in(scope="other:read")
    path = "/institution/applications"
    assert problem(await program.person.call("GET", path)) == (403, "forbidden")
    assert problem(await program.person.call("POST", f"{path}/searches", json={})) == (403, "forbidden")


async def test_a_scope_taken_from_the_client_is_gone_at_once(program: Program, superuser: Any) -> None:
    await program.sign_in()
    await superuser.execute("UPDATE api_client SET scopes = '{}' WHERE id = $1", program.id)
    assert problem(await program.person.call("GET", "/institution/applications")) == (403, "forbidden")


async def test_a_revoked_client_is_out_at_once(program: Program, superuser: Any) -> None:
    await program.sign_in()
    await superuser.execute("UPDATE api_client SET revoked_at = now() WHERE id = $1", program.id)
    assert problem(await program.person.call("GET", "/me")) == (401, "unauthenticated")
    assert problem(await program.ask()) == (401, "wrong_credentials")


@pytest.mark.parametrize(
    "changed",
    [
        {"client_secret": "x" * 43},
        {"scope": "everything"},
        {"client_id": "00000000-0000-7000-8000-000000000001"},
    ],
)
async def test_wrong_credentials_give_no_token_and_are_recorded(
    program: Program, superuser: Any, changed: dict[str, str]
) -> None:
    answer = await program.ask(**changed)
    assert problem(answer) == (401, "wrong_credentials")
    recorded = await superuser.fetchval(
        "SELECT action FROM audit_event WHERE request_id = $1", answer.json()["request_id"]
    )
    assert recorded == "token.refused"


async def test_another_grant_is_refused(program: Program) -> None:
    assert problem(await program.ask(grant_type="password")) == (422, "invalid_body")
