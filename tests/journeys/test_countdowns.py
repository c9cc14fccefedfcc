"""Terms that end: who is told in good time, and once."""

from datetime import date, timedelta

import pytest

from registry_api.register.state import last_day_of_filing
from registry_api.worker import count_down
from tests.support.practising import Scene

pytestmark = pytest.mark.usefixtures("sound")
PEOPLE = ("doctor", "institution", "handler", "approver", "auditor")


async def told(scene: Scene, kind: str, day: date) -> dict[str, int]:
    """How often each person was told of a term that ends on the day."""
    await count_down(scene.cast.app.state.worker_system)
    found = {}
    for who in PEOPLE:
        notices = (await scene.call(who, "GET", "/me/notices?limit=100")).json()["items"]
        found[who] = sum(one["kind"] == kind and day.isoformat() in one["message"] for one in notices)
    return found


async def test_the_two_years_of_a_filing_are_counted_down(scene: Scene) -> None:
    await scene.effective("filing", {"reason_code": "02"})
    last_day = last_day_of_filing(scene.today)
    for kind, left in (("filing_ends", 90), ("filing_ends_soon", 30), ("filing_over", -1)):
        assert set((await told(scene, kind, last_day)).values()) == {0}
        scene.advance(days=(last_day - scene.today - timedelta(days=left)).days)
        first = await told(scene, kind, last_day)
        assert (first["doctor"], first["institution"], first["auditor"]) == (1, 0, 0)
        # Of other tests' filings of the same day they are told as well.
        assert first["handler"] == first["approver"] >= 1
        assert await told(scene, kind, last_day) == first, "each is told once"
