"""Each type from draft to approved, through all who have to do with it, and what it makes of the register."""

import pytest

from tests.journeys.type_scripts import TYPES, placed, prepare, submitted
from tests.support.practising import Scene

pytestmark = pytest.mark.usefixtures("sound")
EFFECTS: dict[str, tuple[str, set[tuple[str, str, str]]]] = {
    "registration": ("valid", {("0", "main", "in_force")}),
    "change": ("valid", {("0", "main", "ended"), ("1", "main", "in_force")}),
    "multi_institution": ("valid", {("0", "main", "in_force"), ("1", "additional", "in_force")}),
    "multi_institution_cancellation": (
        "valid",
        {("0", "main", "in_force"), ("1", "additional", "cancelled")},
    ),
    "filing": ("filed", {("0", "main", "suspended")}),
    "filing_cancellation": ("valid", {("0", "main", "in_force")}),
    "deregistration": ("deregistered", {("0", "main", "ended")}),
}
"""The registration's status, and each practice: place, kind, status."""
PREFIXES = dict(zip(TYPES, ("ZC", "BG", "DJ", "QD", "BA", "QB", "ZX"), strict=True))


@pytest.mark.parametrize("type_code", TYPES)
async def test_each_type_goes_its_way_and_takes_effect_once(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    script = await prepare(scene, type_code)
    answer = await scene.begin(type_code, script.payload)
    assert answer.status_code == 201, answer.text
    assert scene.application["number"] is None
    numbered = await scene.take("doctor", "submit")
    assert numbered["number"].startswith(f"{PREFIXES[type_code]}-37")
    await scene.take("institution", "endorse", place=script.place)
    await scene.take("handler", "accept", place=script.place)
    await scene.take("approver", "approve", place=script.place)

    await scene.read()
    assert scene.application["status"] == "approved"
    assert [step["action"] for step in scene.application["timeline"]] == [
        "submit",
        "endorse",
        "accept",
        "approve",
    ]
    held = await scene.registration()
    assert scene.application["registration_id"] == held["id"]
    assert (held["status"], await placed(scene)) == EFFECTS[type_code]
    assert held["history"][-1]["application_id"] == scene.id
    again = await scene.act("approver", "approve", place=script.place)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize("type_code", TYPES)
async def test_each_type_is_offered_when_its_time_has_come(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    await prepare(scene, type_code)
    answer = await scene.call("doctor", "GET", "/doctor/application-options")
    options = {one["type"]: one for one in answer.json()["items"]}
    assert set(options) == set(TYPES)
    assert options[type_code]["available"] is True
    for option in options.values():
        failed = [check for check in option["checks"] if not check["passed"]]
        assert option["available"] is (failed == [])
        assert all(check["legal_basis"] and check["remedy"] for check in failed)
        refused = await scene.begin(option["type"], {})
        assert (refused.status_code == 201) is option["available"], refused.text
        if failed:
            assert refused.json()["code"] == "not_eligible"
            codes = [check["code"] for check in refused.json()["checks"] if not check["passed"]]
            assert codes == [check["code"] for check in failed]


@pytest.mark.parametrize("type_code", TYPES)
async def test_an_open_application_is_named_by_the_options(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    await submitted(scene, type_code)
    answer = await scene.call("doctor", "GET", "/doctor/application-options")
    (option,) = [one for one in answer.json()["items"] if one["type"] == type_code]
    assert (option["available"], option["open_application_id"]) == (False, scene.id)


async def test_types_are_drawn_for_the_portals(scene: Scene) -> None:
    for language in ("zh-CN", "en"):
        answer = await scene.call(
            "doctor", "GET", "/application-types", headers={"Accept-Language": language}
        )
        assert answer.status_code == 200, answer.text
        assert [one["code"] for one in answer.json()] == list(TYPES)
    assert [one["printable"] for one in answer.json()] == [True, True, True, False, False, False, False]
