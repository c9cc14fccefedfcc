"""What everybody may ask of the register: one doctor by name and place or number, an institution's board."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from registry_api.kit.even_time import STEP
from registry_api.kit.settings import Settings
from registry_api.public_register.board import BOARDS_AN_HOUR
from registry_api.public_register.lookup import FREE_AN_HOUR
from tests.support.human import human_proof
from tests.support.pages import running_text
from tests.support.people import FORM, Person
from tests.support.problems import codes_at, problem
from tests.support.registered import Registered
from tests.support.registrar import Registrar

pytestmark = pytest.mark.usefixtures("fresh_counters")
SEARCH = "/register/searches"


@pytest.fixture
async def anybody(app: FastAPI, settings: Settings) -> AsyncIterator[Person]:
    """Somebody who never signed in."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.origin) as client:
        yield Person(client, "doctor")


async def look_up(anybody: Person, **asked: Any) -> list[dict[str, Any]]:
    answer = await anybody.call("POST", SEARCH, json=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def name_of(registered: Registered) -> str:
    name: str = (await registered.chain.doctor.get("/me"))["account"]["name"]
    return name


async def institution_name(registered: Registered) -> str:
    (current,) = (one for one in (await registered.registration())["practices"] if one["current"])
    name: str = current["institution_name"]
    return name


async def test_a_doctor_is_found_by_name_and_institution(registered: Registered, anybody: Person) -> None:
    name, place = await name_of(registered), registered.office.place
    held = await registered.registration()
    (found,) = await look_up(anybody, name=f" {name} ", institution_id=place.id)
    assert found == {
        "name": name,
        "certificate_number_masked": held["certificate_number_masked"],
        "status": "valid",
        "status_title": "注册有效",
        "institution": await institution_name(registered),
        "authority": held["authority_name"],
        "additional": [],
        "techniques": held["techniques"],
        "conditions": held["conditions"],
    }
    assert "****" in found["certificate_number_masked"]
    assert await look_up(anybody, name=name, institution=found["institution"]) == [found]


async def test_brackets_and_spaces_of_an_institution_may_be_written_either_way(
    registered: Registered, anybody: Person, superuser: Any
) -> None:
    name, place = await name_of(registered), registered.office.place
    before = await institution_name(registered)
    try:
        await superuser.execute("UPDATE institution SET name = 'ABC（甲）诊所' WHERE id = $1", UUID(place.id))
        for written in ("ABC（甲）诊所", "abc(甲) 诊所"):
            assert len(await look_up(anybody, name=name, institution=written)) == 1, written
        assert await look_up(anybody, name=name, institution="ABC") == []
    finally:
        await superuser.execute("UPDATE institution SET name = $2 WHERE id = $1", UUID(place.id), before)


async def test_a_doctor_is_found_by_either_certificate(registrar: Registrar, anybody: Person) -> None:
    numbers = await registrar.numbers()
    for kind in ("qualification", "registration"):
        number = numbers[kind].lower()
        assert len(await look_up(anybody, name=numbers["name"], certificate_number=f" {number} ")) == 1
    assert await look_up(anybody, name="某某", certificate_number=numbers["registration"]) == []
    assert await look_up(anybody, name=numbers["name"], certificate_number="X") == []


async def test_a_part_of_what_is_true_finds_nobody(registered: Registered, anybody: Person) -> None:
    name, other = await name_of(registered), await registered.other_office()
    assert await look_up(anybody, name=name[:1], institution_id=registered.office.place.id) == []
    assert await look_up(anybody, name=name, institution_id=other.place.id) == []
    assert await look_up(anybody, name=name, institution_id=str(uuid4())) == []
    # A question mark that somebody types is no joker, and neither are the signs of a pattern.
    for typed in ("?" * len(name), "%", "_" * len(name), ".*"):
        assert await look_up(anybody, name=typed, institution_id=registered.office.place.id) == []


@pytest.mark.parametrize(
    ("registered_as", "asked_as"),
    [
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("王?凤", "王𬱖凤"),
        ("Aziz Khan", "aziz khan"),
        ("\u5355\u3400", "\u5355\u3400"),
    ],
    ids=["middle dot", "unwritable", "case", "extension A"],
)
async def test_names_are_compared_as_people_write_them(
    registered: Registered, anybody: Person, superuser: Any, registered_as: str, asked_as: str
) -> None:
    held = await registered.registration()
    await superuser.execute(
        "UPDATE practitioner SET name = $2 WHERE id = (SELECT practitioner_id FROM registration WHERE id = $1)",
        UUID(held["id"]),
        registered_as,
    )
    (found,) = await look_up(anybody, name=asked_as, institution_id=registered.office.place.id)
    assert found["name"] == registered_as
    assert await look_up(anybody, name="李𬱖凤", institution_id=registered.office.place.id) == []


async def test_additional_institutions_are_named_and_find_the_doctor(
    registered: Registered, anybody: Person
) -> None:
    other = await registered.other_office()
    day, last = registered.today.isoformat(), (registered.today + timedelta(days=1)).isoformat()
    payload = {"institution_id": other.place.id, "valid_from": day, "valid_to": last, "form": FORM}
    await registered.pass_through(await registered.apply("multi_institution", payload), other)
    name = await name_of(registered)
    (found,) = await look_up(anybody, name=name, institution_id=other.place.id)
    assert len(found["additional"]) == 1
    assert found["institution"] not in found["additional"]
    registered.chain.cast.clock.advance(timedelta(days=2))
    assert await look_up(anybody, name=name, institution_id=other.place.id) == []
    (found,) = await look_up(anybody, name=name, institution_id=registered.office.place.id)
    assert found["additional"] == []


async def test_who_may_not_practise_has_no_scope(
    registered: Registered, registrar: Registrar, anybody: Person
) -> None:
    name, place = await name_of(registered), registered.office.place
    await registrar.enter("filed", institution_id=place.id, reason_code="other")
    (filed,) = await look_up(anybody, name=name, institution_id=place.id)
    assert (filed["status"], filed["techniques"], filed["conditions"]) == ("filed", [], [])
    assert filed["institution"]
    await registrar.enter("filing_cancelled")
    await registrar.enter("deregistered", reason_code="other")
    (ended,) = await look_up(anybody, name=name, institution_id=place.id)
    assert (ended["status"], ended["institution"], ended["techniques"]) == ("deregistered", None, [])
    assert ended["status_title"] == "已注销"


async def test_nothing_else_of_a_person_is_told(
    registered: Registered, registrar: Registrar, anybody: Person
) -> None:
    numbers = await registrar.numbers()
    asked = {"name": numbers["name"], "institution_id": registered.office.place.id}
    answer = await anybody.call("POST", SEARCH, json=asked)
    board = await anybody.call("GET", f"/institutions/{registered.office.place.id}/display-board")
    for text in (answer.text, board.text):
        assert numbers["name"] in text
        for kind in ("id_number", "qualification", "registration"):
            assert numbers[kind] not in text
        assert numbers["id_number"][:4] not in text.replace(registered.office.place.id, "")


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"institution": "甲", "certificate_number": "X"},
        {"institution_id": str(uuid4()), "institution": "甲"},
    ],
    ids=["name alone", "both", "institution twice"],
)
async def test_a_look_up_takes_a_name_and_one_thing_more(anybody: Person, more: dict[str, str]) -> None:
    answer = await anybody.call("POST", SEARCH, json={"name": "王一", **more})
    assert problem(answer)[0] == 422
    assert codes_at(answer, "") == ["institution_or_certificate"]
    assert "证书编号" in answer.json()["errors"][0]["message"]


