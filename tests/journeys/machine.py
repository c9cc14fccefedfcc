"""The machine that plays 执业注册: what is done, by whom, and what is compared with the contract's model."""

from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4
from zlib import crc32

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.journeys.contract_model import (
    ACTIONS_OF,
    COMPLETE,
    COMPLETE_FORMS,
    OPEN,
    ROLES,
    Content,
    Expected,
    Model,
    Said,
)
from tests.journeys.stage import Stage
from tests.journeys.troupe import Troupe, realm_of
from tests.support.people import FORM, portrait

FORMS: dict[str, dict[str, Any]] = {
    "empty": {},
    "partial": {**FORM, "health": ""},
    **{name: FORM | changes for name, changes in COMPLETE_FORMS.items()},
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
CHOICES = st.integers(0, 2**16).map(lambda number: crc32(number.to_bytes(4, "big")))
"""Hypothesis likes small numbers; spread out, each turn is as likely as the next."""
PATHS = {"submit": "submission", "withdraw": "withdrawal"}
CONTENTS = st.builds(
    Content, st.sampled_from([None, 0, 0, 1]), st.booleans(), st.sampled_from(list(FORMS))
) | st.sampled_from([COMPLETE, COMPLETE._replace(form="second"), COMPLETE._replace(place=1)])
POINTERS = (
    "/payload/form/health",
    "/payload/form/healthy",
    "/payload/form/work_history/0/from",
    "/payload/institution_id",
    "/payload/form",
)
WORDS = st.builds(
    Said, st.sampled_from(["", "请核对"]), st.lists(st.sampled_from(POINTERS), max_size=2).map(tuple)
)


class Registration(RuleBasedStateMachine):
    """Everything that a doctor, two institutions and their authorities can do with 执业注册."""

    stage: ClassVar[Stage]
    taken: ClassVar[Counter[tuple[str, str]]] = Counter()
    photo: ClassVar[bytes] = portrait()

    def __init__(self) -> None:
        super().__init__()
        self.troupe = Troupe(self.stage)
        self.call = self.troupe.call
        self.model = Model(
            self.troupe.doctor.issued_on, self.stage.calendar, self.troupe.offices, taken=self.taken
        )
        self.application_id = ""
        self.photo_id = ""
        self.submitted: set[str] = set()
        self.last: tuple[str, int, str, dict[str, Any], httpx.Response] | None = None
        self.looks = 0
        self.changed = True

    # What is done

    @initialize(
        steps=st.sampled_from([0, 1, 2, 2, 2, 3]), form=st.sampled_from([None, *FORMS]), choice=CHOICES
    )
    def begin(self, steps: int, form: str | None, choice: int) -> None:
        """A complete draft, or one that has gone some steps, a correction, and a turn of its own."""
        self.create(content=COMPLETE)
        for role, action in ORDINARY_WAY[:steps]:
            self.act(role, 0, action, "seen")
        if form in COMPLETE_FORMS and steps == 2:
            self.act("authority_handler", 0, "request_correction", "seen", Said("请核对"))
            self.mend(form)
        if choice % 2:
            self.right_turn(choice)

    @rule(content=CONTENTS)
    def create(self, content: Content) -> None:
        expected = self.model.create(self.troupe.today)
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
            payload["institution_id"] = self.troupe.places[content.place].id
        if content.photo:
            payload["photo_id"] = self.photo_id
        answer = self.call("doctor", 0, "PATCH", self.path("doctor"), version=seen, json={"payload": payload})
        self.compare(answer, expected)
        if expected.status == 200:
            self.same(answer, "doctor")

    @precondition(lambda self: self.model.case and self.model.case.corrected)
    @rule(form=st.sampled_from(list(COMPLETE_FORMS)))
    def mend(self, form: str) -> None:
        """What was asked for is put right, or not, and goes back to the authority."""
        assert self.model.case is not None
        if self.model.case.status in ("correction_required", "institution_returned"):
            self.edit(COMPLETE._replace(form=form, place=self.model.case.content.place), "seen")
            self.act("doctor", 0, "submit", "seen")
            self.act("institution_handler", self.model.case.content.place or 0, "endorse", "seen")

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
        self.act(role, place, action, "seen", Said("请核对", tuple(self.model.case.changed)))

    @precondition(lambda self: self.application_id)
    @rule(
        role=st.sampled_from(ROLES),
        place=PLACES,
        choice=CHOICES,
        version=VERSIONS,
        said=WORDS,
    )
    def any_turn(self, role: str, place: int, choice: int, version: str, said: Said) -> None:
        actions = ACTIONS_OF[realm_of(role)]
        self.act(role, place, actions[choice % len(actions)], version, said)

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
        self.same(answer, role)

    def same(self, answer: httpx.Response, role: str) -> None:
        seen, case = answer.json(), self.model.case
        assert case is not None
        open_actions = sorted(one["action"] for one in seen["available_actions"])
        assert (seen["status"], seen["version"], open_actions, seen["changed_places"]) == (
            case.status,
            case.version,
            self.model.open_actions(role),
            case.changed,
        )
        assert answer.headers["ETag"] == f'"v{case.version}"'
        assert (seen["registration_id"] is not None) == (case.status == "approved")

    def compare(self, answer: httpx.Response, expected: Expected, role: str = "doctor") -> None:
        body, case = answer.json() if answer.content else {}, self.model.case
        assert (answer.status_code, body.get("code")) == (expected.status, expected.code), answer.text
        if expected.faults is not None:
            faults = tuple((error["pointer"], error["code"]) for error in body["errors"])
            assert faults == expected.faults, answer.text
        if expected.code == "wrong_state":
            assert case is not None
            refused = body["application_status"], sorted(body["available_actions"])
            assert refused == (case.status, self.model.open_actions(role))
        elif expected.code == "stale_version":
            assert case is not None
            assert body["current_version"] == case.version

    def act(self, role: str, place: int, action: str, version: str, said: Said = Said()) -> None:  # noqa: B008
        seen = self.version(version)
        sent: dict[str, Any] = {"version": seen, "key": str(uuid4())}
        if action == "withdraw":
            sent["json"] = {"comment": said.comment}
        elif action != "submit":
            comments = [{"pointer": place, "comment": "请核对"} for place in said.places]
            sent["json"] = {"action": action, "comment": said.comment, "field_comments": comments}
        expected = self.model.act(role, place, action, seen, said, self.troupe.today)
        path = f"{self.path(role)}/{PATHS.get(action, 'decisions')}"
        answer = self.call(role, place, "POST", path, **sent)
        self.compare(answer, expected, role)
        if expected.status == 200:
            self.same(answer, role)
            self.last = role, place, path, sent, answer
            if action == "submit":
                self.submitted.add(self.application_id)

    # How it is done

    def path(self, role: str) -> str:
        return f"/{realm_of(role)}/applications/{self.application_id}"

    def version(self, choice: str) -> int | None:
        current = self.model.case.version if self.model.case else 1
        return {"seen": current, "stale": current - 1, "future": current + 1}.get(choice)
