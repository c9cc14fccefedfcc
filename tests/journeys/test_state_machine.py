"""The workflow over HTTP against the contract's model: three realms, seven roles, a clock that moves."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4
from zlib import crc32

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from registry_api.kit.clock import SHANGHAI
from tests.journeys.contract_model import (
    ACTIONS_OF,
    COMPLETE,
    OPEN,
    ROLES,
    TABLE,
    Content,
    Expected,
    Model,
)
from tests.journeys.stage import Stage, Visit
from tests.support.database import fresh_system
from tests.support.people import FORM, portrait

SEQUENCES = 200
STEPS = 30
FORMS: dict[str, dict[str, Any]] = {
    "empty": {},
    "partial": {**FORM, "health": ""},
    "first": FORM,
    "second": {**FORM, "health": "良好"},
}
PLACES = st.integers(0, 1)
VERSIONS = st.sampled_from(["seen", "seen", "seen", "stale", "future", "none"])
SPANS = [
    timedelta(minutes=10),
    timedelta(minutes=20),
    timedelta(hours=9),
    timedelta(days=1),
    timedelta(days=8),
    timedelta(days=8),
    timedelta(days=150),
]
ORDINARY_WAY = (("doctor", "submit"), ("institution_handler", "endorse"), ("authority_handler", "accept"))
WAYS = {
    "draft": (),
    "institution_review": ORDINARY_WAY[:1],
    "institution_returned": (*ORDINARY_WAY[:1], ("institution_handler", "return")),
    "authority_review": ORDINARY_WAY[:2],
    "correction_required": (*ORDINARY_WAY[:2], ("authority_handler", "request_correction")),
    "accepted": ORDINARY_WAY,
}
CHOICES = st.integers(0, 2**16).map(lambda number: crc32(number.to_bytes(4, "big")))
"""Hypothesis likes small numbers; spread out, each turn is as likely as the next."""
PATHS = {"submit": "submission", "withdraw": "withdrawal"}
CONTENTS = st.builds(
    Content, st.sampled_from([None, 0, 0, 1]), st.booleans(), st.sampled_from(list(FORMS))
) | st.sampled_from([COMPLETE, COMPLETE._replace(form="second"), COMPLETE._replace(place=1)])


class Registration(RuleBasedStateMachine):
    """Everything that a doctor, two institutions and their authorities can do with 执业注册."""

    stage: ClassVar[Stage]
    taken: ClassVar[Counter[tuple[str, str]]] = Counter()
    photo: ClassVar[bytes] = portrait()

    def __init__(self) -> None:
        super().__init__()
        self.stage.clock.set(self.stage.began)
        self.doctor = self.stage.doctor()
        self.places = self.stage.places
        self.offices = [self.stage.authority_of[place.id] for place in self.places]
        self.model = Model(
            self.doctor.issued_on, self.stage.calendar, (self.offices[0], self.offices[1]), taken=self.taken
        )
        self.visits: dict[tuple[str, int], Visit] = {}
        self.application_id = ""
        self.photo_id = ""
        self.submitted: set[str] = set()
        self.last: tuple[str, int, str, dict[str, Any], httpx.Response] | None = None
        self.looks = 0
        self.changed = True

    # What is done

    @initialize(steps=st.sampled_from([0, 1, 2, 2, 2, 3]), choice=CHOICES)
    def begin(self, steps: int, choice: int) -> None:
        """A complete draft, or one that has gone some steps of the ordinary way and a turn of its own."""
        self.create(content=COMPLETE)
        for role, action in ORDINARY_WAY[:steps]:
            self.act(role, 0, action, "seen", "")
        if choice % 2:
            self.right_turn(choice)

    @rule(content=CONTENTS)
    def create(self, content: Content) -> None:
        expected = self.model.create(self.today)
        answer = self.call(
            "doctor", 0, "POST", "/doctor/applications", json={"type": "registration", "payload": {}}
        )
        self.compare(answer, expected)
        if expected.status == 201:
            self.application_id = answer.json()["id"]
            photo = self.call(
                "doctor",
                0,
                "POST",
                f"{self.path('doctor')}/attachments",
                data={"kind": "photo"},
                files={"file": ("p.jpg", self.photo, "image/jpeg")},
            )
            assert photo.status_code == 201, photo.text
            self.photo_id = photo.json()["id"]
            self.edit(content, "seen")

    @precondition(lambda self: self.application_id)
    @rule(content=CONTENTS, version=VERSIONS)
    def edit(self, content: Content, version: str) -> None:
        seen = self.version(version)
        expected = self.model.edit(content, seen)
        payload: dict[str, Any] = {"form": FORMS[content.form]}
        if content.place is not None:
            payload["institution_id"] = self.places[content.place].id
        if content.photo:
            payload["photo_id"] = self.photo_id
        answer = self.call("doctor", 0, "PATCH", self.path("doctor"), version=seen, json={"payload": payload})
        self.compare(answer, expected)

    @precondition(lambda self: self.application_id)
    @rule()
    def delete(self) -> None:
        expected = self.model.delete()
        self.compare(self.call("doctor", 0, "DELETE", self.path("doctor")), expected)

    @precondition(lambda self: self.model.case and self.model.case.status in OPEN)
    @rule(choice=CHOICES)
    def right_turn(self, choice: int) -> None:
        """Whatever somebody may do now; what goes on is likelier than what ends."""
        assert self.model.case is not None
        place = self.model.case.content.place or 0
        turns = [
            (role, action)
            for role in ROLES
            for action in self.model.open_actions(role)
            for _ in range(1 if action == "withdraw" else 2)
        ]
        role, action = turns[choice // 2 % len(turns)]
        self.act(role, place, action, "seen", "请核对")

    @precondition(lambda self: self.application_id)
    @rule(
        role=st.sampled_from(ROLES),
        place=PLACES,
        choice=CHOICES,
        version=VERSIONS,
        comment=st.sampled_from(["", "请核对"]),
    )
    def any_turn(self, role: str, place: int, choice: int, version: str, comment: str) -> None:
        actions = ACTIONS_OF[role.split("_", maxsplit=1)[0]]
        self.act(role, place, actions[choice % len(actions)], version, comment)

    @rule(span=st.sampled_from(SPANS))
    def advance(self, span: timedelta) -> None:
        self.stage.clock.advance(span)
        self.changed = False

    @rule()
    def deliver(self) -> None:
        self.model.deliver(self.stage.clock.now())
        self.stage.work_off()

    @precondition(lambda self: self.last)
    @rule()
    def repeat(self) -> None:
        """The same key and the same body: the same answer, and nothing happens again."""
        assert self.last is not None
        role, place, path, sent, first = self.last
        again = self.call(role, place, "POST", path, **sent)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["Idempotency-Replayed"] == "true"

    # What is compared

    @invariant()
    def agrees(self) -> None:
        """The applicant, and somebody else in turn, see what the model says."""
        if self.application_id and self.changed:
            self.look_around()
        self.changed = True

    def look_around(self) -> None:
        self.looks += 1
        self.look("doctor", 0)
        if self.looks % 2:
            self.look(ROLES[1 + self.looks // 2 % (len(ROLES) - 1)], self.looks // 2 % 4 // 3)

    def teardown(self) -> None:
        self.deliver()
        for one in self.submitted:
            answer = self.call("doctor", 0, "GET", f"/doctor/applications/{one}")
            assert answer.status_code == 200, "I6: a submitted application is readable for ever"
        assert self.stage.broken() == {}

    def look(self, role: str, place: int) -> None:
        answer = self.call(role, place, "GET", self.path(role))
        if not self.model.sees(role, place):
            assert answer.status_code == 404, answer.text
            return
        assert answer.status_code == 200, answer.text
        self.same(answer.json(), role)

    def same(self, seen: dict[str, Any], role: str) -> None:
        case = self.model.case
        assert case is not None
        open_actions = sorted(one["action"] for one in seen["available_actions"])
        assert (seen["status"], seen["version"], open_actions) == (
            case.status,
            case.version,
            self.model.open_actions(role),
        )
        assert (seen["registration_id"] is not None) == (case.status == "approved")

    def compare(self, answer: httpx.Response, expected: Expected) -> None:
        body = answer.json() if answer.content else {}
        assert (answer.status_code, body.get("code")) == expected, answer.text

    def act(self, role: str, place: int, action: str, version: str, comment: str) -> None:
        seen = self.version(version)
        sent: dict[str, Any] = {"version": seen, "key": str(uuid4())}
        if action == "withdraw":
            sent["json"] = {"comment": comment}
        elif action != "submit":
            sent["json"] = {"action": action, "comment": comment}
        expected = self.model.act(role, place, action, seen, comment, self.today)
        path = f"{self.path(role)}/{PATHS.get(action, 'decisions')}"
        answer = self.call(role, place, "POST", path, **sent)
        self.compare(answer, expected)
        if expected.code == "wrong_state":
            refused, case = answer.json(), self.model.case
            assert case is not None
            assert refused["application_status"] == case.status
        if expected.status == 200:
            self.same(answer.json(), role)
            self.last = role, place, path, sent, answer
            if action == "submit":
                self.submitted.add(self.application_id)

    # How it is done

    @property
    def today(self) -> Any:
        return self.stage.clock.now().astimezone(SHANGHAI).date()

    def path(self, role: str) -> str:
        return f"/{role.split('_', maxsplit=1)[0]}/applications/{self.application_id}"

    def version(self, choice: str) -> int | None:
        current = self.model.case.version if self.model.case else 1
        return {"seen": current, "stale": current - 1, "future": current + 1}.get(choice)

    def call(self, role: str, place: int, method: str, path: str, **more: Any) -> httpx.Response:
        """One request of somebody whose session lives; one that has ended by then is refused first."""
        now = self.stage.clock.now()
        visit = self.visits.get((role, place))
        if visit is not None and visit.is_over(now):
            refused = self.stage.run(visit.person.call("GET", "/me"))
            assert refused.status_code == 401, "the session had ended"
            visit = None
        if visit is None:
            visit = self.visits[role, place] = self.stage.visit(
                self.account(role, place), role.split("_", maxsplit=1)[0]
            )
        answer = self.stage.run(visit.person.call(method, path, **more))
        if answer.is_success:  # a refused request is rolled back, and with it that somebody was there
            visit.seen_at = now
        return answer

    def account(self, role: str, place: int) -> Any:
        if role == "doctor":
            return self.doctor.account_id
        office = self.places[place].id if role.startswith("institution") else self.offices[place]
        return self.stage.staff[role, office]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with fresh_system(tmp_path_factory.mktemp("stage")) as (made, _), Stage(made).open() as opened:
        yield opened


def test_service_and_contract_agree_on_every_sequence(stage: Stage) -> None:
    Registration.stage = stage
    Registration.taken.clear()
    run_state_machine_as_test(
        Registration,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize(
    ("source", "action"), [(source, action) for action, row in TABLE.items() for source in row[1]]
)
def test_every_row_of_the_table_is_taken(stage: Stage, source: str, action: str) -> None:
    """Chance need not come by each row, so each is taken once on purpose."""
    Registration.stage = stage
    play = Registration()
    play.create(COMPLETE)
    for role, step in WAYS[source]:
        play.act(role, 0, step, "seen", "请核对")
    before = Registration.taken[source, action]
    play.act(TABLE[action][0][0], 0, action, "seen", "请核对")
    assert Registration.taken[source, action] == before + 1
    play.look_around()
    play.teardown()
