"""What a doctor and an authority read of the register, and whom an authority finds."""

from typing import Any
from uuid import uuid4

import httpx

from registry_api.demo.logins import read_pool
from registry_api.register import queries
from tests.support.people import Person
from tests.support.problems import codes_at, problem
from tests.support.registrar import Registrar

SEARCH = "/authority/practitioner-searches"


async def search(person: Person, **asked: str) -> Any:
    answer = await person.call("POST", SEARCH, json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def history(registrar: Registrar, day: int = 0) -> Any:
    path = f"/authority/practitioners/{await registrar.practitioner_id()}"
    return await registrar.chain.handler.get(path, params={"as_of": registrar.on(day)})


async def test_a_doctor_sees_how_each_practice_stands(registrar: Registrar) -> None:
    soon, later = await registrar.elsewhere()
    await registrar.enter("practice_added", **soon, valid_from=registrar.on(0), valid_to=registrar.on(30))
    filing = await registrar.enter(
        "practice_added", **later, valid_from=registrar.on(5), valid_to=registrar.on(40)
    )
    doctor = registrar.chain.doctor
    (mine,) = (await doctor.get("/doctor/registrations"))["items"]
    stand = {one["institution_id"]: (one["status"], one["days_left"]) for one in mine["practices"]}
    assert stand == {
        mine["practices"][0]["institution_id"]: ("in_force", None),
        soon["institution_id"]: ("in_force", 30),
        later["institution_id"]: ("not_begun", 40),
    }
    assert [one["title"] for one in mine["history"]] == ["执业注册", "多执业机构备案", "多执业机构备案"]
    assert mine["filed_until"] is None

    await registrar.enter(
        "practice_cancelled", practice_entry_id=str(filing), institution_id=later["institution_id"]
    )
    await registrar.enter("filed", reason_code="02", institution_id=mine["practices"][0]["institution_id"])
    (mine,) = (await doctor.get("/doctor/registrations"))["items"]
    assert {one["institution_id"]: one["status_title"] for one in mine["practices"]} == {
        mine["practices"][0]["institution_id"]: "备案期间暂停",
        soon["institution_id"]: "备案期间暂停",
        later["institution_id"]: "已取消",
    }
    assert mine["filed_on"] == registrar.on(0)
    assert mine["filed_until"][5:] == registrar.on(0)[5:]
    assert 730 <= mine["filed_days_left"] <= 731
    assert mine["history"][-1]["reason_code"] == "02"


async def test_an_authority_reads_any_day_of_a_history(registrar: Registrar) -> None:
    first, second = await registrar.elsewhere()
    registrar.day = 1
    await registrar.enter("practice_added", **first, valid_from=registrar.on(1), valid_to=registrar.on(60))
    registrar.day = 10
    await registrar.enter("main_changed", **second, end_additional=False)
    registrar.day = 20
    await registrar.enter("filed", reason_code="01", institution_id=second["institution_id"])

    def where(read: Any) -> tuple[str | None, str | None, list[str]]:
        day = read["on_day"]
        main = day["main"] and day["main"]["institution_id"]
        return day["status"], main, [one["institution_id"] for one in day["additional"]]

    home = str(registrar.chain.application["institution"]["id"])
    assert where(await history(registrar, -1)) == (None, None, [])
    assert where(await history(registrar, 0)) == ("valid", home, [])
    assert where(await history(registrar, 1)) == ("valid", home, [first["institution_id"]])
    assert where(await history(registrar, 10)) == (
        "valid",
        second["institution_id"],
        [first["institution_id"]],
    )
    filed = await history(registrar, 20)
    assert where(filed) == ("filed", None, [])
    assert filed["on_day"]["techniques"] == []
    assert (await history(registrar, 10))["on_day"]["techniques"] == filed["qualifications"][0]["techniques"]
    (registration,) = filed["registrations"]
    assert [(one["status"], one["ended_on"]) for one in registration["standings"]] == [
        ("valid", registrar.on(20)),
        ("filed", None),
    ]
    assert [one["kind"] for one in registration["history"]] == [
        "registered",
        "practice_added",
        "main_changed",
        "filed",
    ]
    assert "*" in filed["id_number_masked"]


async def test_a_history_names_the_decision_and_what_was_set_aside(registrar: Registrar) -> None:
    chain = registrar.chain
    await registrar.enter("filed", reason_code="02", institution_id=str(chain.place.id))
    (registration,) = (await history(registrar))["registrations"]
    registered, filed = registration["history"]
    assert (registered["application_id"], registered["application_number"]) == (
        chain.id,
        chain.application["number"],
    )
    assert (filed["reason"], filed["application_id"], filed["reverses_id"]) == ("退休", None, None)
    person = await stranger(registrar, same_province=True)
    foreign = await person.get(f"/authority/practitioners/{await registrar.practitioner_id()}")
    assert foreign["registrations"][0]["history"][0]["application_number"] is None, "it cannot open the case"
    mine = (await chain.doctor.get("/doctor/registrations"))["items"][0]["history"][0]
    assert mine["application_number"] == chain.application["number"]


async def test_a_decision_set_aside_is_named_by_the_entry_that_undid_it(registrar: Registrar) -> None:
    await registrar.set_registration_aside()
    (registration,) = (await history(registrar))["registrations"]
    registered, undone = registration["history"]
    assert (registered["set_aside"], undone["kind"]) == (True, "set_aside")
    assert undone["reverses_id"] == registered["id"]


async def test_a_day_to_come_is_provisional(registrar: Registrar) -> None:
    assert [(await history(registrar, day))["on_day"]["provisional"] for day in (-1, 0, 1)] == [
        False,
        False,
        True,
    ]


async def test_a_person_is_found_by_either_number_and_by_name(registrar: Registrar) -> None:
    handler, numbers = registrar.chain.handler, await registrar.numbers()
    wanted = str(await registrar.practitioner_id())
    for asked in (
        {"id_number": numbers["id_number"]},
        {"id_number": f" {numbers['id_number'].lower()} "},
        {"certificate_number": numbers["qualification"]},
        {"certificate_number": numbers["registration"].lower()},
        {"name": numbers["name"]},
    ):
        found = await search(handler, **asked)
        assert wanted in [one["practitioner_id"] for one in found], asked
    (found,) = await search(handler, id_number=numbers["id_number"])
    assert found["registration"]["status"] == "valid"
    assert found["registration"]["institution_name"] == registrar.chain.place.name
    assert numbers["id_number"] not in str(found)
    assert await search(handler, name=numbers["name"][:-1] + "〇〇") == []


async def test_a_search_asks_for_one_thing(registrar: Registrar) -> None:
    for asked, pointer, code in (
        ({}, "/id_number", "one_criterion"),
        ({"name": "王", "certificate_number": "1"}, "/name", "one_criterion"),
        ({"id_number": "110105194912310021"}, "/id_number", "wrong_check_digit"),
    ):
        answer = await registrar.chain.handler.call("POST", SEARCH, json=asked)
        assert codes_at(answer, pointer) == [code]


async def stranger(registrar: Registrar, *, same_province: bool) -> Person:
    """Somebody of an authority that has nothing to do with the doctor."""
    chain = registrar.chain
    place = next(
        one
        for one in read_pool(chain.cast.settings.state_directory).institutions
        if one.authority_handler != chain.place.authority_handler
        and (one.province_code == chain.place.province_code) == same_province
    )
    return await chain.cast.sign_in(place.authority_handler)


async def test_a_foreign_province_finds_and_reads_nothing(registrar: Registrar) -> None:
    numbers, person = await registrar.numbers(), await stranger(registrar, same_province=False)
    for asked in (
        {"id_number": numbers["id_number"]},
        {"certificate_number": numbers["qualification"]},
        {"name": numbers["name"]},
    ):
        assert str(await registrar.practitioner_id()) not in str(await search(person, **asked))
    path = f"/authority/practitioners/{await registrar.practitioner_id()}"
    missing = await person.call("GET", path)
    assert problem(missing) == (404, "not_found")
    assert without_id(missing) == without_id(await person.call("GET", f"/authority/practitioners/{uuid4()}"))


def without_id(answer: httpx.Response) -> Any:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


async def test_another_authority_of_the_province_finds_by_number_only(registrar: Registrar) -> None:
    numbers, person = await registrar.numbers(), await stranger(registrar, same_province=True)
    wanted = str(await registrar.practitioner_id())
    assert [one["practitioner_id"] for one in await search(person, id_number=numbers["id_number"])] == [
        wanted
    ]
    assert wanted not in str(await search(person, name=numbers["name"]))
    assert (await person.get(f"/authority/practitioners/{wanted}"))["practitioner_id"] == wanted


async def test_who_looks_is_recorded_without_what_was_typed(registrar: Registrar) -> None:
    numbers = await registrar.numbers()
    await search(registrar.chain.handler, id_number=numbers["id_number"])
    await history(registrar)
    events = await registrar.owner.fetch(
        "SELECT action, details::text AS details FROM audit_event WHERE object_id = $1 ORDER BY id",
        await registrar.practitioner_id(),
    )
    assert [row["action"] for row in events][-2:] == ["practitioner.searched", "practitioner.viewed"]
    assert all(numbers["id_number"] not in row["details"] for row in events)


async def test_only_an_authority_searches(registrar: Registrar) -> None:
    chain = registrar.chain
    for person in (chain.doctor, chain.institution):
        refused = await person.call(
            "POST", SEARCH, json={"name": "王"}, headers={"X-Registry-Realm": "authority"}
        )
        assert refused.status_code in (401, 403)


async def test_the_scoped_queries_hide_the_foreign_without_row_level_security(registrar: Registrar) -> None:
    numbers, person_id = await registrar.numbers(), await registrar.practitioner_id()
    index = registrar.chain.cast.app.state.system.blind_index.of
    home = (await registrar.state())["authority_id"]
    foreign = await registrar.owner.fetchval(
        "SELECT f.id FROM authority f JOIN authority h ON left(h.division_code, 2) <> left(f.division_code, 2)"
        " WHERE h.id = $1 LIMIT 1",
        home,
    )
    asked: tuple[tuple[Any, dict[str, Any]], ...] = (
        (queries.PERSON, {"practitioner_id": person_id}),
        (queries.BY_ID_NUMBER, {"id_number_index": index("id_number", numbers["id_number"])}),
        (
            queries.BY_CERTIFICATE,
            {
                "qualification_index": index("qualification_number", numbers["qualification"]),
                "registration_index": index("certificate_number", numbers["registration"]),
            },
        ),
        (queries.BY_NAME, {"name": numbers["name"]}),
    )
    for statement, values in asked:
        found = [
            person_id in [row[0] for row in await registrar.owner.fetch(statement.sql, *arguments)]
            for arguments in (
                statement.arguments({"authority_id": office, **values}) for office in (home, foreign)
            )
        ]
        assert found == [True, False]
