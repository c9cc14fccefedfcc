"""The register as the domain notes describe it (1.1, 6): registrations, practices, and what each decision does."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

_ABOUT_PRACTICES = ("multi_institution", "multi_institution_cancellation")


@dataclass(eq=False)
class Practice:
    """A right to practise at an institution, both days included."""

    institution: str
    main: bool
    first: date
    last: date | None = None
    ended: date | None = None
    """First day on which it no longer counts."""
    origin: "Entry | None" = None
    """The decision that allowed it first."""

    def over(self, day: date) -> bool:
        """Whether it no longer counts, nor ever will."""
        return self.ended is not None or (self.last is not None and self.last < day)


@dataclass(eq=False)
class Entry:
    """What a decision did, and what it found."""

    kind: str
    case: Any
    institution: str | None
    found: tuple[str, date | None, str | None]
    begun: list[Practice] = field(default_factory=list)
    ended: list[Practice] = field(default_factory=list)
    undone: bool = False


@dataclass(eq=False)
class Registration:
    """One 执业注册."""

    status: str = "valid"
    since: date = date.min
    filed_on: date | None = None
    filing_institution: str | None = None
    practices: list[Practice] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    id: str = ""
    """As the service calls it."""

    @property
    def held(self) -> bool:
        """Whether it has not ended."""
        return self.status in ("valid", "filed")

    @property
    def main(self) -> str | None:
        """The main institution."""
        return next((one.institution for one in self.practices if one.main and one.ended is None), None)

    def additional(self, day: date) -> list[Practice]:
        """多执业机构备案 that are not over: in force, to come, or suspended."""
        return [one for one in self.practices if not one.main and not one.over(day)]

    def in_force(self, day: date) -> list[Practice]:
        """Where the doctor may practise on a day, now or earlier decided."""
        if self.status != "valid":
            return []
        return [one for one in self.practices if one.first <= day and not one.over(day)]

    def approve(self, case: Any, institution: str | None, day: date, *, end_additional: bool) -> None:
        """The effect of an approval."""
        entry = Entry(case.kind, case, institution, (self.status, self.filed_on, self.filing_institution))
        self.entries.append(entry)
        match case.kind:
            case "registration":
                self._begin(entry, Practice(str(institution), True, day))
                self.since = day
            case "change":
                for one in self.practices:
                    if one.main or one.institution == institution or end_additional:
                        self._end(entry, one, day)
                self._begin(entry, Practice(str(institution), True, day))
            case "multi_institution":
                first = max(date.fromisoformat(case.payload["valid_from"]), day)
                last = date.fromisoformat(case.payload["valid_to"])
                self._begin(entry, Practice(str(institution), False, first, last))
            case "multi_institution_cancellation":
                self._end(entry, case.practice, day)
            case "filing":
                self._stand("filed", day, day, institution)
            case "filing_cancellation":
                self._stand("valid", day)
            case "deregistration":
                for one in self.practices:
                    self._end(entry, one, day)
                self._stand("deregistered", day)

    def depended_on(self, case: Any) -> bool:
        """Whether later decisions rest on this one: all do, but those on practices at another institution."""
        entry = self.entry_of(case)
        later = self.entries[self.entries.index(entry) + 1 :]
        return any(
            not one.undone
            and not (
                one.kind in _ABOUT_PRACTICES
                and entry.kind in _ABOUT_PRACTICES
                and one.institution != entry.institution
            )
            for one in later
        )

    def set_aside(self, case: Any, day: date) -> None:
        """What the decision did is undone from this day on."""
        entry = self.entry_of(case)
        entry.undone = True
        if entry.kind == "registration":
            for one in self.practices:
                self._end(entry, one, day)
            self._stand("revoked", day)
            return
        for one in self.practices:
            if one.origin is entry:
                self._end(entry, one, day, noted=False)
        for one in entry.ended:
            if one.last is None or one.last >= day:
                again = Practice(one.institution, one.main, max(day, one.first), one.last, origin=one.origin)
                self.practices.append(again)
        if entry.kind not in _ABOUT_PRACTICES and entry.found != (
            self.status,
            self.filed_on,
            self.filing_institution,
        ):
            status, filed_on, institution = entry.found
            self._stand(status, day, filed_on, institution)

    def entry_of(self, case: Any) -> Entry:
        """What an approved application did."""
        return next(one for one in self.entries if one.case is case)

    def _begin(self, entry: Entry, practice: Practice) -> None:
        practice.origin = entry
        self.practices.append(practice)
        entry.begun.append(practice)

    def _end(self, entry: Entry, practice: Practice, day: date, *, noted: bool = True) -> None:
        if practice.over(day):
            return
        practice.ended = day
        if noted:
            entry.ended.append(practice)

    def _stand(
        self, status: str, day: date, filed_on: date | None = None, institution: str | None = None
    ) -> None:
        self.status, self.since = status, day
        self.filed_on, self.filing_institution = filed_on, institution


@dataclass
class Register:
    """All registrations of the doctor, the oldest first."""

    registrations: list[Registration] = field(default_factory=list)

    @property
    def held(self) -> Registration | None:
        """The one that has not ended."""
        return next((one for one in self.registrations if one.held), None)

    @property
    def last_end(self) -> date | None:
        """When the doctor last stopped being registered."""
        return max((one.since for one in self.registrations if not one.held), default=None)
