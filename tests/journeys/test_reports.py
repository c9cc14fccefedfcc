"""备案 and 注销 as the institution reports them of its own doctor: told, objected to, corrected, decided."""

import pytest

from tests.journeys.type_scripts import period, placed
from tests.support.practising import Scene
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("sound")
PAYLOADS = {
    "filing": {"reason_code": "01", "remarks": "调往外院"},
    "deregistration": {"reason_code": "06", "remarks": "连续两个周期"},
}
EFFECTS = {"filing": ("filed", "suspended"), "deregistration": ("deregistered", "ended")}


@pytest.mark.parametrize("type_code", PAYLOADS)
async def test_a_report_goes_to_the_authority_and_takes_effect(scene: Scene, type_code: str) -> None:
    answer = await scene.report(type_code, PAYLOADS[type_code])
    assert answer.status_code == 201, answer.text
    report = answer.json()
    assert (report["status"], report["filer"], report["payload"]) == (
        "authority_review",
        "institution",
        PAYLOADS[type_code],
    )
    assert [(one["action"], one["comment"]) for one in report["timeline"]] == [("report", "已离职")]
    assert answer.headers["Location"] == f"/api/v1/institution/applications/{scene.id}"
    assert answer.headers["ETag"] == f'"v{report["version"]}"'
    await scene.take("handler", "accept")
    await scene.take("approver", "approve")
    held = await scene.registration()
    status, practice = EFFECTS[type_code]
    assert (held["status"], await placed(scene)) == (status, {("0", "main", practice)})
    assert held["history"][-1]["reason_code"] == PAYLOADS[type_code]["reason_code"]


async def test_the_doctor_sees_the_report_and_objects_and_the_authority_sees_that(scene: Scene) -> None:
    await scene.report("filing", PAYLOADS["filing"])
    seen = await scene.read()
    assert [one["action"] for one in seen["available_actions"]] == ["object"]
    silent = await scene.act("doctor", "object")
    assert silent.status_code == 422
    await scene.take("doctor", "object", "我没有离职")
    await scene.take("doctor", "object", "附上考勤")
    assert scene.application["status"] == "authority_review"

    read = await scene.read("handler")
    said = [(one["action"], one["comment"]) for one in read["timeline"] if one["actor_role"] == "doctor"]
    assert said == [("object", "我没有离职"), ("object", "附上考勤")]
    await scene.take("approver", "refuse", "异议成立")
    late = await scene.act("doctor", "object", "再说")
    assert problem(late) == (409, "wrong_state")
    assert (await scene.registration())["status"] == "valid"


async def test_what_is_not_the_doctors_own_is_not_the_doctors_to_move(scene: Scene) -> None:
    await scene.report("filing", PAYLOADS["filing"])
    for action in ("submit", "withdraw"):
        assert problem(await scene.act("doctor", action)) == (409, "wrong_state")
    path = f"/doctor/applications/{scene.id}"
    version = scene.application["version"]
    edited = await scene.call("doctor", "PATCH", path, version=version, json={"payload": {}})
    assert problem(edited) == (409, "wrong_state")
    assert problem(await scene.call("doctor", "DELETE", path)) == (409, "wrong_state")


async def test_an_institution_corrects_its_report_and_stands_for_it_anew(scene: Scene) -> None:
    await scene.report("filing", PAYLOADS["filing"])
    await scene.take("handler", "request_correction", "理由与事实不符")
    assert problem(await scene.act("doctor", "submit")) == (409, "wrong_state")
    await scene.edit({"reason_code": "04", "remarks": "辞退"}, "institution_administrator")
    await scene.take("institution_administrator", "submit")
    assert (scene.application["status"], scene.application["changed_places"]) == (
        "authority_review",
        ["/payload/reason_code", "/payload/remarks"],
    )
    person = b"a person in two offices at once"
    reporter = await scene.account_of("institution_administrator")
    approver = await scene.account_of("approver")
    kept = {
        one: await scene.superuser.fetchval("SELECT id_number_index FROM account WHERE id = $1", one)
        for one in (reporter, approver)
    }
    await scene.superuser.execute(
        "UPDATE application SET endorser_index = $2 WHERE id = $1", scene.application["id"], person
    )
    await scene.superuser.execute("UPDATE account SET id_number_index = $2 WHERE id = $1", approver, person)
    try:
        assert problem(await scene.act("approver", "approve")) == (403, "same_person")
    finally:
        await scene.superuser.execute(
            "UPDATE account SET id_number_index = $2 WHERE id = $1", approver, kept[approver]
        )
        await scene.superuser.execute(
            "UPDATE application SET endorser_index = $2 WHERE id = $1",
            scene.application["id"],
            kept[reporter],
        )
    await scene.take("approver", "approve")
    assert (await scene.registration())["history"][-1]["reason_code"] == "04"


