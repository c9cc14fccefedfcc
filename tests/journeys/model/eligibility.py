"""What stands in the way of each of the seven types, and which institution reviews it (domain notes 1.1 to 1.3)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.journeys.model.payloads import NAMED, REASONS, Payload
from tests.journeys.model.register import Practice, Register, Registration


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@dataclass
class Question:
    """An application of one type by one filer, on a day."""

    kind: str
    filer: str
    payload: Payload
    today: date
    submitted: date | None = None
    """Day of the first submission."""
    complete: bool = True
    """Whether what is filled in counts."""


@dataclass
class World:
    """The doctor's part of the register, and the institutions around."""

    issued_on: date
    authority_of: dict[str, str]
    register: Register = field(default_factory=Register)
    closed: set[str] = field(default_factory=set)
    settings: set[tuple[str, str]] = field(default_factory=set)
    """(authority, name) of the choices that it has made otherwise than is usual."""

    def reviewer(self, kind: str, payload: Payload, registration: Registration | None) -> str | None:
        """The institution that has to look at it first."""
        if kind in NAMED:
            found = payload.get("institution_id")
            return str(found) if found else None
        if registration is None or not registration.held:
            return None
        if kind == "multi_institution_cancellation":
            practice = self.practice(payload)
            return practice.institution if practice in registration.practices else None
        return registration.filing_institution if kind == "filing_cancellation" else registration.main

    def practice(self, payload: Payload) -> Any:
        """The additional practice that is meant."""
        return payload.get("additional_practice_id")

    def hindrances(self, asked: Question, registration: Registration | None) -> list[str]:
        """Everything that stands in the way; `registration` is the one that it is about."""
        found = self._of_status(asked, registration)
        if asked.complete:
            found += self._of_content(asked, registration)
        return found

    def _of_status(self, asked: Question, registration: Registration | None) -> list[str]:
        status = registration.status if registration else "none"
        match asked.kind:
            case "registration":
                stopped, limit = self.register.last_end, years_before(asked.today, 2)
                untrained = self.issued_on < limit if stopped is None else stopped <= limit
                return ["registered"] * bool(self.register.held) + ["untrained"] * untrained
            case "multi_institution_cancellation":
                wrong = status not in ("valid", "filed")
                none = registration is None or not registration.additional(asked.today)
                return ["status"] * wrong + ["no additional practice"] * none
            case "filing_cancellation":
                filed_on = registration.filed_on if registration else None
                day = asked.submitted or asked.today
                late = filed_on is not None and filed_on < years_before(day, 2)
                return ["status"] * (status != "filed") + ["two years"] * late
            case "deregistration":
                return ["status"] * (status not in ("valid", "filed"))
            case "change" if status == "filed":
                return ["status"] * (not self._changes_while_filed(asked, registration))
        return ["status"] * (status != "valid")

    def _changes_while_filed(self, asked: Question, registration: Registration | None) -> bool:
        """Whether the authority of the new institution, or until one is chosen the present one, lets it change."""
        main = registration.main if registration else None
        authority = self.authority_of[self.reviewer(asked.kind, asked.payload, registration) or main or ""]
        return (authority, "change_while_filed") in self.settings

    def _of_content(self, asked: Question, registration: Registration | None) -> list[str]:
        place = self.reviewer(asked.kind, asked.payload, registration)
        main = registration.main if registration else None
        closed = ["closed"] * (place in self.closed)
        if asked.kind in ("change", "multi_institution") and place is not None and place == main:
            closed.append("main institution")
        if asked.kind == "multi_institution":
            closed += self._of_period(asked, registration)
        if asked.kind in NAMED or asked.kind == "filing_cancellation":
            return closed
        # A closed institution keeps nobody from leaving it.
        if asked.kind == "multi_institution_cancellation":
            held: list[Practice] = registration.additional(asked.today) if registration else []
            return ["not this practice"] * (self.practice(asked.payload) not in held)
        reason = asked.payload.get("reason_code", "")
        return ["reason"] * (reason != "" and asked.filer not in REASONS[asked.kind][reason])

    def _of_period(self, asked: Question, registration: Registration | None) -> list[str]:
        try:
            first = date.fromisoformat(asked.payload["valid_from"])
            last = date.fromisoformat(asked.payload["valid_to"])
        except (KeyError, TypeError):
            return []
        begins = max(first, asked.today)
        overlapping = registration is not None and any(
            one.institution == asked.payload.get("institution_id")
            and one.first <= last
            and (one.last is None or begins <= one.last)
            for one in registration.additional(asked.today)
        )
        found = ["order"] * (first >= last) + ["over"] * (last < asked.today)
        return found + ["overlap"] * overlapping
