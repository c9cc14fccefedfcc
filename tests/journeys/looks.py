"""What people see, compared with what the model says: cases, the register, and what can be applied for."""

from typing import Any

import httpx

from tests.journeys.model.cases import Case, Expected
from tests.journeys.model.payloads import KINDS
from tests.journeys.model.register import Practice, Registration
from tests.journeys.model.requests import Model
from tests.journeys.model.table import ACTORS, realm_of
from tests.journeys.troupe import Troupe


class Looks:
    """Compares."""

    def __init__(self, troupe: Troupe, model: Model) -> None:
        self.troupe, self.model = troupe, model
        self.practice_ids: dict[Practice, str] = {}
        self._turns = 0

    def around(self, touched: Case | None) -> None:
        """The doctor looks at the case, the register and in turn at what is offered; somebody else at a case."""
        self._turns += 1
        if touched is not None:
            self.look("doctor", self.troupe.places[0], touched)
        self.registrations()
        if self._turns % 4 == 0:
            self.options()
        if self._turns % 2 and self.model.all:
            turn = self._turns // 2
            case = touched if touched is not None and turn % 2 else self.model.all[turn % len(self.model.all)]
            actor = ACTORS[1 + turn % (len(ACTORS) - 1)]
            office = case.place if case.place and turn % 4 else self.troupe.places[turn % 3]
            self.look(actor, office, case)

    def look(self, actor: str, office: str, case: Case) -> None:
        """One case as somebody sees it, or does not."""
        answer = self.troupe.call(actor, office, "GET", f"/{realm_of(actor)}/applications/{case.id}")
        if not self.model.sees(actor, office, case):
            assert answer.status_code == 404, answer.text
            return
        assert answer.status_code == 200, answer.text
        self.same(answer, actor, case)

    def same(self, answer: httpx.Response, actor: str, case: Case) -> None:
        """An application as it was answered."""
        seen = answer.json()
        open_actions = sorted(one["action"] for one in seen["available_actions"])
        assert (
            seen["type"],
            seen["filer"],
            seen["status"],
            seen["version"],
            open_actions,
            seen["changed_places"],
            (seen["institution"] or {"id": None})["id"],
        ) == (
            case.kind,
            case.filer,
            case.status,
            case.version,
            self.model.actions(actor, case, self.troupe.today),
            case.changed,
            case.place,
        )
        assert answer.headers["ETag"] == f'"v{case.version}"'
        about = case.registration
        assert (seen["registration_id"] is not None) == (about is not None)
        assert about is None or about.id in ("", seen["registration_id"])

    def compare(self, answer: httpx.Response, expected: Expected, actor: str, case: Case | None) -> None:
        """An answer's status and code, and what a refusal says beside them."""
        body = answer.json() if answer.content else {}
        assert (answer.status_code, body.get("code")) in expected.outcomes, answer.text
        if expected.faults is not None:
            faults = tuple((error["pointer"], error["code"]) for error in body["errors"])
            assert faults == expected.faults, answer.text
        if case is None:
            return
        if body.get("code") == "wrong_state":
            refused = body["application_status"], sorted(body["available_actions"])
            assert refused == (case.status, self.model.actions(actor, case, self.troupe.today))
        elif body.get("code") == "stale_version":
            assert body["current_version"] == case.version

    def registrations(self) -> None:
        """Every registration, the latest first, with every practice that it ever allowed."""
        place, today = self.troupe.places[0], self.troupe.today
        answer = self.troupe.call("doctor", place, "GET", "/doctor/registrations")
        assert answer.status_code == 200, answer.text
        held = self.model.world.register.registrations
        items = answer.json()["items"]
        by_id = {one["id"]: one for one in items}
        for one in held:
            if not one.id:
                (one.id,) = by_id.keys() - {other.id for other in held}
        assert {one.id for one in held} == by_id.keys()
        for one in held:
            seen = by_id[one.id]
            assert (seen["status"], seen["status_since"]) == (one.status, one.since.isoformat())
            assert seen["filed_on"] == (one.filed_on and one.filed_on.isoformat())
            rows = [_row(row) for row in seen["practices"]]
            wanted = [(*_days(practice), practice in one.in_force(today)) for practice in one.practices]
            assert sorted(rows, key=str) == sorted(wanted, key=str)
            self._learn_ids(one, seen["practices"])

    def options(self) -> None:
        """For each type, whether it can be begun."""
        answer = self.troupe.call("doctor", self.troupe.places[0], "GET", "/doctor/application-options")
        assert answer.status_code == 200, answer.text
        seen = {item["type"]: item["available"] for item in answer.json()["items"]}
        held = self.model.world.register.held
        today = self.troupe.today
        wanted = {
            kind: self.model.can_begin(kind, None if kind == "registration" else held, today)
            for kind in KINDS
        }
        assert seen == wanted

    def _learn_ids(self, registration: Registration, rows: list[dict[str, Any]]) -> None:
        known = set(self.practice_ids.values())
        for practice in registration.practices:
            if practice not in self.practice_ids:
                row = next(
                    row for row in rows if row["id"] not in known and _row(row)[:-1] == _days(practice)
                )
                self.practice_ids[practice] = row["id"]
                known.add(row["id"])


def _days(practice: Practice) -> tuple[Any, ...]:
    kind = "main" if practice.main else "additional"
    days = (practice.first, practice.last, practice.ended)
    return practice.institution, kind, *(day and day.isoformat() for day in days)


def _row(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["institution_id"],
        row["kind"],
        row["valid_from"],
        row["valid_to"],
        row["ended_on"],
        row["status"] == "in_force",
    )
