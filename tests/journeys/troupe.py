"""The people of one play: a doctor, and the staff of two institutions and their authorities, with their sessions."""

from datetime import date
from typing import Any

import httpx

from registry_api.kit.clock import SHANGHAI
from tests.journeys.stage import Stage, Visit


class Troupe:
    """Speaks for whoever has a role at one of the two places."""

    def __init__(self, stage: Stage) -> None:
        stage.clock.set(stage.began)
        self.stage = stage
        self.doctor = stage.doctor()
        self.places = stage.places
        self.offices = (stage.authority_of[self.places[0].id], stage.authority_of[self.places[1].id])
        """The authorities of the two places."""
        self._visits: dict[tuple[str, int], Visit] = {}

    @property
    def today(self) -> date:
        """The civil day on the stage's clock."""
        return self.stage.clock.now().astimezone(SHANGHAI).date()

    def call(self, role: str, place: int, method: str, path: str, **more: Any) -> httpx.Response:
        """One request of somebody whose session lives; one that has ended by then is refused first."""
        now = self.stage.clock.now()
        visit = self._visits.get((role, place))
        if visit is not None and visit.is_over(now):
            refused = self.stage.run(visit.person.call("GET", "/me"))
            assert refused.status_code == 401, "the session had ended"
            visit = None
        if visit is None:
            visit = self._visits[role, place] = self.stage.visit(self._account(role, place), realm_of(role))
        answer = self.stage.run(visit.person.call(method, path, **more))
        if answer.is_success:  # a refused request is rolled back, and with it that somebody was there
            visit.seen_at = now
        return answer

    def _account(self, role: str, place: int) -> Any:
        if role == "doctor":
            return self.doctor.account_id
        office = self.places[place].id if role.startswith("institution") else self.offices[place]
        return self.stage.staff[role, office]


def realm_of(role: str) -> str:
    """The realm that a role belongs to: its first word."""
    return role.split("_", maxsplit=1)[0]
