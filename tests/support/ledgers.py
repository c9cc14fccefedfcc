"""Entries of one registration for tests of the ledger: few institutions, days counted from the first."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from registry_api.register.ledger import apply, fold
from registry_api.register.state import Entry, Ledger, Place, in_force, status_on

FIRST = date(2026, 1, 1)


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


def at(number: int) -> dict[str, Any]:
    """An institution and its authority, as details name them."""
    return {"institution_id": str(UUID(int=number)), "authority_id": str(UUID(int=100 + number))}


@dataclass
class History:
    """Entries as they are added; each keeps its number as its id."""

    entries: list[Entry] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        return fold(self.entries)

    def add(self, day: int, kind: str, *, reverses: UUID | None = None, **details: Any) -> UUID:
        """One more entry; nothing is kept of one that the ledger refuses."""
        entry = Entry(UUID(int=1000 + len(self.entries)), kind, on(day), details, reverses)
        apply(self.ledger if self.entries else None, entry)
        self.entries.append(entry)
        return entry.id

    def register(self, number: int = 1, day: int = 0) -> UUID:
        return self.add(day, "registered", **at(number))

    def additional(self, day: int, number: int, start: int, end: int) -> UUID:
        period: dict[str, Any] = {"valid_from": on(start).isoformat(), "valid_to": on(end).isoformat()}
        return self.add(day, "practice_added", **at(number), **period)

    def cancel(self, day: int, filing: UUID, number: int) -> UUID:
        return self.add(day, "practice_cancelled", practice_entry_id=str(filing), **at(number))

    def change(self, day: int, number: int, *, end_additional: bool = False) -> UUID:
        return self.add(day, "main_changed", **at(number), end_additional=end_additional)

    def file(self, day: int, number: int = 1) -> UUID:
        return self.add(day, "filed", reason_code="01", **at(number))

    def set_aside(self, day: int, entry: UUID) -> UUID:
        return self.add(day, "set_aside", reverses=entry)

    def places(self, day: int) -> list[tuple[str, int]]:
        """What is in force on a day: kind and number of the institution, the main one first."""
        ledger = self.ledger
        return sorted(seen(in_force(ledger.standings, ledger.places, on(day))), reverse=True)

    def status(self, day: int) -> str | None:
        return status_on(self.ledger.standings, on(day))


def seen(places: list[Place]) -> list[tuple[str, int]]:
    return [(place.kind, place.institution_id.int) for place in places]
