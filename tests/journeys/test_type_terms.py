"""What the clock does: acceptance by default, reminders, escalation, taking over, and what has lost its subject."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.journeys.type_scripts import TYPES, mended, period, submitted
from tests.support.people import FORM
from tests.support.practising import Scene
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("sound")


async def until(scene: Scene, day: str) -> None:
    """The day after the last one of a term, and what the worker does then."""
    scene.advance(days=(date.fromisoformat(day) - scene.today).days + 1)
    await scene.cast.work_off()


async def steps(scene: Scene, who: str = "doctor", place: int = 0) -> list[tuple[str, str]]:
    return [(one["action"], one["actor_role"]) for one in (await scene.read(who, place))["timeline"]]


@asynccontextmanager
async def closed(scene: Scene, place: int) -> AsyncIterator[None]:
    """An institution that is closed for a while."""
    change = "UPDATE institution SET status = $2 WHERE id = $1"
    await scene.superuser.execute(change, UUID(scene.places[place].id), "closed")
    try:
        yield
    finally:
        await scene.superuser.execute(change, UUID(scene.places[place].id), "open")


@pytest.mark.parametrize("type_code", TYPES)
async def test_each_type_is_accepted_by_default_on_the_day_of_receipt(
    unregistered: Scene, type_code: str
) -> None:
    scene = unregistered
    place = (await submitted(scene, type_code)).place
    await scene.take("institution", "endorse", place=place)
    due_on, received = scene.application["timeline"][-1]["occurred_at"], scene.today
    desk = (await scene.read("handler", place))["desk"]
    assert (desk["holder"], desk["due_statutory"]) == ("authority", True)
    await until(scene, desk["due_on"])
    assert (await steps(scene))[-1] == ("accept", "system")
    accepted = await scene.superuser.fetchval(
        "SELECT accepted_at FROM application WHERE id = $1", UUID(scene.id)
    )
    assert accepted.isoformat().startswith(due_on[:19]), "as the law supposes, on the day of receipt"
    decision_due = (await scene.read("approver", place))["desk"]["due_on"]
    assert date.fromisoformat(decision_due) > received + timedelta(days=20)
    await scene.take("approver", "approve", place=place)


async def test_a_day_beyond_the_known_calendar_is_provisional_on_the_case_and_in_the_list(
    scene: Scene,
) -> None:
    known = await scene.superuser.fetchval("SELECT max(extract(year FROM day))::int FROM calendar_day")
    if scene.today.year <= known:
        scene.advance(days=(date(known, 12, 31) - scene.today).days)
    await scene.apply("filing", {"reason_code": "02"})
    desk = (await scene.read())["desk"]
    assert date.fromisoformat(desk["due_on"]).year > known
    assert desk["due_provisional"]
    clerk = await scene.person("institution")
    listed = await clerk.get("/institution/applications?status=institution_review&type=filing&limit=100")
    (row,) = [one for one in listed["items"] if one["id"] == scene.id]
    assert (row["due_on"], row["due_provisional"]) == (desk["due_on"], True)


async def test_an_objection_does_not_stop_the_clock(scene: Scene) -> None:
    await scene.report("filing", {"reason_code": "01"})
    due_on = (await scene.read("handler"))["desk"]["due_on"]
    scene.advance(days=1)
    await scene.read()
    await scene.take("doctor", "object", "我没有离职")
    assert (await scene.read("handler"))["desk"]["due_on"] == due_on
    await until(scene, due_on)
    assert (await steps(scene))[-1] == ("accept", "system")


async def test_a_correction_list_stops_the_clock_and_its_answer_starts_it_anew(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    await scene.take("institution", "endorse")
    first = (await scene.read("handler"))["desk"]["due_on"]
    await scene.take("handler", "request_correction", "请核对")
    await until(scene, first)
    await scene.read()
    assert scene.application["status"] == "correction_required"
    await scene.take("doctor", "submit")
    second = (await scene.read("handler"))["desk"]["due_on"]
    assert second > first
    await until(scene, second)
    assert (await steps(scene))[-1] == ("accept", "system")


async def test_a_silent_institution_is_reminded_then_reported_then_passed_over(scene: Scene) -> None:
    new = scene.places[1].id
    await scene.apply("change", {"institution_id": new, "reason": "住所迁移", "form": FORM})
    desk = (await scene.read("institution", 1))["desk"]
    assert (desk["holder"], desk["due_statutory"]) == ("institution", False), "no law sets the term"
    assert problem(await scene.act("handler", "take_over", "催办无果", 1)) == (409, "wrong_state")

    await until(scene, desk["due_on"])
    assert await steps(scene) == [("submit", "doctor"), ("remind", "system")]
    assert (scene.application["status"], scene.application["desk"]["due_on"]) == (
        "institution_review",
        desk["due_on"],
    )
    scene.advance(days=12)
    await scene.cast.work_off()
    assert (await steps(scene))[-1] == ("escalate", "system")
    scene.advance(days=60)
    await scene.cast.work_off()
    assert [action for action, _ in await steps(scene)] == ["submit", "remind", "escalate"], "each once"

    offered = {one["action"] for one in (await scene.read("handler", 1))["available_actions"]}
    assert "take_over" in offered
    assert (await scene.act("handler", "take_over", "", 1)).status_code == 422
    await scene.take("handler", "take_over", "机构逾期未审核", 1)
    assert scene.application["status"] == "authority_review"
    assert problem(await scene.act("institution", "endorse", place=1)) == (409, "wrong_state")
    await scene.take("approver", "approve", place=1)
    assert (await scene.registration())["status"] == "valid"


async def test_who_answers_in_time_is_not_reminded(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    due_on = (await scene.read("institution"))["desk"]["due_on"]
    await scene.take("institution", "return", "请写明")
    await until(scene, due_on)
    assert [action for action, _ in await steps(scene)] == ["submit", "return"]
    await scene.take("doctor", "submit")
    await until(scene, (await scene.read("institution"))["desk"]["due_on"])
    assert [action for action, _ in await steps(scene)] == ["submit", "return", "submit", "remind"]


@pytest.mark.parametrize("type_code", ["filing", "deregistration", "multi_institution_cancellation"])
async def test_a_closed_institution_is_passed_over_at_once(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    place = (await submitted(scene, type_code)).place
    async with closed(scene, place):
        await scene.read("handler", place)
        await scene.take("handler", "take_over", "机构已停业", place)
        await scene.take("handler", "request_correction", "请写明去向", place)
        await scene.take("doctor", "submit")
        assert scene.application["status"] == "authority_review", (
            "nothing changed that went past the institution"
        )
        await scene.take("approver", "approve", place=place)
    assert (await scene.read())["status"] == "approved"


async def test_what_changes_after_a_take_over_goes_to_the_institution_and_may_be_taken_over_again(
    scene: Scene,
) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    async with closed(scene, 0):
        await scene.read("handler")
        await scene.take("handler", "take_over", "机构已停业")
        await scene.take("handler", "request_correction", "请写明去向")
        await scene.edit(mended(scene))
        await scene.take("doctor", "submit")
        assert scene.application["status"] == "institution_review"
        await scene.read("handler")
        await scene.take("handler", "take_over", "机构已停业")
        await scene.take("approver", "approve")


async def test_a_clerk_of_the_institution_keeps_no_authority_from_taking_over(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    await claim(scene, "institution")
    async with closed(scene, 0):
        await scene.read("handler")
        taken = await scene.take("handler", "take_over", "机构已停业")
    assert taken["assignee"] is None


async def claim(scene: Scene, who: str, place: int = 0) -> None:
    account = str(await scene.account_of(who, place))
    realm = "institution" if who.startswith("institution") else "authority"
    path = f"/{realm}/applications/{scene.id}/assignment"
    answer = await scene.call(who, "POST", path, place, json={"account_id": account})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("how", ["applied", "reported", "direct"])
async def test_what_is_under_way_about_an_ended_registration_ends_with_it(scene: Scene, how: str) -> None:
    under_way: list[dict[str, Any]] = [
        await scene.apply("change", {"institution_id": scene.places[1].id, "reason": "住所", "form": FORM}),
        await scene.apply("multi_institution", period(scene, 2) | {"form": FORM}),
        await scene.apply("filing", {"reason_code": "02"}),
    ]
    await scene.take("institution", "endorse")
    await scene.take("handler", "accept")
    if how == "direct":
        await scene.direct("deregistration", {"reason_code": "01"})
    else:
        if how == "reported":
            await scene.report("deregistration", {"reason_code": "01"})
        else:
            await scene.apply("deregistration", {"reason_code": "11"})
            await scene.take("institution", "endorse")
        await scene.take("approver", "approve")
    ending = scene.application
    await scene.cast.work_off()
    for case in under_way:
        scene.application = case
        ended = await scene.read()
        last = ended["timeline"][-1]
        assert (ended["status"], last["action"], last["actor_role"]) == ("terminated", "terminate", "system")
        assert last["comment"]
    scene.application = ending
    assert (await scene.read())["status"] == "approved"


@pytest.mark.parametrize(("late", "allowed"), [(0, True), (1, False)])
async def test_a_filing_is_cancelled_up_to_two_years_later_however_slow_the_desks(
    scene: Scene, late: int, allowed: bool
) -> None:
    await scene.effective("filing", {"reason_code": "02"})
    filed_on = date.fromisoformat((await scene.registration())["filed_on"])
    scene.advance(days=(filed_on.replace(year=filed_on.year + 2) - scene.today).days + late)
    begun = await scene.begin("filing_cancellation", {"reason": "返聘"})
    if not allowed:
        assert problem(begun) == (409, "not_eligible")
        failed = [one for one in begun.json()["checks"] if not one["passed"]]
        assert [one["code"] for one in failed] == ["filed_within_two_years"]
        assert (await scene.registration())["status"] == "filed"
        direct = await scene.direct("filing_cancellation", {"reason": "返聘"})
        assert problem(direct) == (409, "not_eligible")
        return
    await scene.take("doctor", "submit")
    scene.advance(days=90)
    await scene.read("institution")
    await scene.take("institution", "return", "请写明")
    await scene.take("doctor", "submit")
    scene.advance(days=3)
    await scene.take("institution", "endorse")
    await scene.take("approver", "approve")
    assert (await scene.registration())["status"] == "valid"


async def test_an_additional_practice_ends_with_its_last_day(scene: Scene) -> None:
    await scene.effective("multi_institution", period(scene, 1, 0, 30), 1)
    scene.advance(days=30)
    held = {one["kind"]: one["status"] for one in (await scene.registration())["practices"]}
    assert held == {"main": "in_force", "additional": "in_force"}
    scene.advance(days=1)
    held = {one["kind"]: one["status"] for one in (await scene.registration())["practices"]}
    assert held == {"main": "in_force", "additional": "expired"}
    nothing = await scene.begin("multi_institution_cancellation", {})
    assert problem(nothing) == (409, "not_eligible")
    assert (await scene.begin("multi_institution", period(scene, 1))).status_code == 201
