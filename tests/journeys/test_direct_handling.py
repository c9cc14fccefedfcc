"""What an authority handles itself: all seven types, by the same rules, with the same effects and records."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.journeys.type_scripts import TYPES, period, placed, prepare
from tests.support.practising import BASIS, Scene
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("sound")
NO_PRACTICE = {"additional_practice_id": str(uuid4()), "reason": "不再出诊"}


def bare(payload: dict[str, Any]) -> dict[str, Any]:
    """Without the printable form: an authority has the papers before it."""
    return {name: value for name, value in payload.items() if name != "form"}


def open_to_authority(type_code: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"reason_code": "01", "remarks": "死亡"} if type_code == "deregistration" else bare(payload)


@pytest.fixture
async def countersigned(scene: Scene) -> AsyncIterator[Scene]:
    """Direct handling asks for two people at the authority of the first place."""
    authority = await scene.superuser.fetchval(
        "SELECT authority_id FROM institution WHERE id = $1", UUID(scene.places[0].id)
    )
    setting = uuid4()
    await scene.superuser.execute(
        "INSERT INTO authority_setting (id, authority_id, name, value, valid_from, document, recorded_at)"
        " VALUES ($1, $2, 'direct_handling_countersigned', 'true', $3, '内部规定', now())",
        setting,
        authority,
        scene.today - timedelta(days=3),
    )
    yield scene
    await scene.superuser.execute("DELETE FROM authority_setting WHERE id = $1", setting)


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


@pytest.mark.parametrize("type_code", TYPES)
async def test_each_type_takes_effect_at_once_with_its_basis(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    script = await prepare(scene, type_code)
    payload = open_to_authority(type_code, script.payload)
    answer = await scene.direct(type_code, payload, script.place)
    assert answer.status_code == 201, answer.text
    case = answer.json()
    assert (case["status"], case["filer"]) == ("approved", "authority")
    assert case["number"] is not None
    (step,) = case["timeline"]
    assert (step["action"], step["basis"], step["comment"]) == (
        "file_direct",
        BASIS["document"],
        BASIS["reason"],
    )
    held = await scene.registration()
    assert (held["status"], await placed(scene)) == EFFECTS[type_code]
    assert held["history"][-1]["application_id"] == case["id"] == scene.id
    seen = await scene.read()
    assert (seen["timeline"], seen["available_actions"]) == ([step], [])


@pytest.mark.parametrize("type_code", TYPES)
async def test_another_authoritys_institution_is_not_this_ones_to_handle(
    unregistered: Scene, type_code: str
) -> None:
    scene = unregistered
    script = await prepare(scene, type_code)
    before = await scene.registration() if type_code != "registration" else None
    refused = await scene.direct(type_code, open_to_authority(type_code, script.payload), 2)
    assert problem(refused) == (403, "outside_jurisdiction")
    assert before is None or await scene.registration() == before
    listed = await scene.call("authority_administrator", "GET", "/authority/applications?limit=100", 2)
    assert str(scene.practitioner_id) not in listed.text


async def test_only_an_approver_handles_directly(scene: Scene) -> None:
    for who in ("handler", "authority_administrator", "auditor"):
        refused = await scene.direct("filing", {"reason_code": "01"}, who=who)
        assert problem(refused) == (403, "role_not_allowed"), who
    assert (await scene.registration())["status"] == "valid"


@pytest.mark.parametrize(
    ("basis", "pointer"),
    [
        ({}, "/basis/document"),
        ({"document": "", "reason": "停业"}, "/basis/document"),
        ({"document": "鲁卫医", "reason": ""}, "/basis/reason"),
        ({"document": " ", "reason": "停业"}, "/basis"),
        ({"document": "鲁卫医", "reason": " "}, "/comment"),
    ],
)
async def test_a_direct_handling_names_its_basis(scene: Scene, basis: dict[str, str], pointer: str) -> None:
    refused = await scene.direct("filing", {"reason_code": "01"}, basis=basis)
    assert problem(refused) == (422, "invalid_body")
    assert pointer in [one["pointer"] for one in refused.json()["errors"]]
    assert (await scene.registration())["status"] == "valid"


async def test_the_same_rules_hold(scene: Scene) -> None:
    for type_code, payload, code in (
        ("filing_cancellation", {"reason": "返聘"}, "registration_filed"),
        ("multi_institution", period(scene, 0), "institution_not_main"),
        ("multi_institution", period(scene, 0, 5, 5), "period_in_order"),
        ("deregistration", {"reason_code": "11"}, "reason_open"),
        ("deregistration", {"reason_code": "08"}, "reason_open"),
        ("multi_institution_cancellation", NO_PRACTICE, "additional_practice_held"),
    ):
        refused = await scene.direct(type_code, payload)
        assert problem(refused) == (409, "not_eligible"), type_code
        failed = [one["code"] for one in refused.json()["checks"] if not one["passed"]]
        assert code in failed, type_code
    assert (await scene.direct("registration", {"institution_id": scene.places[0].id})).status_code == 409
    assert (await scene.call("doctor", "GET", "/doctor/applications")).json()["total"]["value"] == 1


async def test_an_additional_practice_that_is_not_there_is_not_cancelled(scene: Scene) -> None:
    await scene.effective("multi_institution", period(scene, 1), 1)
    refused = await scene.direct("multi_institution_cancellation", NO_PRACTICE, 1)
    assert problem(refused) == (409, "not_eligible")
    assert "additional_practice_open" in [
        one["code"] for one in refused.json()["checks"] if not one["passed"]
    ]


async def test_what_is_missing_is_named(scene: Scene) -> None:
    for type_code, pointers in (
        ("change", ["/payload/institution_id", "/payload/reason"]),
        ("multi_institution", ["/payload/institution_id", "/payload/valid_from", "/payload/valid_to"]),
        ("filing", ["/payload/reason_code"]),
    ):
        refused = await scene.direct(type_code, {})
        assert problem(refused) == (422, "invalid_body")
        assert [one["pointer"] for one in refused.json()["errors"]] == pointers
    unknown = await scene.direct("filing", {"reason_code": "01"}, registration_id=str(uuid4()))
    assert [one["pointer"] for one in unknown.json()["errors"]] == ["/registration_id"]
    nobody = await scene.direct("filing", {"reason_code": "01"}, practitioner_id=str(uuid4()))
    assert [one["pointer"] for one in nobody.json()["errors"]] == ["/practitioner_id"]
    nowhere = await scene.direct("change", {"institution_id": str(uuid4()), "reason": "住所"})
    assert [one["pointer"] for one in nowhere.json()["errors"]] == ["/payload/institution_id"]


async def test_an_open_application_of_the_kind_is_decided_instead(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    refused = await scene.direct("filing", {"reason_code": "02"})
    assert problem(refused) == (409, "open_application_exists")


async def test_nobody_handles_their_own_case(scene: Scene) -> None:
    account = await scene.account_of("approver")
    kept = await scene.superuser.fetchval("SELECT id_number_index FROM account WHERE id = $1", account)
    await scene.superuser.execute(
        "UPDATE account SET id_number_index = (SELECT id_number_index FROM practitioner WHERE id = $2) WHERE id = $1",
        account,
        scene.practitioner_id,
    )
    try:
        assert problem(await scene.direct("filing", {"reason_code": "02"})) == (403, "own_case")
    finally:
        await scene.superuser.execute("UPDATE account SET id_number_index = $2 WHERE id = $1", account, kept)
    assert (await scene.registration())["status"] == "valid"


async def test_two_people_where_the_authority_wants_it(countersigned: Scene) -> None:
    scene = countersigned
    await scene.person("second")  # there before anything is told
    answer = await scene.direct("filing", {"reason_code": "01"})
    assert (answer.status_code, answer.json()["status"]) == (201, "countersign")
    assert (await scene.registration())["status"] == "valid"
    own = {one["action"] for one in (await scene.read("approver"))["available_actions"]}
    assert own == {"countersign", "discard"}
    for action in ("countersign", "discard"):
        assert problem(await scene.act("approver", action, "再看")) == (403, "same_person")
        assert problem(await scene.act("handler", action, "再看")) == (403, "role_not_allowed")
    assert (await scene.direct("filing", {"reason_code": "01"})).status_code == 409
    assert await scene.notices("second") == await scene.notices() == ["file_for_countersign"]
    await scene.take("second", "countersign", "同意")
    assert await scene.notices("institution") == ["countersign"]
    assert (await scene.notices("approver"))[0] == "countersign", "who filed it hears what became of it"
    assert (await scene.registration())["status"] == "filed"
    steps = [(one["action"], one["to_status"]) for one in scene.application["timeline"]]
    assert steps == [("file_for_countersign", "countersign"), ("countersign", "approved")]
    assert problem(await scene.act("approver", "countersign")) == (409, "wrong_state")


async def test_what_is_discarded_has_no_effect(countersigned: Scene) -> None:
    scene = countersigned
    before = await scene.registration()
    await scene.direct("deregistration", {"reason_code": "01"})
    assert (await scene.act("second", "discard")).status_code == 422
    await scene.take("second", "discard", "证据不足")
    assert (scene.application["status"], await scene.registration()) == ("terminated", before)
    assert (await scene.direct("deregistration", {"reason_code": "01"})).status_code == 201


@pytest.mark.parametrize("turn", [0, 1])
async def test_a_countersignature_and_a_discard_have_one_winner(countersigned: Scene, turn: int) -> None:
    scene = countersigned
    await scene.direct("filing", {"reason_code": "01"})
    version = scene.application["version"]
    await scene.account_of("second")
    actions = ("countersign", "discard") if turn else ("discard", "countersign")
    answers = await asyncio.gather(*(scene.act("second", one, "理由", version=version) for one in actions))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    status = (await scene.read())["status"]
    assert (status, (await scene.registration())["status"]) in (
        ("approved", "filed"),
        ("terminated", "valid"),
    )


async def test_the_countersignature_is_judged_anew(countersigned: Scene) -> None:
    scene = countersigned
    await scene.direct("filing", {"reason_code": "01"})
    waiting = scene.application
    await scene.direct("deregistration", {"reason_code": "01"})
    await scene.take("second", "countersign")
    scene.application = waiting
    refused = await scene.act("second", "countersign")
    assert problem(refused) == (409, "not_eligible")
    await scene.cast.work_off()
    assert (await scene.read("approver"))["status"] == "terminated", "it has lost its subject"


async def test_a_setting_counts_while_it_lasts(countersigned: Scene) -> None:
    scene = countersigned
    await scene.superuser.execute(
        "UPDATE authority_setting SET valid_to = $1 WHERE name = 'direct_handling_countersigned'",
        scene.today - timedelta(days=1),
    )
    assert (await scene.direct("filing", {"reason_code": "01"})).json()["status"] == "approved"
