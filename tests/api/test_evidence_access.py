"""Proofs are nobody's business but of whose case it is: for strangers, for who decides nothing, and in the database."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.api.test_evidence import delete
from tests.api.test_first_wall_removed import colleague, strangers
from tests.support.people import Chain, StartChain
from tests.support.problems import problem
from tests.support.proofs import attach, send_proof
from tests.support.scopes import Members, as_application, enter, undone

pytestmark = pytest.mark.usefixtures("fresh_counters")


async def test_strangers_find_no_proof_and_add_none(chain: Chain, start_chain: StartChain) -> None:
    proof = await attach(chain.doctor, chain.id)
    await chain.advance("authority_review")
    stranger = await start_chain()
    for person in await strangers(chain):
        where = f"/{person.realm}/applications/{chain.id}/attachments"
        assert (await person.call("GET", f"{where}/{proof['id']}")).status_code == 404
        assert problem(await send_proof(person, chain.id)) in ((404, "not_found"), (403, "role_not_allowed"))
        if person.realm != "authority":
            assert problem(await delete(person, chain.id, proof["id"])) == (404, "not_found")
    # Of another application's file the address tells nothing either.
    assert problem(await delete(stranger.doctor, stranger.id, proof["id"])) == (404, "not_found")


@pytest.mark.parametrize("ending", ["gl", "sj"])
async def test_who_decides_nothing_adds_nothing(chain: Chain, ending: str) -> None:
    await chain.advance("authority_review")
    person = await chain.cast.sign_in(colleague(chain.place.authority_handler, ending))
    assert problem(await send_proof(person, chain.id)) == (403, "role_not_allowed")


async def test_nobody_has_a_hand_in_their_own_case(chain: Chain, superuser: Any) -> None:
    await chain.advance("authority_review")
    account = UUID((await chain.handler.get("/me"))["account"]["id"])
    kept = await superuser.fetchval("SELECT id_number_index FROM account WHERE id = $1", account)
    await superuser.execute(
        "UPDATE account SET id_number_index = p.id_number_index FROM application a JOIN practitioner p"
        " ON p.id = a.practitioner_id WHERE account.id = $1 AND a.id = $2",
        account,
        UUID(chain.id),
    )
    try:
        assert problem(await send_proof(chain.handler, chain.id)) == (403, "own_case")
    finally:
        await superuser.execute("UPDATE account SET id_number_index = $2 WHERE id = $1", account, kept)


WRITE = (
    "INSERT INTO attachment (id, application_id, practitioner_id, kind, name_sealed, uploaded_by, storage_key,"
    " content_type, sha256, size, width, height, advice, created_at)"
    " SELECT gen_random_uuid(), $1, $2, 'evidence', '', $3, 'x', 'image/jpeg', '', 1, 1, 1, '{}', now()"
)


async def test_the_database_takes_no_file_of_a_foreign_case_or_in_a_foreign_name(
    members: Members, superuser: Any
) -> None:
    async with undone(superuser):
        for realm, session in members.sessions.items():
            side = realm.split("_")[0]
            cases = members.scopes[realm].cases()
            visible = f"SELECT a.id, a.practitioner_id FROM application a WHERE a.id IN ({cases}) LIMIT 1"  # noqa: S608 (our own words)
            foreign = f"SELECT a.id, a.practitioner_id FROM application a WHERE a.id NOT IN ({cases}) LIMIT 1"  # noqa: S608
            own, other = await superuser.fetchrow(visible), await superuser.fetchrow(foreign)
            refused = [(other["id"], other["practitioner_id"], side)]
            if own is not None:
                wrong = next(one for one in ("doctor", "institution", "authority") if one != side)
                refused += [
                    (own["id"], own["practitioner_id"], wrong),
                    (own["id"], other["practitioner_id"], side),
                ]
            for values in refused:
                async with as_application(superuser):
                    await enter(superuser, session, members.now)
                    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                        async with superuser.transaction():
                            await superuser.execute(WRITE, *values)
