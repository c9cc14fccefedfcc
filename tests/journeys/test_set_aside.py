"""A past decision set aside: by another approver, with its reason; what it did is undone, and its trace stays."""

from uuid import UUID

import pytest

from tests.journeys.type_scripts import TYPES, period, placed, submitted
from tests.support.people import FORM
from tests.support.practising import Scene
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("sound")
UNDONE: dict[str, tuple[str, set[tuple[str, str, str]]]] = {
    "registration": ("revoked", {("0", "main", "ended")}),
    "change": ("valid", {("0", "main", "ended"), ("0", "main", "in_force"), ("1", "main", "ended")}),
    "multi_institution": ("valid", {("0", "main", "in_force"), ("1", "additional", "ended")}),
    "multi_institution_cancellation": (
        "valid",
        {("0", "main", "in_force"), ("1", "additional", "in_force"), ("1", "additional", "cancelled")},
    ),
    "filing": ("valid", {("0", "main", "in_force")}),
    "filing_cancellation": ("filed", {("0", "main", "suspended")}),
    "deregistration": ("valid", {("0", "main", "ended"), ("0", "main", "in_force")}),
}


async def approved(scene: Scene, type_code: str) -> int:
    """Approved by the ordinary approver; gives the place."""
    place = (await submitted(scene, type_code)).place
    await scene.take("institution", "endorse", place=place)
    await scene.take("approver", "approve", place=place)
    return place


@pytest.mark.parametrize("type_code", TYPES)
async def test_an_approval_is_set_aside_and_its_effect_undone(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    place = await approved(scene, type_code)
    assert problem(await scene.act("approver", "set_aside", "认定有误", place)) == (403, "same_person")
    assert problem(await scene.act("handler", "set_aside", "认定有误", place)) == (403, "role_not_allowed")
    silent = await scene.act("second", "set_aside", "", place)
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/comment")
    held = await scene.registration()

    scene.advance(days=1)
    await scene.take("second", "set_aside", "认定有误", place)
    assert scene.application["status"] == "set_aside"
    step = scene.application["timeline"][-1]
    assert (step["action"], step["comment"], step["from_status"]) == ("set_aside", "认定有误", "approved")
    after = await scene.registration()
    status, places = UNDONE[type_code]
    assert after["status"] == status
    assert await placed(scene) == places
    undone = [one for one in after["history"] if one["set_aside"]]
    assert [one["application_id"] for one in undone] == [scene.id]
    assert len(after["history"]) == len(held["history"]) + 1
    assert problem(await scene.act("second", "set_aside", "再次", place)) == (409, "wrong_state")
    assert [one["action"] for one in (await scene.read())["available_actions"]] == []


@pytest.mark.parametrize(("action", "way"), [("refuse", ()), ("decline", ()), ("refuse", ("accept",))])
async def test_a_refusal_is_set_aside_and_the_doctor_applies_anew(
    scene: Scene, action: str, way: tuple[str, ...]
) -> None:
    before = await scene.registration()
    await scene.apply("filing", {"reason_code": "02"})
    await scene.take("institution", "endorse")
    for step in way:
        await scene.take("handler", step)
    await scene.take("approver", action, "材料不实")
    assert problem(await scene.act("approver", "set_aside", "有误")) == (403, "same_person")
    await scene.take("second", "set_aside", "复核有误")
    assert (scene.application["status"], await scene.registration()) == ("set_aside", before)
    assert (await scene.begin("filing", {"reason_code": "02"})).status_code == 201


async def test_what_later_entries_rest_on_stays(scene: Scene) -> None:
    await scene.effective("filing", {"reason_code": "02"})
    filing = scene.application
    await scene.effective("filing_cancellation", {"reason": "返聘"})
    cancellation, held = scene.application, await scene.registration()
    scene.application = filing
    refused = await scene.act("second", "set_aside", "有误")
    assert problem(refused) == (409, "later_entries_depend")
    assert await scene.registration() == held
    assert (await scene.read("approver"))["status"] == "approved"
    scene.application = cancellation
    await scene.take("second", "set_aside", "有误")
    scene.application = filing
    await scene.take("second", "set_aside", "有误")
    assert (await scene.registration())["status"] == "valid"


async def test_another_institutions_practice_does_not_depend(scene: Scene) -> None:
    await scene.effective("multi_institution", period(scene, 1), 1)
    first = scene.application
    await scene.effective("multi_institution", period(scene, 2), 2)
    scene.application = first
    await scene.take("second", "set_aside", "有误", 1)
    assert await placed(scene) == {
        ("0", "main", "in_force"),
        ("1", "additional", "ended"),
        ("2", "additional", "in_force"),
    }


async def test_a_registration_that_falls_takes_with_it_what_was_under_way(unregistered: Scene) -> None:
    scene = unregistered
    await approved(scene, "registration")
    registration = scene.application
    change = await scene.apply(
        "change", {"institution_id": scene.places[1].id, "reason": "住所", "form": FORM}
    )
    scene.application = registration
    await scene.take("second", "set_aside", "骗取证书")
    await scene.cast.work_off()
    scene.application = change
    ended = await scene.read()
    assert (ended["status"], ended["timeline"][-1]["actor_role"]) == ("terminated", "system")
    refused = await scene.begin("filing", {})
    assert problem(refused) == (409, "not_eligible")


async def test_another_registration_stands_in_the_way_of_the_old_one(scene: Scene) -> None:
    """Setting 注销 aside would give the person two."""
    await scene.effective("deregistration", {"reason_code": "03"})
    deregistration = scene.application
    await scene.superuser.execute(
        "INSERT INTO practitioner_fact (id, practitioner_id, kind, valid_from, document, recorded_at)"
        " VALUES (gen_random_uuid(), $1, 'training', $2, '培训', now())",
        scene.practitioner_id,
        scene.today,
    )
    await scene.effective("registration", {"institution_id": scene.places[0].id})
    scene.application = deregistration
    refused = await scene.act("second", "set_aside", "有误")
    assert problem(refused) == (409, "registration_exists")
    assert (await scene.read("approver"))["status"] == "approved"


async def test_a_countersigned_handling_is_set_aside_by_whoever_did_not_countersign(scene: Scene) -> None:
    """Who decided last is who countersigned."""
    await scene.effective("filing", {"reason_code": "01"})
    decided = await scene.superuser.fetchval(
        "SELECT decided_by FROM application WHERE id = $1", UUID(scene.id)
    )
    assert decided == await scene.account_of("approver")
    other = await scene.act("approver", "set_aside", "有误", 1)
    assert other.status_code == 404
    await scene.take("second", "set_aside", "有误")
