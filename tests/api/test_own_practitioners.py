"""An institution finds its own doctors, and nobody else's."""

from typing import Any

from tests.support.people import FORM, Person
from tests.support.problems import problem
from tests.support.registered import Registered

SEARCH = "/institution/practitioners/searches"


async def found(person: Person, name: str) -> list[Any]:
    answer = await person.call("POST", SEARCH, json={"name": name})
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def name_of(registered: Registered) -> str:
    name: str = (await registered.chain.doctor.get("/me"))["account"]["name"]
    return name


async def test_an_institution_finds_its_own_doctor_with_numbers_masked(registered: Registered) -> None:
    name = await name_of(registered)
    held = await registered.registration()
    (own,) = await found(registered.office.institution, f" {name} ")
    assert own["registration_id"] == held["id"]
    assert own["status"] == "valid"
    assert own["status_title"] == "注册有效"
    assert "**" in own["id_number_masked"]
    assert own["certificate_number_masked"] == held["certificate_number_masked"]

    other = await registered.other_office()
    assert await found(other.institution, name) == []
    assert await found(registered.office.institution, name[:1]) == []


async def test_a_doctor_who_moved_is_the_new_institutions(registered: Registered) -> None:
    new = await registered.other_office()
    change = {"institution_id": new.place.id, "reason": "住所迁移", "form": FORM}
    await registered.pass_through(await registered.apply("change", change), new)
    name = await name_of(registered)
    assert await found(registered.office.institution, name) == []
    assert len(await found(new.institution, name)) == 1


async def test_a_search_needs_a_name_and_an_institution(registered: Registered) -> None:
    answer = await registered.office.institution.call("POST", SEARCH, json={"name": " "})
    assert problem(answer)[0] == 422
    answer = await registered.office.handler.call("POST", SEARCH, json={"name": "李华"})
    assert problem(answer)[0] in (401, 403)
