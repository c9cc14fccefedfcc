"""Many at once: one effect, whatever arrives together."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from registry_api.accounts.sign_in import ATTEMPTS, FREE_ATTEMPTS
from tests.support.human import human_proof
from tests.support.people import Chain, StartChain
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")
CROWD = 50
ROUNDS = 20


async def submit(chain: Chain, key: str | None) -> httpx.Response:
    return await chain.doctor.call(
        "POST", f"/doctor/applications/{chain.id}/submission", version=chain.application["version"], key=key
    )


async def steps_of(superuser: Any, chain: Chain) -> list[str]:
    rows = await superuser.fetch(
        "SELECT action FROM application_step WHERE application_id = $1 ORDER BY version", UUID(chain.id)
    )
    return [row["action"] for row in rows]


async def test_one_key_gives_one_step_and_fifty_equal_answers(chain: Chain, superuser: Any) -> None:
    key = str(uuid4())
    answers = await asyncio.gather(*(submit(chain, key) for _ in range(CROWD)))
    assert Counter(answer.status_code for answer in answers) == {200: CROWD}
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["etag"] for answer in answers} == {'"v3"'}
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == CROWD - 1
    assert await steps_of(superuser, chain) == ["submit"]


async def test_without_a_key_one_succeeds_and_the_others_hear_why(chain: Chain, superuser: Any) -> None:
    answers = await asyncio.gather(*(submit(chain, None) for _ in range(CROWD)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: CROWD - 1}
    for answer in answers:
        if answer.status_code == 409:
            assert problem(answer) == (409, "wrong_state")
            assert answer.json()["application_status"] == "institution_review"
            assert answer.json()["available_actions"] == ["withdraw"]
    assert await steps_of(superuser, chain) == ["submit"]


async def test_fifty_creations_with_one_key_make_one_draft(chain: Chain) -> None:
    _, doctor = await chain.cast.doctor()
    key, body = str(uuid4()), {"type": "registration", "payload": {}}
    answers = await asyncio.gather(
        *(doctor.call("POST", "/doctor/applications", key=key, json=body) for _ in range(CROWD))
    )
    assert Counter(answer.status_code for answer in answers) == {201: CROWD}
    assert len({answer.content for answer in answers}) == 1
    assert (await doctor.get("/doctor/applications"))["total"]["value"] == 1
    await doctor.client.aclose()


async def test_a_key_belongs_to_one_request(chain: Chain) -> None:
    key = str(uuid4())
    path = f"/doctor/applications/{chain.id}/withdrawal"
    await chain.take(chain.doctor, "submit")
    first = await chain.doctor.call("POST", path, version=3, key=key, json={"comment": "一"})
    assert first.status_code == 200, first.text
    again = await chain.doctor.call("POST", path, version=3, key=key, json={"comment": "一"})
    assert (again.status_code, again.content) == (200, first.content)
    other_body = await chain.doctor.call("POST", path, version=3, key=key, json={"comment": "二"})
    other_operation = await submit(chain, key)
    for answer in (other_body, other_operation):
        assert problem(answer) == (422, "idempotency_mismatch")


async def test_a_key_of_somebody_else_does_not_answer(start_chain: StartChain) -> None:
    one, other = await start_chain(), await start_chain()
    key = str(uuid4())
    answers = [await submit(chain, key) for chain in (one, other)]
    assert [answer.json()["id"] for answer in answers] == [one.id, other.id]


async def test_a_refused_request_may_be_repeated_with_its_key(chain: Chain) -> None:
    key = str(uuid4())
    path = f"/doctor/applications/{chain.id}/submission"
    assert problem(await chain.doctor.call("POST", path, version=9, key=key)) == (412, "stale_version")
    assert (await submit(chain, key)).status_code == 200


async def test_approval_and_withdrawal_at_one_instant_have_one_winner(
    start_chain: StartChain, superuser: Any
) -> None:
    winners = Counter[str]()
    for turn in range(ROUNDS):
        await superuser.execute("DELETE FROM attempt_counter")
        chain = await start_chain()
        await chain.advance("accepted")
        version = chain.application["version"]
        approve = chain.act(chain.approver, "approve", version=version)
        withdraw = chain.act(chain.doctor, "withdraw", version=version)
        # Each goes first half the time, so that either may win.
        pair = (approve, withdraw) if turn % 2 else (withdraw, approve)
        answers = await asyncio.gather(*pair)
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        loser = next(answer for answer in answers if answer.status_code == 409)
        won = next(answer for answer in answers if answer.status_code == 200).json()["status"]
        assert (*problem(loser), loser.json()["application_status"]) == (409, "wrong_state", won)
        winners[won] += 1
        registered = await superuser.fetchval(
            "SELECT count(*) FROM register_entry WHERE application_id = $1", UUID(chain.id)
        )
        assert registered == (1 if won == "approved" else 0)
        assert (await steps_of(superuser, chain))[3:] == [
            {"approved": "approve", "withdrawn": "withdraw"}[won]
        ]
    assert set(winners) == {"approved", "withdrawn"}


async def test_of_two_hundred_guesses_at_once_at_most_ten_are_evaluated(chain: Chain, superuser: Any) -> None:
    fresh, doctor = await chain.cast.doctor()
    account = (await doctor.get("/me"))["account"]["id"]
    await superuser.execute("DELETE FROM attempt_counter")
    proofs = [await human_proof(doctor) for _ in range(40)]

    def guess(number: int, **more: Any) -> Any:
        body = {
            "realm": "doctor",
            "login_name": fresh.login.login_name,
            "password": f"Geraten{number}",
            **more,
        }
        return doctor.call("POST", "/sessions", json=body)

    async def evaluated() -> int:
        refused = "SELECT count(*) FROM audit_event WHERE action = 'session.refused' AND object_id = $1"
        return int(await superuser.fetchval(refused, UUID(account)))

    unproved = await asyncio.gather(*(guess(number) for number in range(160)))
    assert {answer.status_code for answer in unproved} <= {401, 403, 429}
    assert await evaluated() == FREE_ATTEMPTS
    await superuser.execute("DELETE FROM attempt_counter")
    proved = await asyncio.gather(
        *(guess(1000 + place, human_proof=proof) for place, proof in enumerate(proofs)),
        *(guess(number) for number in range(160)),
    )
    assert await evaluated() <= FREE_ATTEMPTS + ATTEMPTS
    refused = [answer for answer in proved if answer.status_code == 429]
    assert refused
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    await doctor.client.aclose()
