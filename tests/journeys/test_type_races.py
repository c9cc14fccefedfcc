"""Two decisions at one instant have one winner, and an approval that fails half-way leaves nothing behind."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.journeys.test_type_terms import closed
from tests.journeys.type_scripts import TYPES, period, submitted
from tests.support.people import FORM
from tests.support.practising import Scene
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("sound")
PAIRS = (
    # (the way there, two moves of which one wins)
    ((), ("institution", "endorse"), ("doctor", "withdraw")),
    ((), ("institution", "endorse"), ("institution_administrator", "return")),
    ((), ("institution", "return"), ("approver", "terminate")),
    (("endorse",), ("handler", "accept"), ("handler", "request_correction")),
    (("endorse",), ("approver", "approve"), ("second", "refuse")),
    (("endorse",), ("approver", "decline"), ("second", "approve")),
    (("endorse", "accept"), ("approver", "approve"), ("second", "approve")),
    (("endorse", "accept"), ("approver", "refuse"), ("doctor", "withdraw")),
    (("endorse", "accept", "approve"), ("second", "set_aside"), ("second", "set_aside")),
)
BY = {"endorse": "institution", "accept": "handler", "approve": "approver"}


async def entries(scene: Scene) -> int:
    found = "SELECT count(*) FROM register_entry WHERE application_id = $1"
    return int(await scene.superuser.fetchval(found, UUID(scene.id)))


@pytest.mark.parametrize(("way", "one", "other"), PAIRS)
async def test_of_two_decisions_at_one_instant_one_wins(
    scene: Scene, way: tuple[str, ...], one: tuple[str, str], other: tuple[str, str]
) -> None:
    for turn in (0, 1):
        await scene.apply("multi_institution", period(scene, 1 + turn) | {"form": FORM})
        place = 1 + turn
        for action in way:
            await scene.take(BY[action], action, place=place)
        version, before = scene.application["version"], await entries(scene)
        for who, _ in (one, other):
            await scene.account_of(who, place)
        pair = (one, other) if turn else (other, one)
        answers = await asyncio.gather(
            *(scene.act(who, action, "理由", place, version=version) for who, action in pair)
        )
        won = next(answer for answer in answers if answer.status_code == 200).json()
        (lost,) = [answer for answer in answers if answer.status_code != 200]
        if lost.status_code == 412:  # open still, but it was said of what is no longer so
            assert (*problem(lost), lost.json()["current_version"]) == (412, "stale_version", won["version"])
        else:
            assert (*problem(lost), lost.json()["application_status"]) == (409, "wrong_state", won["status"])
        scene.application = won
        seen = await scene.read()
        assert (seen["status"], seen["version"]) == (won["status"], won["version"])
        assert await entries(scene) == (1 if won["status"] in ("approved", "set_aside") else before)
        if won["status"] not in (
            "approved",
            "set_aside",
            "refused",
            "not_accepted",
            "withdrawn",
            "terminated",
        ):
            await scene.take("doctor", "withdraw")


async def test_of_two_approvals_for_one_registration_the_register_takes_what_fits(scene: Scene) -> None:
    """备案 and 变更 exclude each other; both are judged before either is entered."""
    await scene.apply("filing", {"reason_code": "02"})
    filing = await scene.take("institution", "endorse")
    await scene.apply("change", {"institution_id": scene.places[1].id, "reason": "住所", "form": FORM})
    change = await scene.take("institution", "endorse", place=1)
    people = [await scene.person("approver"), await scene.person("approver", 1)]
    answers = await asyncio.gather(
        *(
            person.call(
                "POST",
                f"/authority/applications/{case['id']}/decisions",
                version=case["version"],
                key=case["id"],
                json={"action": "approve"},
            )
            for person, case in zip(people, (filing, change), strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert lost.json()["code"] in ("not_eligible", "register_refuses")
    held = await scene.registration()
    assert len(held["history"]) == 2


async def test_of_a_doctor_an_institution_and_an_authority_one_begins(scene: Scene) -> None:
    registration_id = await scene.registration_id()
    doctor, clerk, approver = [await scene.person(who) for who in ("doctor", "institution", "approver")]
    case: dict[str, Any] = {
        "type": "filing",
        "registration_id": registration_id,
        "payload": {"reason_code": "02"},
    }
    basis = {"document": "文号", "reason": "停业"}
    direct = {**case, "practitioner_id": str(scene.practitioner_id), "basis": basis}
    answers = await asyncio.gather(
        doctor.call("POST", "/doctor/applications", json=case),
        clerk.call("POST", "/institution/applications", json={**case, "comment": "退休"}),
        approver.call("POST", "/authority/direct-handlings", json=direct),
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 201
    assert set(codes) <= {201, 409}, [answer.text for answer in answers]
    open_cases = await scene.superuser.fetchval(
        "SELECT count(*) FROM application WHERE practitioner_id = $1 AND type = 'filing'"
        " AND status NOT IN ('draft', 'approved')",
        scene.practitioner_id,
    )
    assert open_cases <= 1


async def everything(scene: Scene) -> dict[str, Any]:
    """Whatever an approval writes."""
    found: dict[str, Any] = {
        "application": await scene.superuser.fetch("SELECT * FROM application WHERE id = $1", UUID(scene.id))
    }
    for table in (
        *("registration", "practice", "standing", "register_entry", "application_step", "audit_event"),
        *("outbox_event", "notice", "idempotency_record"),
    ):
        found[table] = await scene.superuser.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
    return found


@pytest.mark.parametrize("table", ["register_entry", "application_step", "outbox_event"])
@pytest.mark.parametrize("type_code", TYPES)
async def test_an_approval_that_fails_half_way_leaves_nothing_behind(
    unregistered: Scene, type_code: str, table: str
) -> None:
    scene = unregistered
    place = (await submitted(scene, type_code)).place
    await scene.take("institution", "endorse", place=place)
    before = await everything(scene)
    owner = await asyncpg.connect(scene.cast.settings.owner_dsn)
    await owner.execute(f"REVOKE INSERT ON {table} FROM registry_app")
    try:
        broken = await scene.act("approver", "approve", place=place)
    finally:
        await owner.execute(f"GRANT INSERT ON {table} TO registry_app")
        await owner.close()
    assert (*problem(broken), table in broken.text) == (500, "internal", False)
    assert await everything(scene) == before
    await scene.take("approver", "approve", place=place)


async def decide_at_once(scene: Scene, *moves: tuple[str, str], place: int = 0) -> list[httpx.Response]:
    """Several people decide on the same version of the case at one instant."""
    version = scene.application["version"]
    for who, _ in moves:
        await scene.account_of(who, place)
    return await asyncio.gather(
        *(scene.act(who, action, "理由", place, version=version) for who, action in moves)
    )


@pytest.mark.parametrize("turn", [0, 1])
async def test_an_endorsement_and_a_taking_over_have_one_winner(scene: Scene, turn: int) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    pair = (("institution", "endorse"), ("handler", "take_over"))
    async with closed(scene, 0):
        answers = await decide_at_once(scene, *(pair if turn else pair[::-1]))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    seen = await scene.read()
    assert seen["status"] == "authority_review"
    assert [step["action"] for step in seen["timeline"]][1:] in (["endorse"], ["take_over"])


@pytest.mark.parametrize("turn", [0, 1])
async def test_an_objection_comes_before_the_approval_or_not_at_all(scene: Scene, turn: int) -> None:
    await scene.report("filing", {"reason_code": "01"})
    pair = (("doctor", "object"), ("approver", "approve"))
    answers = await decide_at_once(scene, *(pair if turn else pair[::-1]))
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412])
    seen = await scene.read()
    assert (seen["status"], [step["action"] for step in seen["timeline"]][1:]) in (
        ("authority_review", ["object"]),
        ("approved", ["accept", "approve"]),
    )


async def test_an_acceptance_by_default_and_a_correction_list_have_one_winner(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    await scene.take("institution", "endorse")
    due_on = date.fromisoformat((await scene.read("handler"))["desk"]["due_on"])
    scene.advance(days=(due_on - scene.today).days + 1)
    await scene.account_of("handler")
    answer, _ = await asyncio.gather(
        scene.act("handler", "request_correction", "请核对"), scene.cast.work_off()
    )
    seen = await scene.read()
    last = seen["timeline"][-1]
    assert (answer.status_code, seen["status"], last["action"], last["actor_role"]) in (
        (200, "correction_required", "request_correction", "authority_handler"),
        (409, "accepted", "accept", "system"),
    )


@pytest.mark.parametrize("turn", [0, 1])
async def test_a_decision_is_not_set_aside_under_what_is_just_entered_on_it(scene: Scene, turn: int) -> None:
    """取消备案 rests on 备案: either it is entered and 备案 stays, or 备案 falls and nothing rests on it."""
    await scene.effective("filing", {"reason_code": "01"})
    filing = scene.application
    await scene.apply("filing_cancellation", {"reason": "返聘"})
    cancellation = await scene.take("institution", "endorse")
    second, approver = await scene.person("second"), await scene.person("approver")
    reason = {"comment": "有误"}
    requests = [
        second.call(
            "POST",
            f"/authority/applications/{filing['id']}/set-aside",
            version=filing["version"],
            key=filing["id"],
            json=reason,
        ),
        approver.call(
            "POST",
            f"/authority/applications/{cancellation['id']}/decisions",
            version=cancellation["version"],
            key=cancellation["id"],
            json={"action": "approve"},
        ),
    ]
    answers = await asyncio.gather(*(requests if turn else requests[::-1]))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert lost.json()["code"] in ("later_entries_depend", "not_eligible", "register_refuses")
    held = await scene.registration()
    assert (held["status"], len(held["history"])) == ("valid", 3)
