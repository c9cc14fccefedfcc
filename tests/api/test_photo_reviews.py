"""本院医师信息审核: the main institution decides on its doctors' photos, once, never on one's own."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.support.people import FORM, Person
from tests.support.photographed import PHOTOS, REVIEWS, coloured, decide, photos_of, uploaded, waiting
from tests.support.problems import codes_at, problem
from tests.support.registered import Registered

pytestmark = pytest.mark.usefixtures("sound")


async def pending(registered: Registered) -> str:
    """A photo that waits."""
    held = await photos_of(registered.chain.doctor)
    return await uploaded(registered.chain.doctor, held["registration_id"], coloured("navy"))


async def test_the_institution_sees_old_and_new_side_by_side(registered: Registered) -> None:
    doctor, staff = registered.chain.doctor, registered.office.institution
    new = await pending(registered)
    (review,) = [
        one for one in (await staff.get(REVIEWS, params={"limit": 100}))["items"] if one["id"] == new
    ]

    assert review["available_actions"] == ["approve", "reject"]
    assert "*" in review["id_number_masked"]
    assert [one["code"] for one in review["advice"]] == ["not_white_background"]
    old = review["current_photo_id"]
    assert old == (await photos_of(doctor))["current"]["id"]
    seen = [await staff.call("GET", f"{REVIEWS}/{one}/content") for one in (old, new)]
    own = [await doctor.call("GET", f"{PHOTOS}/{one}") for one in (old, new)]
    assert [one.content for one in seen] == [one.content for one in own]
    assert len({one.content for one in seen}) == 2


async def test_another_institution_neither_sees_nor_decides(registered: Registered) -> None:
    new = await pending(registered)
    other = (await registered.other_office()).institution

    assert new not in await waiting(other)
    assert problem(await other.call("GET", f"{REVIEWS}/{new}/content")) == (404, "not_found")
    assert problem(await decide(other, new, "approve")) == (404, "not_found")


async def test_after_a_change_the_new_institution_decides(registered: Registered) -> None:
    doctor, old = registered.chain.doctor, registered.office.institution
    new = await pending(registered)
    other = await registered.other_office()
    change = {"institution_id": str(other.place.id), "reason": "迁居", "form": FORM}
    changed = await registered.apply("change", change)
    await registered.pass_through(changed, other)

    assert new not in await waiting(old)
    assert problem(await decide(old, new, "approve")) == (404, "not_found")
    assert new in await waiting(other.institution)
    assert (await decide(other.institution, new, "approve")).status_code == 200
    assert (await photos_of(doctor))["current"]["decided_by"] == other.place.name


async def test_a_rejection_needs_a_reason(registered: Registered) -> None:
    staff, new = registered.office.institution, await pending(registered)

    for reason in ("", "  "):
        assert codes_at(await decide(staff, new, "reject", reason), "/reason") == ["missing"]
    page = await staff.get(REVIEWS)
    assert len(page["reasons"]) > 4
    answer = await decide(staff, new, "reject", page["reasons"][0]["text"])
    assert (answer.json()["status"], answer.json()["available_actions"]) == ("rejected", [])
    decided = await staff.get(REVIEWS, params={"status": "rejected"})
    assert (decided["items"][0]["id"], decided["items"][0]["reason"]) == (new, page["reasons"][0]["text"])


@pytest.mark.parametrize("second", ["approve", "reject"])
async def test_of_two_decisions_at_once_the_first_counts(registered: Registered, second: str) -> None:
    staff, new = registered.office.institution, await pending(registered)
    colleague = await registered.chain.cast.sign_in(registered.office.place.handler)

    answers = await asyncio.gather(decide(staff, new, "approve"), decide(colleague, new, second, "不清楚"))

    assert sorted(one.status_code for one in answers) == [200, 409]
    refused = next(one for one in answers if one.status_code == 409)
    assert problem(refused) == (409, "photo_closed")


async def test_a_decision_and_a_new_upload_at_once_leave_one_current_and_one_waiting(
    registered: Registered,
) -> None:
    doctor, staff = registered.chain.doctor, registered.office.institution
    held = await photos_of(doctor)
    for _ in range(3):
        new = await uploaded(doctor, held["registration_id"], coloured("navy"))
        decided, later = await asyncio.gather(
            decide(staff, new, "approve"), uploaded(doctor, held["registration_id"])
        )
        after = await photos_of(doctor)
        assert after["pending"]["id"] == later
        assert (after["current"]["id"] == new) == (decided.status_code == 200)


async def test_nobody_decides_on_their_own_photo_and_the_attempt_is_recorded(
    registered: Registered, superuser: Any
) -> None:
    staff, new = registered.office.institution, await pending(registered)
    account = UUID((await staff.get("/me"))["account"]["id"])
    before = await superuser.fetchval("SELECT id_number_index FROM account WHERE id = $1", account)
    own = (
        "UPDATE account SET id_number_index = (SELECT p.id_number_index FROM photo f JOIN practitioner p"
        " ON p.id = f.practitioner_id WHERE f.id = $2) WHERE id = $1"
    )
    await superuser.execute(own, account, UUID(new))
    try:
        assert problem(await decide(staff, new, "approve")) == (403, "own_case")
        together = await approve_together(staff, [new])
        (review,) = [one for one in (await staff.get(REVIEWS))["items"] if one["id"] == new]
    finally:
        await superuser.execute("UPDATE account SET id_number_index = $2 WHERE id = $1", account, before)

    assert [(one["approved"], one["code"]) for one in together] == [(False, "own_case")]
    assert review["available_actions"] == []
    assert review["hindrance"] == together[0]["message"]
    recorded = await superuser.fetch(
        "SELECT outcome FROM audit_event WHERE object_id = $1 AND action = 'photo.decision_refused'",
        UUID(new),
    )
    assert [row["outcome"] for row in recorded] == ["refused", "refused"]


async def approve_together(staff: Person, ids: list[str]) -> list[dict[str, Any]]:
    answer = await staff.call("POST", f"{REVIEWS}/approvals", json={"ids": ids})
    assert answer.status_code == 200, answer.text
    outcomes: list[dict[str, Any]] = answer.json()["items"]
    return outcomes


async def test_several_are_approved_at_once_and_one_that_cannot_be_hinders_no_other(
    registered: Registered,
) -> None:
    doctor, staff = registered.chain.doctor, registered.office.institution
    gone = await pending(registered)
    new = await pending(registered)
    stranger = "00000000-0000-7000-8000-000000000001"

    outcomes = await approve_together(staff, [stranger, gone, new, new])

    assert [(one["id"], one["approved"], one["code"]) for one in outcomes] == [
        (stranger, False, "not_found"),
        (gone, False, "photo_closed"),
        (new, True, None),
    ]
    assert (await photos_of(doctor))["current"]["id"] == new


async def test_both_sides_are_told_and_the_decision_is_recorded(
    registered: Registered, superuser: Any
) -> None:
    doctor, staff, cast = registered.chain.doctor, registered.office.institution, registered.chain.cast
    new = await pending(registered)
    await cast.work_off()
    assert (await staff.get("/me/notices"))["items"][0]["kind"] == "photo_pending"

    await decide(staff, new, "reject", "照片模糊")
    await cast.work_off()

    told = (await doctor.get("/me/notices"))["items"][0]
    assert told["kind"] == "photo_rejected"
    assert registered.office.place.name in told["message"]
    assert "模糊" not in told["message"]
    recorded = await superuser.fetch(
        "SELECT action, realm FROM audit_event WHERE object_id = $1 ORDER BY id", UUID(new)
    )
    assert [tuple(row) for row in recorded] == [
        ("photo.uploaded", "doctor"),
        ("photo.rejected", "institution"),
    ]
    sealed = await superuser.fetchval("SELECT reason_sealed FROM photo WHERE id = $1", UUID(new))
    assert "模糊".encode() not in sealed


async def test_what_was_decided_is_paged_from_the_newest_on_and_a_name_narrows_what_waits(
    registered: Registered,
) -> None:
    staff = registered.office.institution
    decided = []
    for _ in range(3):
        decided.append(await pending(registered))
        await decide(staff, decided[-1], "approve")

    seen: list[str] = []
    more: dict[str, str] = {}
    while len(seen) < 3:
        page = await staff.get(REVIEWS, params={"status": "approved", "limit": 1, **more})
        assert (page["total"] is None) == bool(more)
        seen += [one["id"] for one in page["items"]]
        more = {"cursor": page["next_cursor"]}
    assert seen == decided[::-1]

    new = await pending(registered)
    name = (await registered.chain.doctor.get("/me"))["account"]["name"]
    assert new in await waiting(staff, name[:2])
    assert await waiting(staff, f"{name}某某") == []
