"""What each type needs to be applied for: the state before, a payload, and who reviews."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.people import FORM
from tests.support.practising import Scene

TYPES = (
    "registration",
    "change",
    "multi_institution",
    "multi_institution_cancellation",
    "filing",
    "filing_cancellation",
    "deregistration",
)


@dataclass(frozen=True)
class Script:
    """A payload that is complete, and the number of the place that reviews it."""

    payload: dict[str, Any]
    place: int


async def prepare(scene: Scene, type_code: str) -> Script:
    """Brings a doctor who has no registration to where the type can be applied for."""
    here, there = (place.id for place in scene.places[:2])
    if type_code != "registration":
        await scene.effective("registration", {"institution_id": here})
    payload: dict[str, Any] = {}
    if type_code == "multi_institution_cancellation":
        await scene.effective("multi_institution", period(scene, 1), 1)
        payload = {"additional_practice_id": (await additional(scene))["id"], "reason": "不再出诊"}
    if type_code == "filing_cancellation":
        await scene.effective("filing", {"reason_code": "02"})
    scripts = {
        "registration": Script({"institution_id": here, "form": FORM}, 0),
        "change": Script({"institution_id": there, "reason": "住所迁移", "form": FORM}, 1),
        "multi_institution": Script(period(scene, 1) | {"form": FORM}, 1),
        "multi_institution_cancellation": Script(payload, 1),
        "filing": Script({"reason_code": "02", "remarks": "退休"}, 0),
        "filing_cancellation": Script({"reason": "返聘"}, 0),
        "deregistration": Script({"reason_code": "11", "remarks": "不再执业"}, 0),
    }
    return scripts[type_code]


def period(scene: Scene, place: int, first: int = 0, last: int = 365) -> dict[str, Any]:
    """An additional practice at a place; days from today."""
    return {
        "institution_id": scene.places[place].id,
        "valid_from": (scene.today + timedelta(days=first)).isoformat(),
        "valid_to": (scene.today + timedelta(days=last)).isoformat(),
    }


async def additional(scene: Scene) -> dict[str, Any]:
    """The one additional practice."""
    (found,) = [one for one in (await scene.registration())["practices"] if one["kind"] == "additional"]
    return dict(found)


async def placed(scene: Scene) -> set[tuple[str, str, str]]:
    """Where the doctor stands: (institution, kind, status) of every practice."""
    names = {place.id: str(number) for number, place in enumerate(scene.places)}
    return {
        (names[one["institution_id"]], one["kind"], one["status"])
        for one in (await scene.registration())["practices"]
    }


async def submitted(scene: Scene, type_code: str) -> Script:
    """Prepared, applied for and on the institution's desk."""
    script = await prepare(scene, type_code)
    await scene.apply(type_code, script.payload)
    return script


def mended(scene: Scene) -> dict[str, Any]:
    """The payload with one of the words that a person wrote put otherwise."""
    payload = dict(scene.application["payload"])
    if "form" in payload:
        return {**payload, "form": {**payload["form"], "health": "良好"}}
    word = "reason" if "reason" in payload else "remarks"
    return {**payload, word: "另有说明"}
