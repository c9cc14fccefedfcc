"""What is put in wrongly, each a clear refusal with nothing changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.journeys.type_scripts import TYPES, additional, period, prepare
from tests.support.people import FORM
from tests.support.practising import Scene
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("sound")
EVERYTHING = ("application", "application_step", "register_entry", "registration", "practice", "standing")


async def everything(scene: Scene) -> dict[str, Any]:
    """Whatever the database holds of this doctor's business."""
    found: dict[str, Any] = {}
    for table in EVERYTHING:
        where = "practitioner_id = $1"
        if table == "application_step":
            where = "application_id IN (SELECT id FROM application WHERE practitioner_id = $1)"
        rows = await scene.superuser.fetch(
            f"SELECT * FROM {table} WHERE {where} ORDER BY id",  # noqa: S608 (named above)
            scene.practitioner_id,
        )
        found[table] = [tuple(row) for row in rows]
    return found


@asynccontextmanager
async def nothing_changes(scene: Scene) -> AsyncIterator[None]:
    before = await everything(scene)
    yield
    assert await everything(scene) == before


def failed(answer: Any) -> list[str]:
    """Checks that a refusal names as failed, each with its basis and what to do."""
    assert problem(answer) == (409, "not_eligible")
    found = [one for one in answer.json()["checks"] if not one["passed"] and one["severity"] == "block"]
    assert all(one["message"] and one["legal_basis"] and one["remedy"] for one in found)
    return [one["code"] for one in found]


@pytest.mark.parametrize("type_code", TYPES)
async def test_one_application_of_a_kind_is_open_at_a_time(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    script = await prepare(scene, type_code)
    assert (await scene.begin(type_code, script.payload)).status_code == 201
    async with nothing_changes(scene):
        body: dict[str, Any] = {"type": type_code, "payload": script.payload}
        if type_code != "registration":
            body["registration_id"] = await scene.registration_id()
        again = await scene.call("doctor", "POST", "/doctor/applications", json=body)
        assert problem(again) == (409, "open_application_exists")


@pytest.mark.parametrize("type_code", [code for code in TYPES if code != "registration"])
async def test_the_registration_is_named_and_ones_own(
    scene: Scene, unregistered: Scene, type_code: str
) -> None:
    del unregistered
    if type_code == "multi_institution_cancellation":
        await scene.effective("multi_institution", period(scene, 1), 1)
    if type_code == "filing_cancellation":
        await scene.effective("filing", {"reason_code": "02"})
    strange = await scene.superuser.fetchval(
        "SELECT id FROM registration WHERE practitioner_id <> $1 LIMIT 1", scene.practitioner_id
    )
    async with nothing_changes(scene):
        for registration_id, code in ((None, "missing"), (str(strange), "unknown_reference")):
            body: dict[str, Any] = {"type": type_code, "registration_id": registration_id, "payload": {}}
            refused = await scene.call("doctor", "POST", "/doctor/applications", json=body)
            assert problem(refused) == (422, "invalid_body")
            assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
                ("/registration_id", code)
            ]


@pytest.mark.parametrize("type_code", ["change", "multi_institution"])
async def test_another_province_is_chosen_with_its_consent_only(scene: Scene, type_code: str) -> None:
    zhejiang = scene.cast.institutions("330000")[0]
    script = await prepare_again(scene, type_code)
    await scene.begin(type_code, script | {"institution_id": zhejiang.id})
    async with nothing_changes(scene):
        assert failed(await scene.act("doctor", "submit")) == ["province_allowed"]
        checks = {one["code"]: one["passed"] for one in (await scene.read())["checks"]}
        assert checks["province_allowed"] is False
    await scene.superuser.execute(
        "INSERT INTO cross_province_consent (id, practitioner_id, province_code, authority_id, document, granted_on)"
        " SELECT gen_random_uuid(), $1, '330000', authority_id, '浙卫〔2026〕2号', $3 FROM institution WHERE id = $2",
        scene.practitioner_id,
        UUID(zhejiang.id),
        scene.today,
    )
    assert (await scene.take("doctor", "submit"))["status"] == "institution_review"


async def prepare_again(scene: Scene, type_code: str) -> dict[str, Any]:
    """The payload for somebody who is registered already."""
    payload: dict[str, Any] = period(scene, 1) | {"form": FORM}
    return payload if type_code == "multi_institution" else {"reason": "住所迁移", "form": FORM}


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(10, 9, "period_in_order"), (10, 10, "period_in_order"), (-20, -1, "period_not_over")],
)
async def test_a_period_ends_after_its_beginning_and_not_in_the_past(
    scene: Scene, first: int, last: int, code: str
) -> None:
    await scene.begin("multi_institution", period(scene, 1, first, last) | {"form": FORM})
    async with nothing_changes(scene):
        assert failed(await scene.act("doctor", "submit")) == [code]


async def test_a_second_filing_at_one_institution_waits_for_the_end_of_the_first(scene: Scene) -> None:
    await scene.effective("multi_institution", period(scene, 1, 0, 30), 1)
    await scene.begin("multi_institution", period(scene, 1, 30, 60) | {"form": FORM})
    async with nothing_changes(scene):
        assert failed(await scene.act("doctor", "submit")) == ["period_free"]
    await scene.edit(period(scene, 1, 31, 60) | {"form": FORM})
    await scene.take("doctor", "submit")
    await scene.take("institution", "endorse", place=1)
    await scene.take("approver", "approve", place=1)
    held = [one["status"] for one in (await scene.registration())["practices"] if one["kind"] == "additional"]
    assert sorted(held) == ["in_force", "not_begun"]


