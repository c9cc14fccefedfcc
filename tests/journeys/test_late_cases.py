"""What is late is seen by whoever is late, and by the authority that may take it over; numbers lead to as many rows."""

from datetime import date
from typing import Any

import pytest

from tests.support.practising import Scene

pytestmark = pytest.mark.usefixtures("sound")


async def late(scene: Scene, who: str, **asked: str) -> Any:
    realm = "institution" if who.startswith("institution") else "authority"
    query = {"overdue": "true", "limit": "100", **asked}
    answer = await scene.call(who, "GET", f"/{realm}/applications", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def counted(scene: Scene, who: str) -> Any:
    realm = "institution" if who.startswith("institution") else "authority"
    return (await scene.call(who, "GET", f"/{realm}/summary")).json()


async def past_its_term(scene: Scene, who: str) -> None:
    due_on = date.fromisoformat((await scene.read(who))["desk"]["due_on"])
    scene.advance(days=(due_on - scene.today).days + 1)


async def test_what_an_institution_leaves_lying_is_seen_on_both_sides(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    await past_its_term(scene, "institution")
    own = await late(scene, "institution")
    assert scene.id in [one["id"] for one in own["items"]]
    assert (await counted(scene, "institution"))["overdue"] == own["total"]["value"]
    assert (await counted(scene, "institution"))["stalled"] == 0

    stalled = await late(scene, "handler", status="institution_review")
    (row,) = [one for one in stalled["items"] if one["id"] == scene.id]
    assert row["overdue"]
    assert "take_over" in [one["action"] for one in row["available_actions"]]
    numbers = await counted(scene, "handler")
    assert numbers["stalled"] == stalled["total"]["value"]
    own = await late(scene, "handler")
    assert scene.id not in [one["id"] for one in own["items"]], "it is the institution that is late"
    assert numbers["overdue"] == own["total"]["value"]


async def test_what_an_authority_leaves_lying_is_its_own(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    await scene.take("institution", "endorse")
    await past_its_term(scene, "handler")
    own = await late(scene, "handler")
    assert scene.id in [one["id"] for one in own["items"]]
    assert (await counted(scene, "handler"))["overdue"] == own["total"]["value"]
    seen = await late(scene, "institution")
    assert scene.id not in [one["id"] for one in seen["items"]]
    assert (await counted(scene, "institution"))["overdue"] == seen["total"]["value"]
