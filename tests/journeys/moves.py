"""What people do over HTTP, each with the answer that the model expects."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

import httpx

from tests.journeys.choices import drawn_payload
from tests.journeys.looks import Looks
from tests.journeys.model.cases import Case, Expected, Said
from tests.journeys.model.eligibility import World
from tests.journeys.model.payloads import FORMS, NEEDED, WITH_FORM, Payload
from tests.journeys.model.requests import Model
from tests.journeys.model.table import realm_of
from tests.journeys.stage import Stage
from tests.journeys.troupe import Troupe
from tests.support.people import portrait

PATHS = {
    ("doctor", "submit"): "submission",
    ("doctor", "withdraw"): "withdrawal",
    ("doctor", "object"): "objections",
    ("institution", "submit"): "submission",
    ("institution", "withdraw"): "withdrawal",
    ("authority", "take_over"): "take-over",
    ("authority", "set_aside"): "set-aside",
}
"""Every other action is a decision."""
A_YEAR = timedelta(days=365)
WORDS = Said("请核对")
ORDINARY_WAY = (
    ("doctor", "submit"),
    ("institution_handler", "endorse"),
    ("authority_handler", "accept"),
    ("authority_approver", "approve"),
)


class Moves:
    """One play: its people, its model, and every request that they can make."""

    photo: ClassVar[bytes] = portrait()

    def __init__(self, stage: Stage, taken: Any) -> None:
        self.troupe = Troupe(stage)
        self.call = self.troupe.call
        self.places = self.troupe.places
        world = World(self.troupe.doctor.issued_on, self.troupe.authority_of)
        self.model = Model(world, stage.calendar, taken=taken)
        self.looks = Looks(self.troupe, self.model)
        self.submitted: set[str] = set()
        self.last: tuple[str, str, str, dict[str, Any], httpx.Response] | None = None
        self.touched: Case | None = None
        self.prompt = True
        """Whether the worker is at hand when a registration may end."""

    # The doctor's drafts

    def create(self, kind: str, payload: Payload) -> Case | None:
        """A draft with its content; of 执业注册 the photo comes after."""
        expected = self.model.create(kind, payload, self.troupe.today)
        body = {"type": kind, "registration_id": self._registration_id(kind), "payload": self._sent(payload)}
        answer = self._post("doctor", self.places[0], "/doctor/applications", {"json": body}, expected, None)
        return self._made(answer, expected)

    def add_photo(self, case: Case) -> None:
        """Uploads the photo of a draft, and names it in the content."""
        answer = self.call(
            "doctor",
            self.places[0],
            "POST",
            f"/doctor/applications/{case.id}/attachments",
            data={"kind": "photo"},
            files={"file": ("p.jpg", self.photo, "image/jpeg")},
        )
        assert answer.status_code == 201, answer.text
        case.photo_id = answer.json()["id"]
        self.edit("doctor", case, {**case.payload, "photo_id": case.photo_id}, "seen")

    def edit(self, actor: str, case: Case, payload: Payload, version: str, place: str = "") -> None:
        """New content."""
        office, seen = place or case.place or self.places[0], _version(case, version)
        expected = self.model.edit(actor, office, case, payload, seen)
        path = f"/{realm_of(actor)}/applications/{case.id}"
        body = {"payload": self._sent(payload)}
        answer = self.call(actor, office, "PATCH", path, version=seen, json=body)
        self._compared(answer, expected, actor, case)

    def delete(self, case: Case) -> None:
        """Away with a draft."""
        expected = self.model.delete(case)
        answer = self.call("doctor", self.places[0], "DELETE", f"/doctor/applications/{case.id}")
        self.looks.compare(answer, expected, "doctor", case)
        self.touched = case

    # What staff file

    def report(self, actor: str, place: str, kind: str, payload: Payload, comment: str) -> Case | None:
        """An institution reports."""
        registration = self.model.world.register.registrations[-1]
        expected = self.model.report(place, kind, registration, payload, comment, self.troupe.today)
        body = {
            "type": kind,
            "registration_id": registration.id,
            "payload": self._sent(payload),
            "comment": comment,
        }
        answer = self._post(actor, place, "/institution/applications", {"json": body}, expected, None)
        return self._made(answer, expected)

    def handle_directly(
        self, actor: str, place: str, kind: str, payload: Payload, reason: str
    ) -> Case | None:
        """An authority acts itself."""
        self._be_prompt()
        about = self._registration_id(kind)
        expected = self.model.handle_directly(actor, place, kind, payload, reason, self.troupe.today)
        body = {
            "type": kind,
            "practitioner_id": str(self.troupe.doctor.practitioner_id),
            "registration_id": about,
            "payload": self._sent(payload),
            "basis": {"document": "鲁卫医〔2026〕1号", "reason": reason},
        }
        answer = self._post(actor, place, "/authority/direct-handlings", {"json": body}, expected, None)
        case = self._made(answer, expected)
        self._be_prompt()
        return case

    def direct(self, kind: str, payload: Payload) -> Case | None:
        """The authority whose turn it is handles a type itself, with a basis, and the doctor looks at the register."""
        about = self.model.world.register.held
        place = self.model.world.reviewer(kind, payload, about) or self.places[0]
        case = self.handle_directly("authority_approver", place, kind, payload, "依职权")
        self.looks.registrations()
        return case

    # The world

    def keep(self, place: str, *, closed: bool) -> None:
        """Closes an institution, or opens it again."""
        self.troupe.stage.keep(place, closed=closed)
        among = self.model.world.closed
        among.add(place) if closed else among.discard(place)

    def choose(self, authority: str, name: str) -> None:
        """An authority makes a choice that is left to it, or takes it back."""
        among = self.model.world.settings
        self.troupe.stage.set_choice(authority, name, chosen=(authority, name) not in among)
        among.symmetric_difference_update({(authority, name)})

    # The table

    def act(
        self, actor: str, case: Case, action: str, version: str = "seen", said: Said = WORDS, place: str = ""
    ) -> None:
        """One action on a case."""
        office, seen = place or case.place or self.places[0], _version(case, version)
        sent: dict[str, Any] = {"version": seen}
        realm = realm_of(actor)
        path = f"/{realm}/applications/{case.id}/{PATHS.get((realm, action), 'decisions')}"
        if (realm, action) not in PATHS:
            comments = [{"pointer": one, "comment": "请核对"} for one in said.places]
            sent["json"] = {"action": action, "comment": said.comment, "field_comments": comments}
        elif action != "submit":
            sent["json"] = {"comment": said.comment}
        ending = action in ("approve", "countersign", "set_aside")
        if ending:
            self._be_prompt()  # what was due is done before a registration ends
            seen = sent["version"] = _version(case, version)
        expected = self.model.act(actor, office, case, action, seen, said, self.troupe.today)
        answer = self._post(actor, office, path, sent, expected, case)
        if answer.status_code == 200:
            self.looks.same(answer, actor, case)
            if action == "submit":
                self.submitted.add(case.id)
        if ending:
            self._be_prompt()

    def pass_through(self, case: Case, steps: int) -> None:
        """So many steps of the ordinary way."""
        for actor, action in ORDINARY_WAY[:steps]:
            self.act(actor, case, action)

    def filled(self, kind: str, place: int) -> Payload:
        """A complete and sensible content, at one of the institutions if it names one."""
        payload: Payload = {"institution_id": self.places[place]} if "institution_id" in NEEDED[kind] else {}
        if kind in WITH_FORM:
            payload["form"] = FORMS["first"]
        if kind == "multi_institution":
            today = self.troupe.today
            payload |= {"valid_from": today.isoformat(), "valid_to": (today + A_YEAR).isoformat()}
        if kind == "multi_institution_cancellation":
            held = self.model.world.register.held
            assert held is not None
            payload |= {"reason": "不再出诊", "additional_practice_id": held.additional(self.troupe.today)[0]}
        return payload

    def draw(self, kind: str, filer: str, number: int) -> Payload:
        """What a number makes somebody fill in."""
        return drawn_payload(self.model, self.troupe, kind, filer, number)

    def deliver(self) -> None:
        """Lets the worker do what is due."""
        self.model.deliver(self.troupe.stage.clock.now())
        self.troupe.stage.work_off()

    def claim_licence(self) -> None:
        """Claims an e-licence, which is given to whoever may have one; the invariants say what becomes of it."""
        held, place = self.model.world.register.held, self.places[0]
        if held is None:
            return
        (told,) = self.call("doctor", place, "GET", "/doctor/licences/eligibility").json()["items"]
        body = {"registration_id": held.id}
        answer = self.call("doctor", place, "POST", "/doctor/licences", json=body, key=str(uuid4()))
        assert told["eligible"] <= (held.status == "valid"), "I12"
        assert answer.status_code == (201 if told["eligible"] else 409), answer.text

    def _be_prompt(self) -> None:
        if self.prompt:
            self.deliver()

    def repeat(self, *, otherwise: bool) -> None:
        """The same key and body: the same answer, and nothing happens again; with another body it is refused."""
        assert self.last is not None
        actor, place, path, sent, first = self.last
        if otherwise and "json" in sent:
            body = {**sent["json"], "comment": "另一份"} if "comment" in sent["json"] else {"type": "change"}
            answer = self.call(actor, place, "POST", path, **{**sent, "json": body})
            assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
            return
        again = self.call(actor, place, "POST", path, **sent)
        assert (again.status_code, again.content) == (first.status_code, first.content), "I9"
        assert again.headers["Idempotency-Replayed"] == "true"

    def end(self) -> None:
        """What holds after every play."""
        self.deliver()
        for one in self.submitted:
            answer = self.call("doctor", self.places[0], "GET", f"/doctor/applications/{one}")
            assert answer.status_code == 200, "I6: a submitted application is readable for ever"
        broken = self.troupe.stage.broken()
        for place in (*self.model.world.closed,):
            self.keep(place, closed=False)
        for authority, name in (*self.model.world.settings,):
            self.choose(authority, name)
        assert broken == {}

    # How it is sent

    def _post(
        self, actor: str, place: str, path: str, sent: dict[str, Any], expected: Expected, case: Case | None
    ) -> httpx.Response:
        sent["key"] = str(uuid4())
        answer = self.call(actor, place, "POST", path, **sent)
        self.looks.compare(answer, expected, actor, case)
        self.touched = case
        if expected.succeeds:
            self.last = actor, place, path, sent, answer
        return answer

    def _compared(self, answer: httpx.Response, expected: Expected, actor: str, case: Case) -> None:
        self.looks.compare(answer, expected, actor, case)
        self.touched = case
        if expected.succeeds:
            self.looks.same(answer, actor, case)

    def _made(self, answer: httpx.Response, expected: Expected) -> Case | None:
        if not expected.succeeds:
            return None
        case = self.touched = self.model.all[-1]
        case.id = answer.json()["id"]
        self.looks.look("doctor", self.places[0], case)
        return case

    def _registration_id(self, kind: str) -> str | None:
        held = self.model.world.register.held
        return None if kind == "registration" or held is None else held.id

    def _sent(self, payload: Payload) -> Payload:
        practice = payload.get("additional_practice_id")
        if practice is None:
            return payload
        return {**payload, "additional_practice_id": self.looks.practice_ids[practice]}


def _version(case: Case, choice: str) -> int | None:
    return {"seen": case.version, "stale": case.version - 1, "future": case.version + 1}.get(choice)
