"""Each type from draft to approved, through all who have to do with it, and what it makes of the register."""

from datetime import timedelta

from tests.support.people import FORM
from tests.support.registered import Registered


async def test_change_moves_the_main_practice(registered: Registered) -> None:
    new = await registered.other_office()
    application = await registered.apply(
        "change", {"institution_id": new.place.id, "reason": "住所迁移", "form": FORM}
    )
    application = await registered.pass_through(application, new)

    held = await registered.registration()
    main = [one for one in held["practices"] if one["kind"] == "main" and one["status"] == "in_force"]
    assert [one["institution_id"] for one in main] == [new.place.id]
    assert held["status"] == "valid"
    assert application["number"].startswith("BG-")


async def test_additional_practice_is_filed_and_cancelled(registered: Registered) -> None:
    new = await registered.other_office()
    today = registered.today
    filed = await registered.apply(
        "multi_institution",
        {
            "institution_id": new.place.id,
            "valid_from": today.isoformat(),
            "valid_to": (today + timedelta(days=365)).isoformat(),
            "form": FORM,
        },
    )
    await registered.pass_through(filed, new)
    held = await registered.registration()
    (additional,) = [one for one in held["practices"] if one["kind"] == "additional"]
    assert additional["status"] == "in_force"

    cancelled = await registered.apply(
        "multi_institution_cancellation",
        {"additional_practice_id": additional["id"], "reason": "不再出诊"},
    )
    await registered.pass_through(cancelled, new)
    held = await registered.registration()
    (additional,) = [one for one in held["practices"] if one["kind"] == "additional"]
    assert additional["status"] == "cancelled"


async def test_filing_suspends_and_its_cancellation_restores(registered: Registered) -> None:
    filed = await registered.apply("filing", {"reason_code": "02", "remarks": ""})
    await registered.pass_through(filed)
    assert (await registered.registration())["status"] == "filed"

    restored = await registered.apply("filing_cancellation", {"reason": "返聘"})
    await registered.pass_through(restored)
    assert (await registered.registration())["status"] == "valid"


async def test_deregistration_ends_everything(registered: Registered) -> None:
    ended = await registered.apply("deregistration", {"reason_code": "11", "remarks": "不再执业"})
    await registered.pass_through(ended)
    held = await registered.registration()
    assert held["status"] == "deregistered"
    assert [one["current"] for one in held["practices"]] == [False]
