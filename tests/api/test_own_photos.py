"""A doctor's photos: the first comes with the registration; later ones wait for the institution (manual, 信息维护)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry_api.kit.storage import BlobMissing
from tests.support.people import Cast, Chain
from tests.support.photographed import PHOTOS, coloured, decide, photos_of, upload, uploaded, waiting
from tests.support.problems import problem
from tests.support.registered import Registered

pytestmark = pytest.mark.usefixtures("sound")


async def test_the_applications_photo_is_the_registrations_first(
    registered: Registered, superuser: Any
) -> None:
    doctor = registered.chain.doctor
    held = await photos_of(doctor)

    assert held["pending"] is None
    assert held["history"] == []
    assert (held["current"]["from_application"], held["current"]["current"]) == (True, True)
    assert held["current"]["decided_by"] == held["reviewer"]
    answer = await doctor.call("GET", f"{PHOTOS}/{held['current']['id']}")
    assert answer.headers["content-type"] == "image/jpeg"
    row = await superuser.fetchrow("SELECT * FROM photo WHERE id = $1", UUID(held["current"]["id"]))
    attachment = await superuser.fetchrow(
        "SELECT * FROM attachment WHERE application_id = $1 AND kind = 'photo'", UUID(registered.chain.id)
    )
    assert [row[name] for name in ("sha256", "storage_key", "decided_by")] == [
        attachment[name] for name in ("sha256", "storage_key", "decided_by")
    ]


async def test_an_approval_after_a_take_over_approves_the_photo_that_no_institution_passed(
    chain: Chain, superuser: Any
) -> None:
    await chain.advance("institution_review")
    chain.cast.clock.advance(timedelta(days=25))
    chain.handler = await chain.cast.sign_in(chain.place.authority_handler)
    chain.approver = await chain.cast.sign_in(chain.place.authority_approver)
    for person, action in ((chain.handler, "take_over"), (chain.approver, "approve")):
        path = f"/authority/applications/{chain.id}"
        body = {"comment": "机构逾期"} | ({} if action == "take_over" else {"action": action})
        where = "take-over" if action == "take_over" else "decisions"
        answer = await person.call(
            "POST", f"{path}/{where}", version=chain.application["version"], key=str(uuid4()), json=body
        )
        assert answer.status_code == 200, answer.text
        chain.application = answer.json()

    approver = UUID((await chain.approver.get("/me"))["account"]["id"])
    decided = await superuser.fetchrow(
        "SELECT status, decided_by FROM attachment WHERE application_id = $1 AND kind = 'photo'",
        UUID(chain.id),
    )
    assert tuple(decided) == ("approved", approver)
    current = await superuser.fetchrow("SELECT * FROM photo WHERE application_id = $1", UUID(chain.id))
    assert [current[name] for name in ("status", "decided_by", "institution_id")] == [
        "approved",
        approver,
        None,
    ]


async def test_the_old_photo_stays_until_the_institution_approves_the_new_one(registered: Registered) -> None:
    doctor, staff = registered.chain.doctor, registered.office.institution
    held = await photos_of(doctor)
    first = held["current"]["id"]

    new = await uploaded(doctor, held["registration_id"], coloured("navy"))
    between = await photos_of(doctor)
    assert (between["current"]["id"], between["pending"]["id"]) == (first, new)
    assert [one["code"] for one in between["pending"]["advice"]] == ["not_white_background"]

    assert (await decide(staff, new, "approve")).status_code == 200
    after = await photos_of(doctor)
    assert (after["current"]["id"], after["pending"]) == (new, None)
    assert [(one["id"], one["status_title"]) for one in after["history"]] == [(first, "曾经使用")]


async def test_a_rejected_photo_changes_nothing_and_says_why(registered: Registered) -> None:
    doctor, staff = registered.chain.doctor, registered.office.institution
    held = await photos_of(doctor)
    new = await uploaded(doctor, held["registration_id"])

    assert (await decide(staff, new, "reject", "照片背景不是白色")).status_code == 200

    after = await photos_of(doctor)
    assert (after["current"]["id"], after["pending"]) == (held["current"]["id"], None)
    assert [(one["id"], one["reason"]) for one in after["history"]] == [(new, "照片背景不是白色")]
    assert after["history"][0]["decided_by"] == held["reviewer"]


async def test_a_second_upload_replaces_what_waits_and_its_file_goes(
    registered: Registered, superuser: Any
) -> None:
    doctor, cast = registered.chain.doctor, registered.chain.cast
    held = await photos_of(doctor)
    first = await uploaded(doctor, held["registration_id"])
    second = await uploaded(doctor, held["registration_id"])
    await cast.work_off()

    after = await photos_of(doctor)
    assert after["pending"]["id"] == second
    assert [(one["id"], one["status"], one["has_content"]) for one in after["history"]] == [
        (first, "replaced", False)
    ]
    assert problem(await doctor.call("GET", f"{PHOTOS}/{first}")) == (404, "not_found")
    with pytest.raises(BlobMissing):
        await cast.app.state.system.storage.get(f"photos/{held['registration_id']}/{first}")
    assert first not in await waiting(registered.office.institution)
    recorded = await superuser.fetch("SELECT action FROM audit_event WHERE object_id = $1", UUID(first))
    assert {row["action"] for row in recorded} == {"photo.uploaded", "photo.replaced"}


async def test_what_waits_is_withdrawn_by_its_doctor_only_and_once(
    registered: Registered, cast: Cast
) -> None:
    doctor = registered.chain.doctor
    held = await photos_of(doctor)
    new = await uploaded(doctor, held["registration_id"])
    _, other = await cast.doctor()

    assert problem(await other.call("DELETE", f"{PHOTOS}/{new}")) == (404, "not_found")
    assert problem(await other.call("GET", f"{PHOTOS}/{new}")) == (404, "not_found")
    assert (await doctor.call("DELETE", f"{PHOTOS}/{new}")).status_code == 204
    assert problem(await doctor.call("DELETE", f"{PHOTOS}/{new}")) == (409, "photo_closed")
    assert problem(await doctor.call("DELETE", f"{PHOTOS}/{held['current']['id']}")) == (409, "photo_closed")
    assert problem(await decide(registered.office.institution, new, "approve")) == (409, "photo_closed")
    assert (await photos_of(doctor))["current"]["id"] == held["current"]["id"]


async def test_who_is_registered_nowhere_is_refused_in_clear_words(cast: Cast) -> None:
    _, doctor = await cast.doctor()

    answer = await upload(doctor, "00000000-0000-7000-8000-000000000001")

    assert problem(answer) == (409, "photo_needs_registration")
    assert "未注册医疗机构的医师不可更新个人信息" in answer.json()["detail"]
    assert await doctor.get(PHOTOS) == {"items": [], "explanation": answer.json()["detail"]}


async def test_another_doctors_registration_is_no_place_for_a_photo(
    registered: Registered, start_chain: Any
) -> None:
    chain = await start_chain()
    await chain.advance("approved")
    foreign = (await photos_of(chain.doctor))["registration_id"]

    assert problem(await upload(registered.chain.doctor, foreign)) == (404, "not_found")


@pytest.mark.parametrize("content", [b"", b"no picture", b"%PDF-1.7 x"])
async def test_what_is_no_photo_is_refused_and_nothing_changes(
    registered: Registered, content: bytes
) -> None:
    doctor = registered.chain.doctor
    held = await photos_of(doctor)

    assert problem(await upload(doctor, held["registration_id"], content)) == (422, "photo_invalid")

    assert await photos_of(doctor) == held


async def test_uploads_of_a_day_are_bounded(registered: Registered, superuser: Any) -> None:
    doctor = registered.chain.doctor
    held = await photos_of(doctor)
    for _ in range(10):
        await uploaded(doctor, held["registration_id"])

    answer = await upload(doctor, held["registration_id"])
    assert problem(answer) == (429, "too_many_photos")
    assert int(answer.headers["retry-after"]) > 0

    earlier = "UPDATE photo SET uploaded_at = uploaded_at - interval '1 day' WHERE registration_id = $1"
    await superuser.execute(earlier, UUID(held["registration_id"]))
    await uploaded(doctor, held["registration_id"])


async def test_of_uploads_at_once_each_is_taken_whole_or_leaves_no_file(registered: Registered) -> None:
    doctor, cast = registered.chain.doctor, registered.chain.cast
    held = await photos_of(doctor)

    answers = await asyncio.gather(*(upload(doctor, held["registration_id"]) for _ in range(4)))
    await cast.work_off()

    taken = [one for one in answers if one.status_code == 201]
    assert taken
    assert {problem(one) for one in answers if one not in taken} <= {(409, "photo_upload_under_way")}
    after = await photos_of(doctor)
    assert len(after["history"]) == len(taken) - 1
    folder = cast.settings.storage / "photos" / held["registration_id"]
    assert [path.name for path in folder.iterdir()] == [after["pending"]["id"]]


async def test_in_filing_nothing_is_uploaded_and_what_waits_goes_on_waiting(registered: Registered) -> None:
    doctor, staff = registered.chain.doctor, registered.office.institution
    held = await photos_of(doctor)
    new = await uploaded(doctor, held["registration_id"])
    await registered.pass_through(await registered.apply("filing", {"reason_code": "01", "remarks": "x"}))

    after = await photos_of(doctor)
    assert (after["may_upload"], after["pending"]["id"]) == (False, new)
    refused = await upload(doctor, held["registration_id"])
    assert problem(refused) == (409, "photo_registration_not_valid")
    assert after["why_not"] == refused.json()["detail"]
    assert problem(await decide(staff, new, "approve")) == (409, "photo_registration_not_valid")


async def test_what_waits_lapses_with_the_registration(registered: Registered) -> None:
    doctor, cast = registered.chain.doctor, registered.chain.cast
    held = await photos_of(doctor)
    new = await uploaded(doctor, held["registration_id"])
    await registered.pass_through(
        await registered.apply("deregistration", {"reason_code": "07", "remarks": "x"})
    )
    await cast.work_off()

    after = await photos_of(doctor)
    assert [(one["id"], one["status"]) for one in after["history"]] == [(new, "lapsed")]
    assert new not in await waiting(registered.office.institution)
