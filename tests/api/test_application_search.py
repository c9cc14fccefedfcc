"""Staff look applications up by a person's name or a 受理号, in a body and never in an address."""

from typing import Any
from uuid import UUID

import pytest

from registry_api.kit.roles import Realm
from tests.support.people import Chain, Person, StartChain
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")


def staff(chain: Chain) -> list[Person]:
    return [chain.institution, chain.handler]


async def search(person: Person, **body: Any) -> Any:
    answer = await person.call("POST", f"/{person.realm}/applications/searches", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(page: Any) -> set[str]:
    return {item["id"] for item in page["items"]}


async def call_applicant(chain: Chain, superuser: Any, name: str) -> str:
    """Gives the case an applicant of a name that nobody in the demonstration has."""
    await superuser.execute("UPDATE application SET applicant_name = $1 WHERE id = $2", name, UUID(chain.id))
    return name


async def test_the_beginning_of_a_name_finds_its_cases(chain: Chain, superuser: Any) -> None:
    await chain.advance("authority_review")
    name = await call_applicant(chain, superuser, "龘靐一")
    for person in staff(chain):
        for beginning in ("龘", "龘靐", name, f" {name} "):
            page = await search(person, name=beginning)
            assert (ids(page), page["total"]) == ({chain.id}, {"value": 1, "relation": "eq"})
        for elsewhere in ("靐", "龘靐一二", "龘靏"):
            assert ids(await search(person, name=elsewhere)) == set()


async def test_a_whole_number_finds_its_case(chain: Chain) -> None:
    await chain.advance("authority_review")
    number = chain.application["number"]
    for person in staff(chain):
        assert ids(await search(person, number=number)) == {chain.id}
        assert ids(await search(person, number=number[:-1])) == set()


async def test_filters_narrow_a_search(chain: Chain, superuser: Any) -> None:
    await chain.advance("authority_review")
    name = await call_applicant(chain, superuser, "龘靐二")
    for person in staff(chain):
        for fits in ({"status": "authority_review"}, {"type": "registration"}, {"overdue": False}):
            assert ids(await search(person, name=name, **fits)) == {chain.id}
        for differs in ({"status": "accepted"}, {"type": "change"}, {"overdue": True}, {"number": "X"}):
            assert ids(await search(person, name=name, **differs)) == set()


@pytest.mark.parametrize("order", ["newest", "deadline"])
async def test_a_search_goes_on_from_page_to_page(
    start_chain: StartChain, superuser: Any, order: str
) -> None:
    cases = [await start_chain() for _ in range(3)]
    # New doctors come from any province: only cases at one desk make pages.
    handler, institution = cases[0].handler, cases[0].institution
    office = "SELECT institution_id, authority_id FROM application WHERE id = $1"
    for case in cases:
        await case.advance("authority_review")
        await call_applicant(case, superuser, "龘靐三" + order)
    own = {UUID(case.id): await superuser.fetchrow(office, UUID(case.id)) for case in cases}
    move = "UPDATE application SET institution_id = $1, authority_id = $2 WHERE id = $3"
    for moved in own:
        await superuser.execute(move, *own[UUID(cases[0].id)], moved)
    for person in (institution, handler):
        seen: list[str] = []
        cursor = None
        for page_number in range(3):
            page = await search(person, name="龘靐三" + order, order=order, limit=1, cursor=cursor)
            assert (page["total"] is None) == (page_number > 0)
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
        assert cursor is None
        assert len(seen) == 3
        assert set(seen) == {case.id for case in cases}
    # Where they lie nobody endorsed them: the clock of a later test must not find them there.
    for moved, place in own.items():
        await superuser.execute(move, *place, moved)


async def test_foreign_cases_are_never_found(chain: Chain, superuser: Any) -> None:
    await chain.advance("authority_review")
    name = await call_applicant(chain, superuser, "龘靐四")
    provinces = ("330000", "370000", "510000", "440000")
    other = next(
        place
        for province in provinces
        for place in chain.cast.institutions(province)
        if place.authority_handler != chain.place.authority_handler
    )
    for login in (other.handler, other.authority_handler):
        stranger = await chain.cast.sign_in(login)
        for wanted in ({"name": name}, {"number": chain.application["number"]}):
            page = await search(stranger, **wanted)
            assert (page["items"], page["total"]["value"]) == ([], 0)
        await stranger.client.aclose()


async def test_drafts_are_never_found(chain: Chain, superuser: Any) -> None:
    name = await call_applicant(chain, superuser, "龘靐五")
    for person in staff(chain):
        assert ids(await search(person, name=name)) == set()
        assert ids(await search(person, name=name, status="draft")) == set()


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"name": ""}, ["/name"]),
        ({"name": "  "}, ["/name"]),
        ({"name": "王" * 41}, ["/name"]),
        ({"name": "王\0"}, ["/name"]),
        ({"name": ["王"]}, ["/name"]),
        ({"number": "X" * 41}, ["/number"]),
        ({"name": "王", "id_number": "1"}, ["/id_number"]),
        ({"name": "王", "limit": 101}, ["/limit"]),
        ({"name": "王", "order": "random"}, ["/order"]),
        ({"name": "王", "status": "lost"}, ["/status"]),
        ({"name": "王", "cursor": "x"}, ["/cursor"]),
        ([], [""]),
    ],
)
async def test_a_wrong_search_is_pointed_at(chain: Chain, body: Any, pointers: list[str]) -> None:
    for person in staff(chain):
        answer = await person.call("POST", f"/{person.realm}/applications/searches", json=body)
        assert problem(answer) == (422, "invalid_body")
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers


@pytest.mark.parametrize("realm", ["institution", "authority"])
async def test_an_address_with_a_name_is_refused_and_not_ignored(chain: Chain, realm: Realm) -> None:
    person = {"institution": chain.institution, "authority": chain.handler}[realm]
    answer = await person.call("GET", f"/{realm}/applications?name=%E7%8E%8B")
    assert problem(answer) == (422, "invalid_query")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/query/name"]
