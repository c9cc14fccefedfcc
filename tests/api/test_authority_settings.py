"""What provinces and authorities settle for a time, and what 备案 is due."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.administrators import login_of, provincial_login
from tests.support.people import FORM, Person
from tests.support.problems import codes_at, problem
from tests.support.registered import Registered

SETTINGS = "/authority/settings"
DOCUMENT = "鲁卫发〔2026〕1号"


@pytest.fixture(autouse=True)
async def _unsettled(superuser: Any) -> AsyncIterator[None]:
    """What is settled here holds for offices that other tests use too."""
    yield
    await superuser.execute("DELETE FROM authority_setting WHERE document = $1", DOCUMENT)


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


async def test_what_has_not_begun_is_taken_back_and_what_held_goes_on(registered: Registered) -> None:
    own = await registered.chain.cast.sign_in(login_of(registered.office.place, "authority_administrator"))
    name = "direct_handling_countersigned"

    async def periods() -> list[tuple[str, bool, str | None, bool]]:
        found = by_name(await own.get(SETTINGS))[name]["periods"]
        return [(one["phase"], one["value"], one["valid_to"], one["may_take_back"]) for one in found]

    async def planned(first: int) -> dict[str, Any]:
        day = registered.today + timedelta(days=first)
        answer = await settle(own, name=name, value=first == 5, valid_from=day.isoformat())
        made: dict[str, Any] = by_name(answer.json())[name]["periods"][0]
        return made

    today = await planned(0)
    first, second = await planned(5), await planned(9)
    until = (registered.today + timedelta(days=8)).isoformat()
    assert await periods() == [
        ("planned", False, None, True),
        ("planned", True, until, True),
        ("current", False, (registered.today + timedelta(days=4)).isoformat(), False),
    ]
    taken = await own.call("DELETE", f"{SETTINGS}/{first['id']}")
    assert taken.status_code == 200, taken.text
    assert await periods() == [("planned", False, None, True), ("current", False, until, False)]
    again = await own.call("DELETE", f"{SETTINGS}/{first['id']}")
    assert problem(again) == (404, "not_found")
    await own.call("DELETE", f"{SETTINGS}/{second['id']}")
    assert await periods() == [("current", False, None, False)]

    in_force = await own.call("DELETE", f"{SETTINGS}/{today['id']}")
    assert problem(in_force) == (409, "setting_in_force")
    handler = await registered.chain.handler.call("DELETE", f"{SETTINGS}/{today['id']}")
    assert problem(handler) == (403, "role_not_allowed")
    province = await registered.chain.cast.sign_in(provincial_login(registered.office.place))
    stranger = await province.call("DELETE", f"{SETTINGS}/{today['id']}")
    assert problem(stranger) == (404, "not_found")


async def test_an_authoritys_own_word_goes_before_its_provinces(registered: Registered) -> None:
    name = "direct_handling_countersigned"
    own = await registered.chain.cast.sign_in(login_of(registered.office.place, "authority_administrator"))
    province = await registered.chain.cast.sign_in(provincial_login(registered.office.place))
    today = registered.today.isoformat()
    await settle(province, name=name, value=True, valid_from=today)
    found = by_name(await own.get(SETTINGS))[name]
    assert (found["value"], [one["phase"] for one in found["periods"]]) == (True, ["current"])
    assert found["periods"][0]["may_take_back"] is False
    await settle(own, name=name, value=False, valid_from=today)
    # Later by the same day: only whose it is tells which of the two holds.
    found = by_name(await own.get(SETTINGS))[name]
    assert found["value"] is False
    assert {one["value"]: one["phase"] for one in found["periods"]} == {False: "current", True: "overruled"}


async def test_who_may_not_settle_reads_why(registered: Registered) -> None:
    own = await registered.chain.cast.sign_in(login_of(registered.office.place, "authority_administrator"))
    auditor = await registered.chain.cast.sign_in(login_of(registered.office.place, "authority_auditor"))
    for reader, may in ((own, True), (auditor, False), (registered.chain.handler, False)):
        found = by_name(await reader.get(SETTINGS))
        assert found["direct_handling_countersigned"]["may_change"] is may
        assert bool(found["direct_handling_countersigned"]["locked"]) is not may
        assert "省级" in found["change_while_filed"]["locked"]


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

    province = await registered.chain.cast.sign_in(provincial_login(registered.office.place))
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
        return {one["registration_id"]: one for one in found}

    assert held["id"] not in await due()
    # Submitted in time, it has to be decided before anybody is deregistered.
    back = await registered.apply("filing_cancellation", {"reason": "恢复执业"})
    clock.advance(timedelta(days=730 - 60))
    near = (await due())[held["id"]]
    assert near["days_left"] in (60, 61)
    assert near["deregistration_open"] is False
    assert near["open_case"]["id"] == back["id"]
    clock.advance(timedelta(days=70))
    late = (await due())[held["id"]]
    assert late["days_left"] < 0
    assert late["deregistration_open"] is True
    assert late["open_case"]["type_title"] == "中医（专长）医师取消备案"
