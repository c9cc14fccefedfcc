"""The answer that the contract promises to each request, and what the request does if it succeeds."""

from datetime import date

from tests.journeys.model.cases import Case, Cases, Expected, Said, done, refused
from tests.journeys.model.eligibility import Question
from tests.journeys.model.payloads import REPORTED, Payload, changed, is_complete
from tests.journeys.model.register import Registration
from tests.journeys.model.table import BY_ANOTHER, EDITABLE, REASONED, TABLE, Row, realm_of, role_of


class Model(Cases):
    """One doctor, some institutions and their authorities."""

    def can_begin(self, kind: str, about: Registration | None, today: date) -> bool:
        """Whether the doctor may begin an application of a type about a registration, or about the person."""
        asked = Question(kind, "doctor", {}, today, complete=False)
        return not self.world.hindrances(asked, about) and self.open_of(kind, about) is None

    def create(self, kind: str, payload: Payload, today: date) -> Expected:
        """A new draft of the doctor's."""
        about = self._about(kind)
        wrong = []
        if self.world.hindrances(Question(kind, "doctor", payload, today, complete=False), about):
            wrong.append((409, "not_eligible"))
        if self.open_of(kind, about):
            wrong.append((409, "open_application_exists"))
        if wrong:
            return refused(*wrong)
        self._add(Case(kind, "doctor", about, payload))
        return done(201)

    def report(
        self, office: str, kind: str, registration: Registration, payload: Payload, comment: str, today: date
    ) -> Expected:
        """An institution reports what has become of its own doctor."""
        if not comment:
            return refused((422, "invalid_body"))
        case = Case(kind, "institution", registration, payload)
        wrong = self._of_filing(case, today)
        if kind not in REPORTED:
            wrong.append((403, "filer_not_allowed"))
        if registration.main != office:
            # Whose doctor it never was, the register does not show to it.
            wrong += [(403, "outside_jurisdiction"), (422, "invalid_body"), (409, "not_eligible")]
        if wrong:
            return refused(*wrong)
        self._file(case, today)
        case.endorsed = payload
        self.taken["report", "institution", "draft"] += 1
        self.reach(case, "authority_review", today)
        return done(201)

    def handle_directly(
        self, actor: str, office: str, kind: str, payload: Payload, basis: str, today: date
    ) -> Expected:
        """An authority handles a type itself."""
        if not basis:
            return refused((422, "invalid_body"))
        case = Case(kind, "authority", self._about(kind), payload)
        wrong = self._of_filing(case, today)
        authority, place = self.world.authority_of[office], self.reviewer(case)
        if role_of(actor) != "authority_approver":
            wrong.append((403, "role_not_allowed"))
        if place is not None and self.world.authority_of[place] != authority:
            wrong.append((403, "outside_jurisdiction"))
        if wrong:
            return refused(*wrong)
        self._file(case, today)
        case.decided_by = actor
        if (authority, "direct_handling_countersigned") in self.world.settings:
            self.taken["file_for_countersign", "authority", "draft"] += 1
            self.reach(case, "countersign", today)
            return done(201)
        self.taken["file_direct", "authority", "draft"] += 1
        self.reach(case, "approved", today)
        self.take_effect(case, today)
        return done(201)

    def edit(self, actor: str, office: str, case: Case, payload: Payload, version: int | None) -> Expected:
        """New content, and with it a new version; the same content changes nothing."""
        if not self.sees(actor, office, case):
            return refused((404, "not_found"))
        if case.status not in EDITABLE or realm_of(actor) != case.filer:
            return refused((409, "wrong_state"))
        if refusal := _version(case, version):
            return refusal
        if not changed(case.payload, payload):
            return done()
        if self.is_fixed(case, payload):
            name = "institution_id" if "institution_id" in case.payload else "additional_practice_id"
            return refused((422, "invalid_body"), faults=((f"/payload/{name}", "institution_fixed"),))
        case.payload, case.version = payload, case.version + 1
        case.place = self.place_of(case)
        return done()

    def delete(self, case: Case) -> Expected:
        """Only a draft goes away."""
        if case.status == "deleted":
            return refused((404, "not_found"))
        if case.status != "draft" or case.filer != "doctor":
            return refused((409, "wrong_state"))
        case.status = "deleted"
        return done(204)

    def act(
        self, actor: str, office: str, case: Case, action: str, version: int | None, said: Said, today: date
    ) -> Expected:
        """One action of the table: role, state, version, words, person, then the preconditions."""
        if (realm_of(actor), action) in REASONED and not said.comment:
            return refused((422, "invalid_body"))
        if not self.sees(actor, office, case):
            return refused((404, "not_found"))
        if not any(row.action == action and role_of(actor) in row.roles for row in TABLE):
            return refused((403, "role_not_allowed"))
        row = next((one for one in self.rows(actor, case, today) if one.action == action), None)
        if row is None:
            return refused((409, "wrong_state"))
        refusal = _version(case, version) or self._words(case, row, said)
        if refusal is None and action in BY_ANOTHER and case.decided_by == actor:
            refusal = refused((403, "same_person"))
        if refusal := refusal or self._preconditions(case, row, today):
            return refusal
        self.move(actor, case, row, today)
        return done()

    def _words(self, case: Case, row: Row, said: Said) -> Expected | None:
        """What has to be said; after a correction, a further list names places that it changed, or below them."""
        if row.explained and not said.comment:
            return refused((422, "invalid_body"), faults=(("/comment", "missing"),))
        if row.action == "submit" and not is_complete(case.kind, case.payload, case.filer):
            return refused((422, "invalid_body"))
        if row.action != "request_correction" or case.corrected is None:
            return None
        if not said.places:
            return refused((422, "invalid_body"), faults=(("/field_comments", "missing"),))
        faults = tuple(
            (f"/field_comments/{index}/pointer", "unchanged")
            for index, place in enumerate(said.places)
            if not any(place == one or place.startswith(f"{one}/") for one in case.changed)
        )
        return refused((422, "invalid_body"), faults=faults) if faults else None

    def _preconditions(self, case: Case, row: Row, today: date) -> Expected | None:
        if row.action == "submit" and self.hindered(case, today, routed=case.filer == "institution"):
            return refused((409, "not_eligible"))
        if (row.action, case.status) == ("submit", "draft") and self.under_way(case.kind, case.registration):
            return refused((409, "open_application_exists"))
        if row.target == "approved" and self.hindered(case, today, routed=True):
            return refused((409, "not_eligible"))
        if row.action == "set_aside" and case.status == "approved":
            assert case.registration is not None
            if case.registration.depended_on(case):
                return refused((409, "later_entries_depend"))
            if self.world.register.held not in (None, case.registration):
                return refused((409, "registration_exists"))
        return None

    def _about(self, kind: str) -> Registration | None:
        return None if kind == "registration" else self.world.register.held

    def _of_filing(self, case: Case, today: date) -> list[tuple[int, str]]:
        wrong = []
        if not is_complete(case.kind, case.payload, case.filer):
            wrong.append((422, "invalid_body"))
        if self.hindered(case, today, routed=False):
            wrong.append((409, "not_eligible"))
        if self.under_way(case.kind, case.registration):
            wrong.append((409, "open_application_exists"))
        return wrong

    def _file(self, case: Case, today: date) -> None:
        self._add(case)
        case.version, case.first_submitted = 2, today

    def _add(self, case: Case) -> None:
        case.place = self.reviewer(case)
        self.all.append(case)


def _version(case: Case, version: int | None) -> Expected | None:
    if version is None:
        return refused((428, "precondition_required"))
    return refused((412, "stale_version")) if version != case.version else None
