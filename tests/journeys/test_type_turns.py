"""Each type by every turn that it can take before it is approved."""

from typing import Any

import pytest

from tests.journeys.type_scripts import TYPES, mended, submitted
from tests.support.practising import Scene

pytestmark = pytest.mark.usefixtures("sound")
ENDINGS = (
    # (action, who, from which status, becomes)
    ("refuse", "approver", "authority_review", "refused"),
    ("refuse", "approver", "accepted", "refused"),
    ("decline", "approver", "authority_review", "not_accepted"),
    ("terminate", "approver", "institution_review", "terminated"),
    ("terminate", "approver", "accepted", "terminated"),
    ("withdraw", "doctor", "institution_review", "withdrawn"),
    ("withdraw", "doctor", "institution_returned", "withdrawn"),
    ("withdraw", "doctor", "authority_review", "withdrawn"),
    ("withdraw", "doctor", "correction_required", "withdrawn"),
    ("withdraw", "doctor", "accepted", "withdrawn"),
)
WAYS = {
    "institution_review": (),
    "institution_returned": (("institution", "return"),),
    "authority_review": (("institution", "endorse"),),
    "correction_required": (("institution", "endorse"), ("handler", "request_correction")),
    "accepted": (("institution", "endorse"), ("handler", "accept")),
}


async def state(scene: Scene) -> Any:
    """The registers and whatever else an approval writes for this doctor."""
    answer = await scene.call("doctor", "GET", "/doctor/registrations")
    return answer.json()


@pytest.mark.parametrize("type_code", TYPES)
async def test_each_type_is_returned_corrected_and_approved(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    place = (await submitted(scene, type_code)).place
    silent = await scene.act("institution", "return", place=place)
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/comment")

    await scene.take("institution", "return", "请写明", place)
    await scene.edit(mended(scene))
    await scene.take("doctor", "submit")
    assert scene.application["status"] == "institution_review"
    await scene.take("institution", "endorse", place=place)

    await scene.take("handler", "request_correction", "请核对", place)
    await scene.take("doctor", "submit")
    assert scene.application["status"] == "authority_review", "nothing that was endorsed has changed"
    again = await scene.act("handler", "request_correction", "还有", place)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    await scene.take("approver", "approve", place=place)
    assert scene.application["status"] == "approved"


@pytest.mark.parametrize("type_code", TYPES)
async def test_a_correction_of_what_was_endorsed_is_endorsed_again(
    unregistered: Scene, type_code: str
) -> None:
    scene = unregistered
    place = (await submitted(scene, type_code)).place
    await scene.take("institution", "endorse", place=place)
    await scene.take("handler", "request_correction", "请写明", place)
    payload = mended(scene)
    (pointer,) = [
        f"/payload/{name}" if name != "form" else "/payload/form/health"
        for name, value in payload.items()
        if value != scene.application["payload"].get(name)
    ]
    await scene.edit(payload)
    await scene.take("doctor", "submit")
    assert scene.application["status"] == "institution_review"
    await scene.take("institution", "endorse", place=place)
    seen = await scene.read("handler", place)
    assert seen["changed_places"] == [pointer]
    further = {"field_comments": [{"pointer": pointer, "comment": "仍不清楚"}]}
    await scene.take("handler", "request_correction", "请再写", place, body=further)
    await scene.take("doctor", "withdraw")


@pytest.mark.parametrize("type_code", TYPES)
async def test_each_type_ends_without_effect_by_every_other_way(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    script = await submitted(scene, type_code)
    before = await state(scene)
    for number, (action, who, status, becomes) in enumerate(ENDINGS):
        if number:
            await scene.apply(type_code, script.payload)
        for actor, step in WAYS[status]:
            await scene.take(actor, step, "请核对", script.place)
        assert scene.application["status"] == status
        if who != "doctor":
            silent = await scene.act(who, action, place=script.place)
            assert (silent.status_code, silent.json()["errors"][0]["code"]) == (422, "missing")
        await scene.take(who, action, "理由", script.place if who != "doctor" else 0)
        assert scene.application["status"] == becomes, (action, status)
        assert await state(scene) == before
        for actor, late in (("institution", "endorse"), ("handler", "accept"), ("approver", "approve")):
            refused = await scene.act(actor, late, place=script.place)
            assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
            assert refused.json()["application_status"] == becomes


@pytest.mark.parametrize("type_code", TYPES)
async def test_only_the_office_of_the_case_sees_it(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    place = (await submitted(scene, type_code)).place
    await scene.take("institution", "endorse", place=place)
    for who in ("institution", "handler", "approver"):
        for other in {0, 1, 2} - {place}:
            path = f"/{'institution' if who == 'institution' else 'authority'}/applications/{scene.id}"
            assert (await scene.call(who, "GET", path, other)).status_code == 404
            action = "endorse" if who == "institution" else "accept"
            assert (await scene.act(who, action, place=other)).status_code == 404
    assert (await scene.read("handler", place))["status"] == "authority_review"


async def use_person(scene: Scene, account_id: Any, index: bytes | None) -> bytes | None:
    """Makes an account that of another person; gives who it was."""
    kept: bytes | None = await scene.superuser.fetchval(
        "SELECT id_number_index FROM account WHERE id = $1", account_id
    )
    await scene.superuser.execute("UPDATE account SET id_number_index = $2 WHERE id = $1", account_id, index)
    return kept


@pytest.mark.parametrize("type_code", TYPES)
async def test_nobody_decides_on_their_own_case(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    place = (await submitted(scene, type_code)).place
    mine = await scene.superuser.fetchval(
        "SELECT id_number_index FROM practitioner WHERE id = $1", scene.practitioner_id
    )
    for who, action in (("institution", "endorse"), ("handler", "accept"), ("approver", "approve")):
        account = await scene.account_of(who, place)
        kept = await use_person(scene, account, mine)
        try:
            refused = await scene.act(who, action, place=place)
            assert (refused.status_code, refused.json()["code"]) == (403, "own_case")
        finally:
            await use_person(scene, account, kept)
        await scene.take(who, action, place=place)


@pytest.mark.parametrize("type_code", TYPES)
async def test_institution_and_authority_are_two_persons(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    place = (await submitted(scene, type_code)).place
    same = b"one and the same person in both offices"
    endorser, approver = (
        await scene.account_of("institution", place),
        await scene.account_of("approver", place),
    )
    kept = [(one, await use_person(scene, one, same)) for one in (endorser, approver)]
    try:
        await scene.take("institution", "endorse", place=place)
        for action in ("accept", "approve", "refuse", "decline", "request_correction"):
            refused = await scene.act("approver", action, "理由", place)
            assert (refused.status_code, refused.json()["code"]) == (403, "same_person"), action
    finally:
        for account, index in kept:
            await use_person(scene, account, index)
    await scene.take("second", "approve", place=place)
