"""A decision on a registration concerns offices that had no part in it: wherever the doctor practises, or did."""

from typing import Any
from uuid import UUID

import pytest

from tests.journeys.type_scripts import additional, period
from tests.support.people import FORM
from tests.support.practising import Scene

pytestmark = pytest.mark.usefixtures("sound")
AUTHORITIES = ("handler", "approver")


async def heard(scene: Scene, who: str, place: int) -> list[str]:
    """Kinds of what somebody was told without an application since the last look, the newest first."""
    await scene.cast.work_off()
    found = (await scene.call(who, "GET", "/me/notices?limit=100", place)).json()["items"]
    fresh = [one for one in found if one["read_at"] is None]
    for one in fresh:
        await scene.call(who, "POST", f"/me/notices/{one['id']}/read", place)
    return [one["kind"] for one in fresh if one["application_id"] is None]


async def silence(scene: Scene) -> None:
    """Everybody has read what there was."""
    for place in (0, 1, 2):
        for who in ("institution", "institution_administrator", *AUTHORITIES):
            await heard(scene, who, place)


async def moved(scene: Scene) -> dict[str, Any]:
    """变更 from the first place to the second."""
    await scene.apply("change", {"institution_id": scene.places[1].id, "reason": "住所迁移", "form": FORM})
    await scene.take("institution", "endorse", place=1)
    return await scene.take("approver", "approve", place=1)


async def test_the_institution_that_a_doctor_leaves_and_its_authority_are_told(scene: Scene) -> None:
    await silence(scene)
    await moved(scene)
    for who in ("institution", "institution_administrator"):
        assert await heard(scene, who, 0) == ["doctor_left"]
    for who in AUTHORITIES:
        assert await heard(scene, who, 0) == ["registration_changed"]
    assert await heard(scene, "auditor", 0) == []
    for who in ("institution", *AUTHORITIES):
        assert await heard(scene, who, 1) == await heard(scene, who, 2) == [], (
            "they decided, or are strangers"
        )


async def test_the_institution_that_gets_its_doctor_back_is_told(scene: Scene) -> None:
    await moved(scene)
    await silence(scene)
    scene.advance(days=1)
    await scene.take("second", "set_aside", "认定有误", 1)
    for who in ("institution", "approver"):
        assert await heard(scene, who, 0) == ["registration_changed"]
        assert await heard(scene, who, 1) == [], "told of the case itself"


@pytest.mark.parametrize(
    ("type_code", "payload"), [("filing", {"reason_code": "01"}), ("deregistration", {"reason_code": "01"})]
)
async def test_an_institution_of_an_additional_practice_hears_that_it_stops(
    scene: Scene, type_code: str, payload: dict[str, str]
) -> None:
    await scene.effective("multi_institution", period(scene, 1), 1)
    await silence(scene)
    await scene.effective(type_code, payload)
    for who in ("institution", "approver"):
        assert await heard(scene, who, 1) == ["registration_changed"]
        assert await heard(scene, who, 2) == []
    assert await heard(scene, "institution", 0) == [], "told of the case itself"


async def test_the_main_institution_hears_of_an_additional_practice_and_of_its_end(scene: Scene) -> None:
    await silence(scene)
    await scene.effective("multi_institution", period(scene, 1), 1)
    assert await heard(scene, "institution", 0) == ["registration_changed"]
    practice = (await additional(scene))["id"]
    await scene.effective(
        "multi_institution_cancellation", {"additional_practice_id": practice, "reason": "不再出诊"}, 1
    )
    assert await heard(scene, "institution", 0) == ["registration_changed"]


async def test_an_additional_practice_that_is_over_concerns_nobody(scene: Scene) -> None:
    await scene.effective("multi_institution", period(scene, 1, 0, 10), 1)
    scene.advance(days=11)
    await silence(scene)
    await scene.effective("filing", {"reason_code": "01"})
    assert await heard(scene, "institution", 1) == []


async def test_a_refusal_set_aside_changes_no_registration(scene: Scene) -> None:
    await scene.effective("multi_institution", period(scene, 1), 1)
    await scene.apply("filing", {"reason_code": "02"})
    await scene.take("institution", "endorse")
    await scene.take("approver", "refuse", "材料不实")
    await silence(scene)
    await scene.take("second", "set_aside", "复核有误")
    assert await heard(scene, "institution", 1) == []


async def test_a_repeated_event_tells_nobody_twice(scene: Scene) -> None:
    await silence(scene)
    case = await moved(scene)
    await scene.cast.work_off()
    await scene.superuser.execute(
        "UPDATE outbox_event SET finished_at = NULL WHERE kind = 'application.moved'"
        " AND payload ->> 'application_id' = $1",
        str(UUID(case["id"])),
    )
    assert await heard(scene, "institution", 0) == ["doctor_left"]
