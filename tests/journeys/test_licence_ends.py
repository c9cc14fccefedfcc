"""A licence ends in the transaction that makes it untrue, on every way there, and is followed or claimed anew."""

from collections.abc import Awaitable, Callable

import pytest

from tests.journeys.type_scripts import period
from tests.support.licences import LICENCES, Licensed, claim, decide_photo, show, upload_photo
from tests.support.people import FORM
from tests.support.practising import Scene
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("sound")


async def applied_filing(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    await scene.take("institution", "endorse")
    await scene.take("approver", "approve")


async def applied_end(scene: Scene) -> None:
    await scene.apply("deregistration", {"reason_code": "11", "remarks": "不再执业"})
    await scene.take("institution", "endorse")
    await scene.take("approver", "approve")


async def reported_filing(scene: Scene) -> None:
    assert (await scene.report("filing", {"reason_code": "01"})).status_code == 201
    await scene.take("approver", "approve")


async def reported_end(scene: Scene) -> None:
    assert (await scene.report("deregistration", {"reason_code": "01"})).status_code == 201
    await scene.take("approver", "approve")


async def handled_filing(scene: Scene) -> None:
    await scene.effective("filing", {"reason_code": "01"})


async def handled_end(scene: Scene) -> None:
    await scene.effective("deregistration", {"reason_code": "01"})


async def registration_set_aside(scene: Scene) -> None:
    await scene.take("second", "set_aside", "材料不实")


async def changed(scene: Scene) -> None:
    await scene.apply("change", {"institution_id": scene.places[1].id, "reason": "住所迁移", "form": FORM})
    await scene.take("institution", "endorse", place=1)
    await scene.take("approver", "approve", place=1)


Way = Callable[[Scene], Awaitable[None]]
REVOKING: tuple[tuple[Way, str], ...] = (
    (applied_filing, "filed"),
    (reported_filing, "filed"),
    (handled_filing, "filed"),
    (applied_end, "deregistered"),
    (reported_end, "deregistered"),
    (handled_end, "deregistered"),
    (registration_set_aside, "revoked"),
)


async def notices(licensed: Licensed) -> list[str]:
    await licensed.scene.cast.work_off()
    return [one["kind"] for one in (await licensed.doctor.get("/me/notices?limit=100"))["items"]]


@pytest.mark.parametrize(("way", "reason"), REVOKING, ids=[way.__name__ for way, _ in REVOKING])
async def test_a_licence_is_revoked_with_the_decision(licensed: Licensed, way: Way, reason: str) -> None:
    code, shown = await licensed.code(), (await licensed.show())["url"]
    assert (await licensed.verify(code))["outcome"] == "valid"
    await way(licensed.scene)
    # The worker has done nothing yet.
    for one in (code, shown):
        learned = await licensed.verify(one)
        assert learned["outcome"] == "revoked"
        assert learned["holder"]["photo"] is None
        assert (learned["practice"]["institution"], learned["practice"]["techniques"]) == (None, [])
    assert await licensed.versions() == [(1, "revoked", reason)]
    assert problem(await show(licensed.doctor, licensed.licence["id"])) == (409, "licence_ended")
    (item,) = (await licensed.doctor.get(f"{LICENCES}/eligibility"))["items"]
    assert (item["eligible"], item["licence_id"]) == (False, None)
    assert "licence_revoked" in await notices(licensed)
    assert await licensed.versions() == [(1, "revoked", reason)], "nothing follows"


async def test_a_doctor_is_told_once_that_the_licence_ended(licensed: Licensed) -> None:
    await handled_filing(licensed.scene)
    await handled_end(licensed.scene)
    assert (await notices(licensed)).count("licence_revoked") == 1


@pytest.mark.parametrize("way", ["cancelled", "set_aside"])
async def test_once_the_registration_is_valid_again_it_is_claimed_anew(licensed: Licensed, way: str) -> None:
    scene, code = licensed.scene, await licensed.code()
    await handled_filing(scene)
    if way == "cancelled":
        await scene.effective("filing_cancellation", {"reason": "返聘"})
    else:
        await scene.take("second", "set_aside", "误办")
    await scene.cast.work_off()
    assert await licensed.versions() == [(1, "revoked", "filed")]
    number = licensed.licence["number"]
    assert ((await licensed.claim())["version"], licensed.licence["number"]) == (2, number)
    assert (await licensed.verify(code))["outcome"] == "revoked"
    assert (await licensed.verify(await licensed.code()))["outcome"] == "valid"


async def test_a_change_supersedes_at_once_and_the_worker_issues_the_next_version(licensed: Licensed) -> None:
    code, there = await licensed.code(), licensed.scene.places[1].name
    await changed(licensed.scene)
    learned = await licensed.verify(code)
    assert (learned["outcome"], learned["practice"]["institution"]) == ("superseded", there)
    assert await licensed.versions() == [(1, "superseded", "changed")]
    assert "licence_renewed" in await notices(licensed)
    assert await licensed.versions() == [(2, "valid", None), (1, "superseded", "changed")]
    licensed.licence = (await licensed.doctor.get(LICENCES))["items"][0]
    assert licensed.licence["institution_name"] == there
    assert (await licensed.verify(await licensed.code()))["outcome"] == "valid"


async def test_a_change_that_is_set_aside_brings_the_old_institution_back(licensed: Licensed) -> None:
    here = licensed.licence["institution_name"]
    await changed(licensed.scene)
    await licensed.scene.cast.work_off()
    await licensed.scene.take("second", "set_aside", "误办", place=1)
    await licensed.scene.cast.work_off()
    ended = [(2, "superseded", "changed"), (1, "superseded", "changed")]
    assert await licensed.versions() == [(3, "valid", None), *ended]
    assert (await licensed.doctor.get(LICENCES))["items"][0]["institution_name"] == here


async def test_what_is_revoked_before_the_worker_comes_is_not_followed(licensed: Licensed) -> None:
    await changed(licensed.scene)
    await licensed.scene.effective("filing", {"reason_code": "01"}, place=1)
    await licensed.scene.cast.work_off()
    assert await licensed.versions() == [(1, "superseded", "changed")]


async def test_who_claims_before_the_worker_comes_gets_the_next_version_once(licensed: Licensed) -> None:
    await changed(licensed.scene)
    assert (await claim(licensed.doctor, licensed.licence["registration_id"])).json()["version"] == 2
    await licensed.scene.cast.work_off()
    assert await licensed.versions() == [(2, "valid", None), (1, "superseded", "changed")]


async def test_an_additional_practice_changes_what_a_scan_says_and_not_the_licence(
    licensed: Licensed,
) -> None:
    scene, code = licensed.scene, await licensed.code()
    await scene.effective("multi_institution", period(scene, 1, last=10), 1)
    assert await licensed.versions() == [(1, "valid", None)]
    learned = await licensed.verify(code)
    assert (learned["outcome"], learned["practice"]["additional"]) == ("valid", [scene.places[1].name])
    scene.advance(days=11)
    assert (await licensed.verify(code))["practice"]["additional"] == []


async def test_an_approval_that_fails_half_way_leaves_the_licence_valid(licensed: Licensed) -> None:
    scene = licensed.scene
    await scene.apply("filing", {"reason_code": "02"})
    await scene.take("institution", "endorse")
    await scene.superuser.execute("REVOKE INSERT ON application_step FROM registry_app")
    try:
        assert (await scene.act("approver", "approve")).status_code == 500
    finally:
        await scene.superuser.execute("GRANT INSERT ON application_step TO registry_app")
    assert await licensed.versions() == [(1, "valid", None)]
    assert (await licensed.verify(await licensed.code()))["outcome"] == "valid"


async def test_another_photo_supersedes_at_once_and_is_on_the_next_version(licensed: Licensed) -> None:
    code, before = await licensed.code(), await photo_of(licensed)
    photo = await upload_photo(licensed.scene)
    assert await licensed.versions() == [(1, "valid", None)], (
        "the old photo stays until the institution decides"
    )
    await decide_photo(licensed.scene, photo, "approve")
    assert (await licensed.verify(code))["outcome"] == "superseded"
    assert await licensed.versions() == [(1, "superseded", "photo_changed")]
    assert "licence_renewed" in await notices(licensed)
    assert await licensed.versions() == [(2, "valid", None), (1, "superseded", "photo_changed")]
    licensed.licence = (await licensed.doctor.get(LICENCES))["items"][0]
    assert await photo_of(licensed) != before
    assert (await licensed.verify(await licensed.code()))["outcome"] == "valid"


async def test_a_photo_that_is_rejected_changes_nothing(licensed: Licensed) -> None:
    await decide_photo(licensed.scene, await upload_photo(licensed.scene), "reject", "背景不是白色")
    assert await licensed.versions() == [(1, "valid", None)]


async def photo_of(licensed: Licensed) -> bytes:
    answer = await licensed.doctor.call("GET", f"{LICENCES}/{licensed.licence['id']}/photo")
    assert answer.status_code == 200
    return answer.content
