"""A superior's administrator and the administrators of the offices under it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry_api.demo.logins import PoolInstitution, read_pool
from registry_api.kit.ids import new_id
from tests.support.administrators import Administration, administration, join
from tests.support.people import Cast
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")


@pytest.fixture
def place(cast: Cast) -> PoolInstitution:
    return cast.institutions("370000")[1]


@pytest.fixture
async def superior(cast: Cast, place: PoolInstitution) -> AsyncIterator[Administration]:
    """The administrator of the authority that registers the institution, at that institution."""
    made = await administration(cast, place, "authority")
    made.path = f"/authority/institutions/{place.id}"
    yield made
    await made.person.client.aclose()


@pytest.fixture
async def vacant(superior: Administration, place: PoolInstitution, superuser: Any) -> UUID:
    """An institution just registered: nobody works there yet."""
    made = new_id()
    await superuser.execute(
        "INSERT INTO institution (id, name, search_text, search_grams, registration_number, licence_type,"
        " division_code, authority_id, address, postcode, phone, status)"
        " SELECT $1, '新开中医诊所', '新开中医诊所', ARRAY['新', '开', '新开'], $2, licence_type, division_code,"
        " authority_id,"
        " address, postcode, phone, 'open' FROM institution WHERE id = $3",
        made,
        str(made),
        UUID(place.id),
    )
    superior.path = f"/authority/institutions/{made}"
    return made


async def test_a_superior_finds_the_offices_that_nobody_administers(
    superior: Administration, vacant: UUID
) -> None:
    listed = await superior.person.get("/authority/offices?vacant=true&q=新开")
    assert [one["administrators"] for one in listed["items"]] == [0] * len(listed["items"])
    assert str(vacant) in [one["id"] for one in listed["items"]]
    assert (await superior.invite_administrator()).status_code == 201
    again = await superior.person.get("/authority/offices?q=新开")
    office = next(one for one in again["items"] if one["id"] == str(vacant))
    assert (office["administrators"], office["invited"]) == (0, 1)


async def test_a_superior_lists_authorities_directly_under_it(
    cast: Cast, superuser: Any, place: PoolInstitution
) -> None:
    own = await administration(cast, place, "authority")
    me = (await own.person.get("/me"))["account"]
    superior_id = await superuser.fetchval(
        "SELECT superior_id FROM authority WHERE id = $1::uuid", me["office"]["id"]
    )
    under = await superuser.fetch("SELECT id, name FROM authority WHERE superior_id = $1", superior_id)
    division = await superuser.fetchval("SELECT division_code FROM authority WHERE id = $1", superior_id)
    upper = await administration(cast, place_of(place, division), "authority")
    listed = await upper.person.get("/authority/offices?kind=authority&limit=100")
    assert {one["id"] for one in listed["items"]} == {str(row["id"]) for row in under}
    staff = await upper.person.get(f"/authority/subordinates/{me['office']['id']}/staff")
    assert me["id"] in [one["id"] for one in staff["items"]]
    # What is under an authority under it is that one's business, and so are its institutions.
    assert (await upper.person.call("GET", f"/authority/institutions/{place.id}/staff")).status_code == 404
    assert (await own.person.call("GET", f"/authority/subordinates/{superior_id}/staff")).status_code == 404
    for one in (own, upper):
        await one.person.client.aclose()


def place_of(place: PoolInstitution, division: str) -> PoolInstitution:
    """The place with the staff of the authority of a division, whom the demonstration names by rule."""
    handler = place.authority_handler
    return replace(place, authority_handler=replace(handler, login_name=f"wj{division}"))


@pytest.mark.usefixtures("vacant")
async def test_a_superior_appoints_the_first_administrator_once(superior: Administration) -> None:
    first = await superior.invite_administrator()
    assert first.status_code == 201, first.text
    account = first.json()["account"]
    assert (account["role"], account["status"]) == ("institution_administrator", "invited")
    assert "/institution/invitation#" in first.json()["invitation"]["link"]
    assert problem(await superior.invite_administrator()) == (409, "administrator_exists")

    again = await superior.call("POST", f"/administrators/{account['id']}/invitation", json={})
    assert again.json()["invitation"]["link"] != first.json()["invitation"]["link"]
    replaced = await superior.invite_administrator(replace=True)
    assert replaced.status_code == 201
    listed = {one["id"]: one for one in await superior.listed("/staff")}
    assert listed[account["id"]]["status"] == "disabled"
    assert listed[replaced.json()["account"]["id"]]["status"] == "invited"


@pytest.mark.usefixtures("vacant")
async def test_a_superior_lets_a_colleague_take_over_from_who_left(
    cast: Cast, superior: Administration
) -> None:
    first = (await superior.invite_administrator()).json()
    gone, _ = await join(cast, "institution", first["invitation"]["link"])
    second = await Administration(gone, "/institution/staff").invite("institution_handler")
    heir, _ = await join(cast, "institution", second["invitation"]["link"])
    gone_id, heir_id = first["account"]["id"], second["account"]["id"]
    listed = {one["id"]: one["available_actions"] for one in await superior.listed("/staff")}
    assert (listed[heir_id], listed[gone_id]) == (["hand_over"], ["invite"])

    body = {"to_account_id": heir_id, "afterwards": "disabled"}
    taken = await superior.call("POST", "/administrators/hand-over", json=body)
    assert taken.status_code == 200, taken.text
    assert (await gone.call("GET", "/me")).status_code == 401
    own = Administration(heir, "/institution/staff")
    assert (await own.member(gone_id))["status"] == "disabled"
    assert (await own.member(heir_id))["role"] == "institution_administrator"
    for one in (gone, heir):
        await one.client.aclose()


async def test_a_superior_invites_administrators_only(superior: Administration) -> None:
    handler = next(one for one in await superior.listed("/staff") if one["role"] == "institution_handler")
    refused = await superior.call("POST", f"/administrators/{handler['id']}/invitation", json={})
    assert problem(refused) == (409, "wrong_account_status")


async def test_offices_of_another_authority_do_not_exist(
    cast: Cast, superior: Administration, place: PoolInstitution
) -> None:
    elsewhere = next(
        one
        for one in read_pool(cast.settings.state_directory).institutions
        if one.authority_handler.login_name != place.authority_handler.login_name
    )
    for path in (f"/authority/institutions/{elsewhere.id}", f"/authority/subordinates/{uuid4()}"):
        superior.path = path
        body = {"to_account_id": str(uuid4()), "afterwards": "disabled"}
        assert problem(await superior.call("GET", "/staff")) == (404, "not_found")
        assert problem(await superior.invite_administrator()) == (404, "not_found")
        assert problem(await superior.call("POST", "/administrators/hand-over", json=body)) == (
            404,
            "not_found",
        )
        again = await superior.call("POST", f"/administrators/{uuid4()}/invitation", json={})
        assert problem(again) == (404, "not_found")


async def test_an_institution_has_nobody_under_it(cast: Cast, place: PoolInstitution) -> None:
    own = await administration(cast, place, "institution")
    assert problem(await own.person.call("GET", "/authority/offices")) == (403, "forbidden")
    await own.person.client.aclose()
