"""What the contract promises of 执业注册, written down a second time: the state machine compares the two."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

SHANGHAI = timezone(timedelta(hours=8))
ROLES = (
    "doctor",
    "institution_handler",
    "institution_administrator",
    "authority_handler",
    "authority_approver",
    "authority_administrator",
    "authority_auditor",
)
_INSTITUTION = ("institution_handler", "institution_administrator")
_HANDLING = ("authority_handler", "authority_approver")
_APPROVING = ("authority_approver",)
ACCEPTANCE_DAYS = 5
EDITABLE = ("draft", "institution_returned", "correction_required")
OPEN = (*EDITABLE, "institution_review", "authority_review", "accepted")

Sources = tuple[str, ...]
TABLE: dict[str, tuple[tuple[str, ...], Sources, str, bool]] = {
    # action: by whom, from, to, whether a comment is required. A correction is submitted like a draft.
    "submit": (("doctor",), EDITABLE, "institution_review", False),
    "withdraw": (
        ("doctor",),
        ("institution_review", "institution_returned", "authority_review", "correction_required", "accepted"),
        "withdrawn",
        False,
    ),
    "endorse": (_INSTITUTION, ("institution_review",), "authority_review", False),
    "return": (_INSTITUTION, ("institution_review",), "institution_returned", True),
    "accept": (_HANDLING, ("authority_review",), "accepted", False),
    "request_correction": (_HANDLING, ("authority_review",), "correction_required", True),
    "decline": (_APPROVING, ("authority_review",), "not_accepted", True),
    "approve": (_APPROVING, ("authority_review", "accepted"), "approved", False),
    "refuse": (_APPROVING, ("authority_review", "accepted"), "refused", True),
}
ACTIONS_OF: dict[str, tuple[str, ...]] = {
    "doctor": ("submit", "withdraw"),
    "institution": ("endorse", "return"),
    "authority": ("accept", "request_correction", "decline", "approve", "refuse"),
}
COMPLETE_FORMS: dict[str, dict[str, object]] = {
    "first": {},
    "second": {"health": "良好"},
    "third": {
        "health": "良好",
        "work_history": [
            {"from": "1996-01", "to": "2020-06", "unit": "丙村卫生室", "post": "医师", "witness": "丁一"}
        ],
    },
}
"""Forms that can be submitted: what each has otherwise than the first."""


class Content(NamedTuple):
    """What the applicant filled in: which of the two institutions, whether a photo, which form."""

    place: int | None = None
    photo: bool = False
    form: str = "empty"

    @property
    def complete(self) -> bool:
        """Whether it can be submitted."""
        return self.place is not None and self.photo and self.form in COMPLETE_FORMS

    def changed_since(self, before: "Content") -> list[str]:
        """Places in which a submitted content differs from one submitted earlier."""
        old, new = COMPLETE_FORMS[before.form], COMPLETE_FORMS[self.form]
        fields = [name for name in old | new if old.get(name) != new.get(name)]
        places = ["/payload/institution_id"] if self.place != before.place else []
        return sorted(places + [f"/payload/form/{name}" for name in fields])


COMPLETE = Content(0, photo=True, form="first")


class Expected(NamedTuple):
    """The answer that the contract promises; `faults` are pointers and codes, where it names them."""

    status: int
    code: str | None = None
    faults: tuple[tuple[str, str], ...] | None = None


class Said(NamedTuple):
    """The words of a decision: a comment, and the places that field comments point at."""

    comment: str = ""
    places: tuple[str, ...] = ()


@dataclass
class Case:
    """One application."""

    status: str = "draft"
    version: int = 1
    content: Content = field(default_factory=Content)
    endorsed: Content | None = None
    received_on: date | None = None
    corrected: Content | None = None
    """The content for which a correction was requested last."""
    changed: list[str] = field(default_factory=list)
    """Places that the resubmission changed."""


@dataclass
class Model:
    """One doctor, before two institutions with an authority each."""

    issued_on: date
    working: Mapping[date, bool]
    """Exceptions from Monday to Friday."""
    authorities: tuple[str, str]
    case: Case | None = None
    registered: bool = False
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each action succeeded from each status."""

    def sees(self, role: str, place: int) -> bool:
        """Whether somebody of this role at this place (or its authority) sees the application."""
        if self.case is None:
            return False
        if role == "doctor":
            return True
        at = self.case.content.place
        if self.case.status == "draft" or at is None:
            return False
        if role.startswith("institution"):
            return at == place
        return self.authorities[at] == self.authorities[place]

    def open_actions(self, role: str) -> list[str]:
        """What the role may do now."""
        case = self.case
        if case is None:
            return []
        used_up = case.corrected is not None and not case.changed
        return sorted(
            action
            for action, (roles, sources, _, _) in TABLE.items()
            if role in roles and case.status in sources and not (action == "request_correction" and used_up)
        )

    def eligible(self, today: date) -> bool:
        """Whether the person may apply: not registered, and certified within two years (Order 13 Art. 7)."""
        try:
            lapsed = self.issued_on < today.replace(year=today.year - 2)
        except ValueError:
            lapsed = self.issued_on < today.replace(year=today.year - 2, day=28)
        return not self.registered and not lapsed

    def create(self, today: date) -> Expected:
        """A new draft."""
        if not self.eligible(today):
            return Expected(409, "not_eligible")
        if self.case is not None and self.case.status in OPEN:
            return Expected(409, "open_application_exists")
        self.case = Case()
        return Expected(201)

    def edit(self, content: Content, version: int | None) -> Expected:
        """New content, and with it a new version; the same content changes nothing."""
        if self.case is None:
            return Expected(404, "not_found")
        if self.case.status not in EDITABLE:
            return Expected(409, "wrong_state")
        if refusal := self._version(version):
            return refusal
        if self.case.endorsed is not None and content.place != self.case.content.place:
            return Expected(422, "invalid_body", (("/payload/institution_id", "institution_fixed"),))
        if content != self.case.content:
            self.case.content, self.case.version = content, self.case.version + 1
        return Expected(200)

    def delete(self) -> Expected:
        """Only a draft goes away."""
        if self.case is None:
            return Expected(404, "not_found")
        if self.case.status != "draft":
            return Expected(409, "wrong_state")
        self.case = None
        return Expected(204)

    def act(
        self, role: str, place: int, action: str, version: int | None, said: Said, today: date
    ) -> Expected:
        """One action of the table: role, state, version, words, then the preconditions."""
        case = self.case
        if case is None or not self.sees(role, place):
            return Expected(404, "not_found")
        if role not in TABLE[action][0]:
            return Expected(403, "role_not_allowed")
        if action not in self.open_actions(role):
            return Expected(409, "wrong_state")
        if refusal := self._version(version) or self._words(case, action, said):
            return refusal
        if action in ("submit", "approve") and not self.eligible(today):
            return Expected(409, "not_eligible")
        self._take(case, action, today)
        return Expected(200)

    def _words(self, case: Case, action: str, said: Said) -> Expected | None:
        """What has to be said; after a correction, a further list names places that it changed, or below them."""
        if TABLE[action][3] and not said.comment:
            return Expected(422, "invalid_body", (("/comment", "missing"),))
        if action == "submit" and not case.content.complete:
            return Expected(422, "invalid_body")
        if action != "request_correction" or case.corrected is None:
            return None
        if not said.places:
            return Expected(422, "invalid_body", (("/field_comments", "missing"),))
        faults = tuple(
            (f"/field_comments/{index}/pointer", "unchanged")
            for index, place in enumerate(said.places)
            if not any(place == one or place.startswith(f"{one}/") for one in case.changed)
        )
        return Expected(422, "invalid_body", faults) if faults else None

    def _take(self, case: Case, action: str, today: date) -> None:
        target = TABLE[action][2]
        self.taken[case.status, action] += 1
        if action == "submit" and case.status == "correction_required" and case.content == case.endorsed:
            target = "authority_review"
            self.taken["unchanged", "submit"] += 1
        if action in ("approve", "refuse") and case.status == "authority_review":
            case.version += 1  # the acceptance is recorded first
        case.status, case.version = target, case.version + 1
        if action == "submit" and case.corrected is not None:
            case.changed = case.content.changed_since(case.corrected)
        elif action == "request_correction":
            self.taken["again" if case.corrected else "once", action] += 1
            case.corrected = case.content
        if target == "institution_review":
            case.endorsed = None
        elif target == "authority_review":
            case.received_on = today
        if action == "endorse":
            case.endorsed = case.content
        self.registered = self.registered or target == "approved"

    def deliver(self, now: datetime) -> None:
        """The worker: accepted when five working days have passed without a correction list."""
        case = self.case
        if case is None or case.status != "authority_review" or case.received_on is None:
            return
        day, left = case.received_on, ACCEPTANCE_DAYS
        while left:
            day += timedelta(days=1)
            left -= self.working.get(day, day.weekday() < 5)
        over = datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
        if now > over:
            self.taken["authority_review", "accept by default"] += 1
            case.status, case.version = "accepted", case.version + 1

    def _version(self, version: int | None) -> Expected | None:
        if version is None:
            return Expected(428, "precondition_required")
        if self.case is not None and version != self.case.version:
            return Expected(412, "stale_version")
        return None