@pytest.mark.parametrize("way", [(), (("handler", "request_correction"),), (("handler", "accept"),)])
async def test_an_institution_withdraws_its_report_with_the_reason(
    scene: Scene, way: tuple[tuple[str, str], ...]
) -> None:
    await scene.report("deregistration", PAYLOADS["deregistration"])
    for who, action in way:
        await scene.take(who, action, "请核对")
    silent = await scene.act("institution", "withdraw")
    assert silent.status_code == 422
    await scene.take("institution", "withdraw", "弄错了人")
    assert scene.application["status"] == "withdrawn"
    assert (await scene.registration())["status"] == "valid"
    assert (await scene.report("deregistration", PAYLOADS["deregistration"])).status_code == 201


async def test_only_the_main_institution_reports(scene: Scene) -> None:
    await scene.effective("multi_institution", period(scene, 1), 1)
    before = await scene.registration()
    beside = await scene.report("filing", PAYLOADS["filing"], 1)
    assert problem(beside) == (403, "outside_jurisdiction")
    stranger = await scene.report("filing", PAYLOADS["filing"], 2)
    assert problem(stranger) == (422, "invalid_body")
    assert [one["pointer"] for one in stranger.json()["errors"]] == ["/registration_id"]
    assert await scene.registration() == before
    listed = await scene.call("doctor", "GET", "/doctor/applications?type=filing")
    assert listed.json()["items"] == []


@pytest.mark.parametrize("reason", ["04", "10", "11"])
async def test_a_reason_that_is_not_the_institutions_is_refused(scene: Scene, reason: str) -> None:
    refused = await scene.report("deregistration", {"reason_code": reason})
    assert problem(refused) == (409, "not_eligible")
    assert [one["code"] for one in refused.json()["checks"] if not one["passed"]] == ["reason_open"]
    listed = await scene.call("doctor", "GET", "/doctor/applications?type=deregistration")
    assert listed.json()["items"] == []


@pytest.mark.parametrize("type_code", ["change", "multi_institution", "filing_cancellation", "registration"])
async def test_an_institution_reports_nothing_else(scene: Scene, type_code: str) -> None:
    assert problem(await scene.report(type_code, {})) == (403, "filer_not_allowed")


async def test_a_report_is_whole_and_the_only_one(scene: Scene) -> None:
    for payload, pointer in (({}, "/payload/reason_code"), ({"reason_code": "99"}, "/payload/remarks")):
        gap = await scene.report("filing", payload)
        assert problem(gap) == (422, "invalid_body")
        assert [(one["pointer"], one["code"]) for one in gap.json()["errors"]] == [(pointer, "missing")]
    await scene.report("filing", PAYLOADS["filing"])
    again = await scene.report("filing", PAYLOADS["filing"])
    assert problem(again) == (409, "open_application_exists")
    by_doctor = await scene.begin("filing", {"reason_code": "02"})
    assert problem(by_doctor) == (409, "open_application_exists")


async def test_a_doctors_draft_keeps_nobody_from_acting(scene: Scene) -> None:
    """Nobody but the doctor sees it, so nobody could decide on it instead."""
    await scene.begin("filing", {"reason_code": "02"})
    draft = scene.application
    await scene.begin("deregistration", {"reason_code": "11"})
    assert (await scene.report("filing", PAYLOADS["filing"])).status_code == 201
    report, scene.application = scene.application, draft
    late = await scene.act("doctor", "submit")
    assert problem(late) == (409, "open_application_exists")
    assert (await scene.read())["status"] == "draft"
    options = (await scene.call("doctor", "GET", "/doctor/application-options")).json()["items"]
    assert {one["type"]: one["available"] for one in options}["filing"] is False
    assert problem(await scene.begin("filing", {"reason_code": "02"})) == (409, "open_application_exists")

    scene.application = report
    await scene.take("approver", "approve")
    assert (await scene.direct("deregistration", {"reason_code": "01"})).status_code == 201
    scene.application = draft
    assert problem(await scene.act("doctor", "submit")) == (409, "not_eligible")
    assert (await scene.call("doctor", "DELETE", f"/doctor/applications/{scene.id}")).status_code == 204


async def test_nobody_reports_themselves(scene: Scene) -> None:
    account = await scene.account_of("institution")
    kept = await scene.superuser.fetchval("SELECT id_number_index FROM account WHERE id = $1", account)
    await scene.superuser.execute(
        "UPDATE account SET id_number_index = (SELECT id_number_index FROM practitioner WHERE id = $2) WHERE id = $1",
        account,
        scene.practitioner_id,
    )
    try:
        assert problem(await scene.report("filing", PAYLOADS["filing"])) == (403, "own_case")
    finally:
        await scene.superuser.execute("UPDATE account SET id_number_index = $2 WHERE id = $1", account, kept)