@pytest.mark.parametrize("type_code", ["registration", "change", "multi_institution", "filing_cancellation"])
async def test_nobody_begins_at_a_closed_institution(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    script = await prepare(scene, type_code)
    await scene.begin(type_code, script.payload)
    institution = UUID(scene.places[script.place].id)
    change = "UPDATE institution SET status = $2 WHERE id = $1"
    await scene.superuser.execute(change, institution, "closed")
    try:
        async with nothing_changes(scene):
            assert failed(await scene.act("doctor", "submit")) == ["institution_open"]
    finally:
        await scene.superuser.execute(change, institution, "open")
    await scene.take("doctor", "submit")
    await scene.take("institution", "endorse", place=script.place)
    await scene.superuser.execute(change, institution, "closed")
    try:
        async with nothing_changes(scene):
            assert failed(await scene.act("approver", "approve", place=script.place)) == ["institution_open"]
    finally:
        await scene.superuser.execute(change, institution, "open")


@pytest.mark.parametrize("reason", ["01", "02", "03", "04", "05", "06", "09", "10", "99"])
async def test_a_doctor_gives_only_a_doctors_reasons(scene: Scene, reason: str) -> None:
    await scene.begin("deregistration", {"reason_code": reason, "remarks": "说明"})
    async with nothing_changes(scene):
        assert failed(await scene.act("doctor", "submit")) == ["reason_open"]


@pytest.mark.parametrize("type_code", TYPES)
async def test_what_is_empty_is_not_submitted(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    await prepare(scene, type_code)
    if type_code == "registration":
        body = {"type": type_code, "payload": {}}
        scene.keep(await scene.call("doctor", "POST", "/doctor/applications", json=body))
    else:
        await scene.begin(type_code, {})
    types = (await scene.call("doctor", "GET", "/application-types")).json()
    (kind,) = [one for one in types if one["code"] == type_code]
    required = {
        "/payload/" + one["name"].replace(".", "/")
        for step in kind["steps"]
        for one in step["fields"]
        if one["required"]
    }
    async with nothing_changes(scene):
        refused = await scene.act("doctor", "submit")
        assert problem(refused) == (422, "invalid_body")
        assert {one["pointer"] for one in refused.json()["errors"]} == required


@pytest.mark.parametrize("type_code", TYPES)
async def test_unknown_and_malformed_fields_are_pointed_at(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    script = await prepare(scene, type_code)
    wrong: dict[str, Any] = {
        "institution_id": "nowhere",
        "additional_practice_id": "none",
        "valid_from": "2026-02-30",
        "valid_to": "soon",
        "reason": "字" * 501,
        "remarks": "字" * 501,
        "reason_code": "77",
    }
    for name in [*script.payload, "unknown"]:
        if name == "form":
            continue
        payload = {name: wrong.get(name, 1)}
        async with nothing_changes(scene):
            refused = await scene.begin(type_code, payload)
            assert problem(refused) == (422, "invalid_body"), name
            assert [one["pointer"] for one in refused.json()["errors"]] == [f"/payload/{name}"]


async def test_an_institution_of_nobody_is_pointed_at(scene: Scene) -> None:
    async with nothing_changes(scene):
        refused = await scene.begin("change", {"institution_id": str(uuid4())})
        assert [one["pointer"] for one in refused.json()["errors"]] == ["/payload/institution_id"]


async def test_an_additional_practice_of_somebody_else_is_not_cancelled(scene: Scene) -> None:
    await scene.effective("multi_institution", period(scene, 1), 1)
    mine = (await additional(scene))["id"]
    main = next(one["id"] for one in (await scene.registration())["practices"] if one["kind"] == "main")
    strange = await scene.superuser.fetchval(
        "SELECT id FROM practice WHERE practitioner_id <> $1 AND kind = 'additional' LIMIT 1",
        scene.practitioner_id,
    )
    for practice in (main, str(strange or uuid4())):
        await scene.begin(
            "multi_institution_cancellation", {"additional_practice_id": practice, "reason": "停"}
        )
        async with nothing_changes(scene):
            assert failed(await scene.act("doctor", "submit")) == ["additional_practice_open"]
        path = f"/doctor/applications/{scene.id}"
        assert (await scene.call("doctor", "DELETE", path)).status_code == 204
    await scene.apply("multi_institution_cancellation", {"additional_practice_id": mine, "reason": "停"})


@pytest.mark.parametrize("type_code", [code for code in TYPES if code != "registration"])
async def test_a_registration_that_moved_on_is_judged_as_it_is_now(
    unregistered: Scene, type_code: str
) -> None:
    """Approved meanwhile: 注销, so that nothing is left to decide about."""
    scene = unregistered
    script = await prepare(scene, type_code)
    await scene.apply(type_code, script.payload)
    await scene.take("institution", "endorse", place=script.place)
    case = scene.application
    if type_code == "deregistration":
        assert problem(await scene.direct(type_code, {"reason_code": "01"})) == (
            409,
            "open_application_exists",
        )
        return
    await scene.effective("deregistration", {"reason_code": "01"})
    scene.application = case
    async with nothing_changes(scene):
        assert failed(await scene.act("approver", "approve", place=script.place))


async def test_a_reviewer_that_is_no_longer_the_main_institution_does_not_pass(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    await scene.take("institution", "endorse")
    filing = scene.application
    await scene.effective("change", {"institution_id": scene.places[1].id, "reason": "住所"}, 1)
    scene.application = filing
    async with nothing_changes(scene):
        assert failed(await scene.act("approver", "approve")) == ["reviewer_unchanged"]
    await scene.take("approver", "terminate", "主执业机构已变更")
    assert (await scene.begin("filing", {"reason_code": "02"})).status_code == 201
