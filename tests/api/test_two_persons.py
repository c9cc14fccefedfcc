"""Nobody decides on their own application, and the two decisions are two persons'."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.people import Chain
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")


async def test_nobody_decides_on_their_own_case(chain: Chain, superuser: Any) -> None:
    """Staff may be doctors as well: the blind index of the ID number tells."""
    await chain.advance("authority_review")
    person = await superuser.fetchval(
        "SELECT p.id_number_index FROM application a JOIN practitioner p ON p.id = a.practitioner_id WHERE a.id = $1",
        UUID(chain.id),
    )
    account = UUID((await chain.approver.get("/me"))["account"]["id"])
    kept = await superuser.fetchval("SELECT id_number_index FROM account WHERE id = $1", account)
    await superuser.execute("UPDATE account SET id_number_index = $2 WHERE id = $1", account, person)
    try:
        answer = await chain.act(chain.approver, "approve")
        assert problem(answer) == (403, "own_case")
    finally:
        await superuser.execute("UPDATE account SET id_number_index = $2 WHERE id = $1", account, kept)
    event = await superuser.fetchrow(
        "SELECT * FROM audit_event WHERE request_id = $1", answer.json()["request_id"]
    )
    assert (event["action"], event["object_id"]) == ("application.decision_refused", UUID(chain.id))
    assert (await chain.approver.get(f"/authority/applications/{chain.id}"))["status"] == "authority_review"


async def test_the_two_decisions_are_made_by_two_persons(chain: Chain, superuser: Any) -> None:
    index = uuid4().bytes + uuid4().bytes
    ids = [UUID((await one.get("/me"))["account"]["id"]) for one in (chain.institution, chain.approver)]
    kept = {
        one: await superuser.fetchval("SELECT id_number_index FROM account WHERE id = $1", one) for one in ids
    }
    for one in ids:
        await superuser.execute("UPDATE account SET id_number_index = $2 WHERE id = $1", one, index)
    try:
        await chain.advance("authority_review")
        assert problem(await chain.act(chain.approver, "approve")) == (403, "same_person")
        await chain.take(chain.handler, "accept")
    finally:
        for one, before in kept.items():
            await superuser.execute("UPDATE account SET id_number_index = $2 WHERE id = $1", one, before)
