"""The people of one play: a doctor, and the staff of three institutions and their authorities, with their sessions."""

from datetime import date, timedelta
from typing import Any

import httpx

from registry_api.kit.clock import SHANGHAI
from tests.journeys.model.table import realm_of
from tests.journeys.stage import Stage, Visit

A_MOMENT = timedelta(milliseconds=1)


class Troupe:
    """Speaks for whoever has a role at one of the institutions, or at its authority."""

    def __init__(self, stage: Stage) -> None:
        stage.clock.set(stage.began)
        self.stage = stage
        self.doctor = stage.doctor()
        self.places = stage.places
        self.authority_of = {place: stage.authority_of[place] for place in stage.places}
        self._visits: dict[tuple[str, str], Visit] = {}

    @property
    def today(self) -> date:
        """The civil day on the stage's clock."""
        return self.stage.clock.now().astimezone(SHANGHAI).date()

    def call(self, actor: str, place: str, method: str, path: str, **more: Any) -> httpx.Response:
        """One request of somebody whose session lives; one that has ended by then is refused first."""
        self.stage.clock.advance(A_MOMENT)  # no two requests come at one instant
        now, office = self.stage.clock.now(), self._office(actor, place)
        visit = self._visits.get((actor, office))
        if visit is not None and visit.is_over(now):
            refused = self.stage.run(visit.person.call("GET", "/me"))
            assert refused.status_code == 401, "the session had ended"
            visit = None
        if visit is None:
            account = self.doctor.account_id if actor == "doctor" else self.stage.staff[actor, office]
            visit = self._visits[actor, office] = self.stage.visit(account, realm_of(actor))
        answer = self.stage.run(visit.person.call(method, path, **more))
        if answer.is_success:  # a refused request is rolled back, and with it that somebody was there
            visit.seen_at = now
        return answer

    def _office(self, actor: str, place: str) -> str:
        if realm_of(actor) == "authority":
            return self.authority_of[place]
        return place if realm_of(actor) == "institution" else ""
