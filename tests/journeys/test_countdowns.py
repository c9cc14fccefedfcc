"""Terms that end: who is told in good time, and once."""

from datetime import date, timedelta

import pytest

from registry_api.register.state import last_day_of_filing
from registry_api.worker import count_down
from tests.journeys.type_scripts import period
from tests.support.inbox import messages_to
from tests.support.practising import Scene

pytestmark = pytest.mark.usefixtures("sound")
PEOPLE = ("doctor", "institution", "handler", "approver", "auditor")
PHONE = "13911110044"


async def told(scene: Scene, kind: str, day: date) -> dict[str, int]:
    """How often each person was told of a term that ends on the day."""
    await count_down(scene.cast.app.state.worker_system)
    found = {}
    for who in PEOPLE:
        notices = (await scene.call(who, "GET", "/me/notices?limit=100")).json()["items"]
        found[who] = sum(one["kind"] == kind and day.isoformat() in one["message"] for one in notices)
    return found


async def test_the_two_years_of_a_filing_are_counted_down(scene: Scene) -> None:
    await scene.effective("filing", {"reason_code": "02"})
    last_day = last_day_of_filing(scene.today)
    for kind, left in (("filing_ends", 90), ("filing_ends_soon", 30), ("filing_over", -1)):
        assert set((await told(scene, kind, last_day)).values()) == {0}
        scene.advance(days=(last_day - scene.today - timedelta(days=left)).days)
        first = await told(scene, kind, last_day)
        assert (first["doctor"], first["institution"], first["auditor"]) == (1, 0, 0)
        # Of other tests' filings of the same day they are told as well.
        assert first["handler"] == first["approver"] >= 1
        assert await told(scene, kind, last_day) == first, "each is told once"


async def test_a_filing_that_was_cancelled_counts_no_longer(scene: Scene) -> None:
    await scene.effective("filing", {"reason_code": "02"})
    last_day = last_day_of_filing(scene.today)
    await scene.effective("filing_cancellation", {"reason": "返聘"})
    scene.advance(days=(last_day - scene.today).days - 20)
    assert (await told(scene, "filing_ends_soon", last_day))["doctor"] == 0


async def test_the_end_of_an_additional_practice_is_told_by_the_way_that_was_chosen(scene: Scene) -> None:
    agreed = period(scene, 1)
    await scene.effective("multi_institution", agreed, 1)
    last_day = date.fromisoformat(agreed["valid_to"])
    await scene.cast.work_off()
    await wants_sms(scene)
    for kind, left in (("practice_ends_soon", 30), ("practice_over", -1)):
        assert (await told(scene, kind, last_day))["doctor"] == 0
        scene.advance(days=(last_day - scene.today - timedelta(days=left)).days)
        first = await told(scene, kind, last_day)
        assert (first["doctor"], first["institution"]) == (1, 0), "the main institution has no part in it"
        there = await scene.call("institution", "GET", "/me/notices?limit=100", 1)
        assert kind in [one["kind"] for one in there.json()["items"]]
        assert await told(scene, kind, last_day) == first, "each is told once"
    await scene.cast.work_off()
    assert [one["text"] for one in reversed(await messages_to(scene.cast, PHONE))] == [
        f"【中医医师注册】一项多执业机构备案将于 {last_day} 到期，需要继续执业的请重新备案。请登录系统查看。",
        f"【中医医师注册】一项多执业机构备案已于 {last_day} 到期，不再有效。请登录系统查看。",
    ]


async def wants_sms(scene: Scene) -> None:
    system = scene.cast.app.state.system
    await scene.superuser.execute(
        "UPDATE account SET phone_sealed = $2, phone_index = $3, phone_verified_at = now(), notice_by_sms = true"
        " WHERE id = $1",
        scene.account_id,
        system.sealer.seal(PHONE, "account.phone", scene.account_id),
        system.blind_index.of("phone", PHONE),
    )