async def test_time_does_not_tell_whose_number_it_is(registrar: Registrar, anybody: Person) -> None:
    numbers = await registrar.numbers()
    for number in (numbers["registration"], "X"):
        begin = time.perf_counter()
        await look_up(anybody, name="某某", certificate_number=number)
        assert time.perf_counter() - begin >= STEP


async def test_after_some_look_ups_somebody_has_to_be_there(anybody: Person) -> None:
    asked = {"name": "王一", "certificate_number": "X"}
    for _ in range(FREE_AN_HOUR):
        assert await look_up(anybody, **asked) == []
    answer = await anybody.call("POST", SEARCH, json=asked)
    assert problem(answer) == (403, "human_proof_required")
    proof = await human_proof(anybody, "register_search")
    assert await look_up(anybody, **asked, human_proof=proof) == []
    answer = await anybody.call("POST", SEARCH, json={**asked, "human_proof": proof})
    assert codes_at(answer, "/human_proof") == ["wrong_proof"]


# The board


async def test_a_board_shows_who_practises_there_today(registered: Registered, anybody: Person) -> None:
    other = await registered.other_office()
    day, last = registered.today.isoformat(), (registered.today + timedelta(days=1)).isoformat()
    payload = {"institution_id": other.place.id, "valid_from": day, "valid_to": last, "form": FORM}
    await registered.pass_through(await registered.apply("multi_institution", payload), other)
    held, name = await registered.registration(), await name_of(registered)
    for office, kind, valid_to in ((registered.office, "main", None), (other, "additional", last)):
        board = await anybody.get(f"/institutions/{office.place.id}/display-board")
        assert board == await office.institution.get("/institution/display-board")
        assert board["day"] == day
        assert board["institution"]["id"] == office.place.id
        kinds = [one["kind"] for one in board["items"]]
        assert kinds == sorted(kinds, reverse=True)
        (own,) = (one for one in board["items"] if one["name"] == name)
        assert own == {
            "name": name,
            "certificate_number_masked": held["certificate_number_masked"],
            "kind": kind,
            "kind_title": {"main": "主要执业机构", "additional": "多执业机构备案"}[kind],
            "valid_to": valid_to,
            "techniques": held["techniques"],
            "conditions": held["conditions"],
        }


async def test_who_is_in_filing_is_not_on_the_board(registered: Registered, registrar: Registrar) -> None:
    name, at = await name_of(registered), registered.office
    await registrar.enter("filed", institution_id=at.place.id, reason_code="other")
    board = await at.institution.get("/institution/display-board")
    assert name not in [one["name"] for one in board["items"]]


async def test_a_board_is_printed_by_its_institution_and_by_anybody(
    registered: Registered, anybody: Person
) -> None:
    name, place = await name_of(registered), registered.office.place
    own = await registered.office.institution.call("GET", "/institution/display-board.pdf")
    others = await anybody.call("GET", f"/institutions/{place.id}/display-board.pdf")
    for answer in (own, others):
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].endswith(f'{registered.today.isoformat()}.pdf"')
        words = running_text(answer.content)
        assert name in words
        assert "主执业" in words
        assert "示例" in words.replace("\u3000", "")


async def test_boards_are_counted_and_an_unknown_institution_has_none(
    registered: Registered, anybody: Person
) -> None:
    path = f"/institutions/{uuid4()}/display-board"
    for _ in range(BOARDS_AN_HOUR):
        assert problem(await anybody.call("GET", path)) == (404, "not_found")
    answer = await anybody.call("GET", path)
    assert problem(answer) == (429, "too_many_requests")
    assert int(answer.headers["retry-after"]) > 0
    await registered.office.institution.get("/institution/display-board")
