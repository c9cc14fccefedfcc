"""Applications as the contract moves them: the expected answer to every request, and what becomes of the case."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

from tests.journeys.model.eligibility import Question, World
from tests.journeys.model.payloads import NAMED, OWN_PARTICULARS, Payload, changed
from tests.journeys.model.register import Practice, Registration
from tests.journeys.model.table import OPEN, TABLE, Row, realm_of, role_of

SHANGHAI = timezone(timedelta(hours=8))
ACCEPTANCE_DAYS, REMINDER_DAYS, ESCALATION_DAYS = 5, 10, 5


class Expected(NamedTuple):
    """The answer that the contract promises: if several things are wrong, any of them may be what is said."""

    outcomes: frozenset[tuple[int, str | None]]
    faults: tuple[tuple[str, str], ...] | None = None
    """Pointers and codes, where the contract names them."""

    @property
    def succeeds(self) -> bool:
        """Whether the request does something."""
        return all(status < 400 for status, _ in self.outcomes)


def done(status: int = 200) -> Expected:
    """It succeeds."""
    return Expected(frozenset({(status, None)}))


def refused(*outcomes: tuple[int, str], faults: tuple[tuple[str, str], ...] | None = None) -> Expected:
    """It is refused for one of these."""
    return Expected(frozenset(outcomes), faults)


class Said(NamedTuple):
    """The words of a decision: a comment, and the places that field comments point at."""

    comment: str = ""
    places: tuple[str, ...] = ()


@dataclass(eq=False)
class Case:
    """One application."""

    kind: str
    filer: str
    registration: Registration | None
    """The one that it is about, or made."""
    payload: Payload = field(default_factory=dict)
    status: str = "draft"
    version: int = 1
    place: str | None = None
    """The institution that reviews it, or did."""
    endorsed: Payload | None = None
    """What was filled in when it passed the institution, or was taken over from it."""
    corrected: Payload | None = None
    """What was filled in when a correction was requested last."""
    changed: list[str] = field(default_factory=list)
    first_submitted: date | None = None
    act_by: date = date.max
    timer: tuple[str, date] | None = None
    """What the system does after a day if nobody acts."""
    decided_by: str | None = None
    id: str = ""
    photo_id: str = ""
    tracked: bool = True

    @property
    def practice(self) -> Practice:
        """The additional practice that it is about."""
        practice = self.payload["additional_practice_id"]
        assert isinstance(practice, Practice)
        return practice


@dataclass
class Cases:
    """The applications of one doctor, and who sees and may do what."""

    world: World
    working: Mapping[date, bool]
    """Exceptions from Monday to Friday."""
    taken: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """How often each row succeeded from each status, by filer."""
    all: list[Case] = field(default_factory=list)

    def open_of(self, kind: str, registration: Registration | None) -> Case | None:
        """The unfinished application of a type about a registration, or about the person."""
        return next(
            (
                one
                for one in self.all
                if one.kind == kind
                and one.status in OPEN
                and (kind == "registration" or one.registration is registration)
            ),
            None,
        )

    def under_way(self, kind: str, registration: Registration | None) -> bool:
        """Whether one is open that others than its filer know of; a draft stands in nobody else's way."""
        return any(
            one.kind == kind
            and one.status in OPEN
            and one.status != "draft"
            and (kind == "registration" or one.registration is registration)
            for one in self.all
        )

    def sees(self, actor: str, office: str, case: Case) -> bool:
        """Whether somebody at an institution, or at its authority, sees the application."""
        if case.status == "deleted":
            return False
        if realm_of(actor) == "doctor":
            return True
        if case.status == "draft" or case.place is None:
            return False
        if realm_of(actor) == "institution":
            return case.place == office
        return self.world.authority_of[case.place] == self.world.authority_of[office]

    def rows(self, actor: str, case: Case, today: date) -> list[Row]:
        """What the role may do with the case now."""
        correctable = case.corrected is None or bool(case.changed)
        stalled = case.act_by < today or case.place in self.world.closed
        return [
            row
            for row in TABLE
            if role_of(actor) in row.roles
            and case.filer in row.filers
            and case.status in row.sources
            and (row.action != "request_correction" or correctable)
            and (row.action != "take_over" or stalled)
        ]

    def actions(self, actor: str, case: Case, today: date) -> list[str]:
        """The same by name, as answers list them."""
        return sorted({row.action for row in self.rows(actor, case, today)})

    def asked(self, case: Case, today: date) -> Question:
        """What its eligibility is asked about."""
        return Question(case.kind, case.filer, case.payload, today, case.first_submitted)

    def reviewer(self, case: Case) -> str | None:
        """The institution that would have to look at it now."""
        return self.world.reviewer(case.kind, case.payload, case.registration)

    def hindered(self, case: Case, today: date, *, routed: bool) -> bool:
        """Whether it may not be submitted, or not be approved (`routed`) by those before whom it is."""
        registration = case.registration
        found = self.world.hindrances(self.asked(case, today), registration)
        return bool(found) or (routed and self.reviewer(case) != case.place)

    def move(self, actor: str, case: Case, row: Row, today: date) -> None:
        """The row is taken: status, version, and what is noted with it."""
        self.taken[row.action, case.filer, case.status] += 1
        source, target = case.status, row.target
        if row.action == "submit":
            target = self._submit(case, source, today)
        elif row.action in ("approve", "refuse") and source == "authority_review":
            case.version += 1  # the acceptance is recorded first
        elif row.action == "request_correction":
            self.taken["again" if case.corrected else "once", row.action] += 1
            case.corrected = case.payload
        elif row.action == "set_aside" and source == "approved":
            assert case.registration is not None
            case.registration.set_aside(case, today)
        case.version += 1
        if target is None:
            return
        if target in ("approved", "refused", "not_accepted"):
            case.decided_by = actor
        if row.action in ("endorse", "take_over"):
            case.endorsed = case.payload
        self.reach(case, target, today)
        if target == "approved":
            self.take_effect(case, today)

    def _submit(self, case: Case, source: str, today: date) -> str:
        """Where a submission goes; what the institution stands for it does not look at again."""
        reviewer = self.reviewer(case)
        case.first_submitted = case.first_submitted or today
        if case.corrected is not None:
            case.changed = changed(case.corrected, case.payload)
        unseen = case.endorsed is None or bool(
            set(changed(case.endorsed, case.payload)).difference(OWN_PARTICULARS)
        )
        moved, case.place = reviewer != case.place, reviewer
        if case.filer == "institution":
            case.endorsed = case.payload
            return "authority_review"
        if source == "correction_required" and not unseen and not moved:
            self.taken["unchanged", "submit"] += 1
            return "authority_review"
        case.endorsed = None
        return "institution_review"

    def reach(self, case: Case, status: str, today: date) -> None:
        """The status begins, and with it its term."""
        case.status, case.timer = status, None
        if status == "institution_review":
            case.act_by = self.working_days(today, REMINDER_DAYS)
            case.timer = "remind", case.act_by
        elif status == "authority_review":
            case.timer = "accept", self.working_days(today, ACCEPTANCE_DAYS)

    def take_effect(self, case: Case, today: date) -> None:
        """What an approval makes of the register."""
        self.taken["effect", case.kind, case.filer] += 1
        if case.registration is None:
            case.registration = Registration()
            self.world.register.registrations.append(case.registration)
        authority = self.world.authority_of[case.place or ""]
        case.registration.approve(
            case,
            case.place,
            today,
            end_additional=(authority, "change_ends_additional") in self.world.settings,
        )

    def deliver(self, now: datetime) -> None:
        """The worker: what terms have run out, and what has lost its subject."""
        today = now.astimezone(SHANGHAI).date()
        for case in self.all:
            if case.timer is None or now <= _end_of(case.timer[1]):
                continue
            action, _ = case.timer
            self.taken[action, "system", case.status] += 1
            case.timer = None
            case.version += 1
            if action == "accept":
                self.reach(case, "accepted", today)
            elif action == "remind":
                case.timer = "escalate", self.working_days(today, ESCALATION_DAYS)
        for case in self.all:
            if case.kind == "registration" or case.status not in OPEN or case.status == "draft":
                continue
            if case.registration is not None and not case.registration.held:
                self.taken["terminate", "system", case.status] += 1
                case.version += 1
                self.reach(case, "terminated", today)

    def working_days(self, day: date, count: int) -> date:
        """So many working days later."""
        while count:
            day += timedelta(days=1)
            count -= self.working.get(day, day.weekday() < 5)
        return day

    def place_of(self, case: Case) -> str | None:
        """Where an application is that may still go elsewhere: fixed once the institution's part is done."""
        fixed = case.status == "correction_required"
        return case.place if fixed else self.reviewer(case)

    def is_fixed(self, case: Case, payload: Payload) -> bool:
        """Whether new content names another institution although that is fixed."""
        if case.status != "correction_required" or case.kind not in (
            *NAMED,
            "multi_institution_cancellation",
        ):
            return False
        return self.world.reviewer(case.kind, payload, case.registration) != case.place


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
