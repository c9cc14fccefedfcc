"""Who is told of what: each change of status reaches the people concerned, and nobody else."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.journeys.test_type_terms import closed, until
from tests.journeys.type_scripts import TYPES, period, submitted
from tests.support.people import FORM
from tests.support.practising import Scene

pytestmark = pytest.mark.usefixtures("sound")
PEOPLE = ("doctor", "institution", "institution_administrator", "handler", "approver", "auditor")


async def told(scene: Scene, kind: str, place: int = 0) -> str:
    """Initials of those of the doctor, the institution and the authority who have a notice of this kind."""
    found = ""
    for who in PEOPLE:
        kinds = await scene.notices(who, place)
        assert kinds.count(kind) <= 1, "told once"
        if kind in kinds:
            found += {"institution_administrator": "", "approver": ""}.get(who, who[0])
        if who in ("institution_administrator", "approver"):
            office = {"institution_administrator": "i", "approver": "h"}[who]
            assert (kind in kinds) == (office in found), "colleagues hear the same"
    return found


async def reported(scene: Scene) -> None:
    assert (await scene.report("filing", {"reason_code": "01"})).status_code == 201


async def applied(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})


async def endorsed(scene: Scene) -> None:
    await applied(scene)
    await scene.take("institution", "endorse")


async def approved(scene: Scene) -> None:
    await endorsed(scene)
    await scene.take("approver", "approve")


async def handled(scene: Scene) -> None:
    assert (await scene.direct("filing", {"reason_code": "01"})).status_code == 201


CASES: tuple[tuple[Callable[[Scene], Awaitable[None]], tuple[str, str] | None, str, str], ...] = (
    # what happened before, the move, the notice, who has it: doctor, institution, handlers and approvers
    (applied, None, "submit", "di"),
    (applied, ("institution", "return"), "return", "d"),
    (applied, ("doctor", "withdraw"), "withdraw", "di"),
    (applied, ("approver", "terminate"), "terminate", "di"),
    (endorsed, None, "endorse", "dh"),
    (endorsed, ("doctor", "withdraw"), "withdraw", "dih"),
    (endorsed, ("handler", "accept"), "accept", "d"),
    (endorsed, ("handler", "request_correction"), "request_correction", "d"),
    (endorsed, ("approver", "approve"), "approve", "di"),
    (endorsed, ("approver", "refuse"), "refuse", "di"),
    (endorsed, ("approver", "decline"), "decline", "di"),
    (endorsed, ("approver", "terminate"), "terminate", "di"),
    (approved, ("second", "set_aside"), "set_aside", "di"),
    (reported, None, "report", "dih"),
    (reported, ("doctor", "object"), "object", "dih"),
    (reported, ("handler", "request_correction"), "request_correction", "di"),
    (reported, ("approver", "refuse"), "refuse", "di"),
    (reported, ("approver", "approve"), "approve", "di"),
    (reported, ("institution", "withdraw"), "withdraw", "dih"),
    (handled, None, "file_direct", "di"),
    (handled, ("second", "set_aside"), "set_aside", "di"),
)


@pytest.mark.parametrize(("before", "move", "kind", "people"), CASES)
async def test_each_step_is_told_to_whom_it_concerns(
    scene: Scene,
    before: Callable[[Scene], Awaitable[None]],
    move: tuple[str, str] | None,
    kind: str,
    people: str,
) -> None:
    await before(scene)
    if move is not None:
        await scene.take(*move, "理由")
    assert await told(scene, kind) == people
    await scene.cast.work_off()
    assert await told(scene, kind) == people
    for who in ("institution", "handler"):
        assert await scene.notices(who, 1) == []


async def message_of(scene: Scene, kind: str, who: str = "doctor", place: int = 0, **more: Any) -> str:
    found = (await scene.call(who, "GET", "/me/notices?limit=100", place, **more)).json()["items"]
    (notice,) = [one for one in found if (one["application_id"], one["kind"]) == (scene.id, kind)]
    return str(notice["message"])


@pytest.mark.parametrize("action", ["refuse", "decline"])
async def test_a_refusal_says_how_to_contest_it(scene: Scene, action: str) -> None:
    """行政许可法 38: reasons, and the right to 行政复议 or 行政诉讼; the reasons are in the timeline."""
    await endorsed(scene)
    await scene.take("approver", action, "材料不实")
    await scene.cast.work_off()
    for who in ("doctor", "institution"):
        words = await message_of(scene, action, who)
        assert all(one in words for one in (scene.application["number"], "60 日", "行政复议", "行政诉讼"))
        english = await message_of(scene, action, who, headers={"Accept-Language": "en"})
        assert "60 days" in english
    assert (await scene.read())["timeline"][-1]["comment"] == "材料不实"


@pytest.mark.parametrize("type_code", TYPES)
async def test_an_approval_claims_no_more_than_it_gave(unregistered: Scene, type_code: str) -> None:
    scene = unregistered
    place = (await submitted(scene, type_code)).place
    await scene.take("institution", "endorse", place=place)
    await scene.take("approver", "approve", place=place)
    await scene.cast.work_off()
    words = await message_of(scene, "approve")
    assert scene.application["number"] in words
    assert "注册" not in words, "a filing or a deregistration gives none"


async def test_a_delay_is_told_to_the_institution_then_to_the_authority(scene: Scene) -> None:
    await scene.apply("multi_institution", period(scene, 1) | {"form": FORM})
    await until(scene, (await scene.read("institution", 1))["desk"]["due_on"])
    assert await told(scene, "remind", 1) == "di"
    scene.advance(days=12)
    assert await told(scene, "escalate", 1) == "dih"
    await scene.read("handler", 1)
    await scene.take("handler", "take_over", "逾期", 1)
    assert await told(scene, "take_over", 1) == "dih"


async def test_a_take_over_from_a_closed_institution_is_told(scene: Scene) -> None:
    await applied(scene)
    async with closed(scene, 0):
        await scene.read("handler")
        await scene.take("handler", "take_over", "机构停业")
    assert await told(scene, "take_over") == "dih"
    await scene.take("approver", "refuse", "材料不实")
    assert await told(scene, "refuse") == "di", "also where it never endorsed"


async def test_the_end_of_what_lost_its_subject_is_told(scene: Scene) -> None:
    await applied(scene)
    case = scene.application
    await scene.direct("deregistration", {"reason_code": "01"})
    scene.application = case
    assert await told(scene, "terminate") == "di"


async def test_an_authority_is_told_of_the_end_of_what_lay_on_its_desk(scene: Scene) -> None:
    """It lost its subject by a decision elsewhere: the desk loses it without a doing of its own."""
    await scene.apply("multi_institution", period(scene, 1) | {"form": FORM})
    await scene.take("institution", "endorse", place=1)
    case = scene.application
    await scene.direct("deregistration", {"reason_code": "01"})
    scene.application = case
    assert await told(scene, "terminate", 1) == "dih"
