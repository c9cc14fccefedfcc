"""What provinces and authorities settle for a time, whom a province lets in, and what 备案 is due."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from registry_api.demo.fresh import draw_doctor, enter_doctor
from registry_api.demo.logins import pool_doctor, read_pool
from registry_api.demo.proofs import device_token
from registry_api.kit.clock import SHANGHAI
from tests.support.administrators import login_of
from tests.support.people import FORM, Cast, Person
from tests.support.problems import codes_at, problem
from tests.support.registered import Registered

SETTINGS = "/authority/settings"
DOCUMENT = "鲁卫发〔2026〕1号"


@pytest.fixture(autouse=True)
async def _unsettled(superuser: Any) -> AsyncIterator[None]:
    """What is settled here holds for offices that other tests use too."""
    yield
    await superuser.execute("DELETE FROM authority_setting WHERE document = $1", DOCUMENT)


async def administrator(cast: Cast, division_code: str) -> Person:
    """The administrator of the authority of a division."""
    known = login_of(cast.institutions(division_code[:2] + "0000")[0], "authority_administrator")
    name = f"wj{division_code}gl"
    return await cast.sign_in(replace(known, login_name=name, device_token=device_token("authority", name)))


async def settle(person: Person, **change: Any) -> Any:
    return await person.call("POST", SETTINGS, json={"document": DOCUMENT, **change}, key=str(uuid4()))


def by_name(answer: Any) -> dict[str, Any]:
    return {one["name"]: one for one in answer["items"]}


async def test_an_authority_settles_what_is_its_own(registered: Registered) -> None:
    own = await registered.chain.cast.sign_in(login_of(registered.office.place, "authority_administrator"))
    start = registered.today + timedelta(days=7)
    change = {"name": "direct_handling_countersigned", "value": True, "valid_from": start.isoformat()}
    answer = await settle(own, **change)
    assert answer.status_code == 200, answer.text
    found = by_name(answer.json())["direct_handling_countersigned"]
    assert (found["value"], found["may_change"], found["provincial"]) == (False, True, False)
    assert [one["valid_from"] for one in found["periods"]] == [start.isoformat()]

    again = await settle(own, **change | {"value": False})
    assert problem(again) == (409, "settled_already")
    later = await settle(own, **change | {"value": False, "valid_from": (start + timedelta(9)).isoformat()})
    assert [one["valid_to"] for one in by_name(later.json())["direct_handling_countersigned"]["periods"]] == [
        None,
        (start + timedelta(8)).isoformat(),
    ]


async def test_what_holds_in_a_province_its_authority_settles(registered: Registered) -> None:
    own = await registered.chain.cast.sign_in(login_of(registered.office.place, "authority_administrator"))
    today = registered.today.isoformat()
    refused = await settle(own, name="change_while_filed", value=True, valid_from=today)
    assert problem(refused) == (403, "not_the_province")
    handler = await settle(registered.chain.handler, name="change_while_filed", value=True, valid_from=today)
    assert problem(handler) == (403, "role_not_allowed")


async def test_a_province_opens_change_during_filing_for_its_doctors(registered: Registered) -> None:
    filed = await registered.apply("filing", {"reason_code": "01", "remarks": ""})
    await registered.pass_through(filed)
    new = await registered.other_office()
    payload = {"institution_id": new.place.id, "reason": "调入新机构", "form": FORM}
    assert problem(await registered.begin("change", payload)) == (409, "not_eligible")

    province = await administrator(registered.chain.cast, registered.office.place.province_code)
    start = registered.today.isoformat()
    settled = await settle(province, name="change_while_filed", value=True, valid_from=start)
    assert settled.status_code == 200, settled.text
    await registered.pass_through(await registered.apply("change", payload), new)
    held = await registered.registration()
    assert held["status"] == "filed"
    assert [one["institution_id"] for one in held["practices"] if one["ended_on"] is None] == [new.place.id]

    tomorrow = (registered.today + timedelta(days=1)).isoformat()
    ended = await settle(province, name="change_while_filed", value=False, valid_from=tomorrow)
    assert ended.status_code == 200, ended.text


async def test_a_province_lets_somebody_in_who_was_assessed_elsewhere(cast: Cast) -> None:
    doctor = draw_doctor()
    await enter_doctor(cast.settings, doctor)
    person = await cast.sign_in(pool_doctor(doctor).login)
    home = doctor.person.province
    away = next(
        one for one in read_pool(cast.settings.state_directory).institutions if one.province_code != home
    )
    payload = {"institution_id": away.id, "form": FORM}

    async def failing() -> list[str]:
        found = await person.get(f"/doctor/applications/{draft['id']}")
        return [one["code"] for one in found["checks"] if not one["passed"]]

    created = await person.call(
        "POST",
        "/doctor/applications",
        key=str(uuid4()),
        json={"type": "registration", "payload": payload},
    )
    draft = created.json()
    assert await failing() == ["province_allowed"]

    province = await administrator(cast, away.province_code)
    consent = {
        "certificate_number": doctor.person.certificate_number,
        "document": "苏卫函〔2026〕8号",
        "granted_on": cast.clock.now().astimezone(SHANGHAI).date().isoformat(),
    }
    recorded = await province.call("POST", "/authority/consents", json=consent, key=str(uuid4()))
    assert recorded.status_code == 201, recorded.text
    assert recorded.json()["practitioner_name"] == doctor.person.name
    assert await failing() == []
    again = await province.call("POST", "/authority/consents", json=consent, key=str(uuid4()))
    assert problem(again) == (409, "consent_recorded")

    county = await cast.sign_in(away.authority_handler)
    refused = await county.call("POST", "/authority/consents", json=consent, key=str(uuid4()))
    assert problem(refused) == (403, "not_the_province")


async def test_a_day_that_is_past_is_refused(registered: Registered) -> None:
    own = await registered.chain.cast.sign_in(login_of(registered.office.place, "authority_administrator"))
    yesterday = (registered.today - timedelta(days=1)).isoformat()
    refused = await settle(own, name="direct_handling_countersigned", value=True, valid_from=yesterday)
    assert codes_at(refused, "/valid_from") == ["in_the_past"]


async def test_a_filing_near_its_two_years_is_a_task_of_the_authority(registered: Registered) -> None:
    filed = await registered.apply("filing", {"reason_code": "02", "remarks": ""})
    await registered.pass_through(filed)
    held = await registered.registration()
    clock = registered.chain.cast.clock

    async def due() -> dict[str, Any]:
        handler = await registered.chain.cast.sign_in(registered.office.place.authority_handler)
        found = (await handler.get("/authority/due-filings"))["items"]
        return {one["registration_id"]: one["days_left"] for one in found}

    assert held["id"] not in await due()
    clock.advance(timedelta(days=730 - 60))
    assert (await due())[held["id"]] in (60, 61)
    clock.advance(timedelta(days=70))
    assert (await due())[held["id"]] < 0
