"""A registration as its entries make it: its statuses and its places, each with its days. Pure.

Days are civil days in Asia/Shanghai. `valid_to` is the last day that counts, as the law counts; `ended_on` is the
first day on which something ended early no longer counts. 备案 suspends every practice and 取消备案 restores those not
expired (domain rules after Order 13), so neither touches a place: a place is in force while the registration is valid.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

Status = Literal["valid", "filed", "suspended", "deregistered", "revoked"]
PlaceKind = Literal["main", "additional"]
EndKind = Literal["changed", "became_main", "cancelled", "deregistered", "set_aside"]

PlaceStatus = Literal["not_begun", "in_force", "suspended", "expired", "ended", "cancelled"]

FILING_YEARS = 2
OVER: tuple[Status, ...] = ("deregistered", "revoked")


class LedgerRefused(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The entry cannot follow what is there; `code` names the rule."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened on a day. `details` is JSON: ids and days are text. `reverses_id` is a set_aside's only."""

    id: UUID
    kind: str
    effective_on: date
    details: Mapping[str, Any]
    reverses_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A period of practice at an institution that one entry allowed, and by what it ended early, if it did."""

    entry_id: UUID
    institution_id: UUID
    authority_id: UUID
    kind: PlaceKind
    valid_from: date
    valid_to: date | None
    ended_on: date | None = None
    end_kind: EndKind | None = None
    ended_by: UUID | None = None
    origin_id: UUID | None = field(default=None, compare=False)
    """The entry that first allowed what a set_aside resumed."""

    def runs_on(self, day: date) -> bool:
        """Whether its own dates include the day; it is in force if the registration is valid then, too."""
        return self.valid_from <= day and self.lasts(day)

    def lasts(self, day: date) -> bool:
        """Whether it has not ended by the day, begun or not."""
        return (self.valid_to is None or day <= self.valid_to) and (
            self.ended_on is None or day < self.ended_on
        )

    def comes_from(self, entry_id: UUID) -> bool:
        """Whether the entry allowed it, at first or again."""
        return entry_id in (self.entry_id, self.origin_id)

    def overlaps(self, other: "Place") -> bool:
        """Whether both have a day in common."""
        start = max(self.valid_from, other.valid_from)
        return self.runs_on(start) and other.runs_on(start)


@dataclass(frozen=True, slots=True)
class Standing:
    """A period of one status, from the day of its entry to the day of the next."""

    entry_id: UUID
    status: Status
    valid_from: date
    ended_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether this is the status on the day; one that ended on its first day never was."""
        return self.valid_from <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True, slots=True)
class Step:
    """An entry, and the ledger that it found."""

    entry: Entry
    before: "Ledger | None"


@dataclass(frozen=True, slots=True)
class Ledger:
    """A registration as its entries make it."""

    status: Status
    registered_on: date
    authority_id: UUID
    filed_on: date | None = None
    filing_institution_id: UUID | None = None
    standings: tuple[Standing, ...] = ()
    places: tuple[Place, ...] = ()
    trail: tuple[Step, ...] = field(default=(), compare=False, repr=False)


def status_on(standings: Iterable[Standing], day: date) -> Status | None:
    """The status on a day; None before the registration, or before what the register knows of it."""
    return next((standing.status for standing in standings if standing.holds_on(day)), None)


def in_force(standings: Iterable[Standing], places: Iterable[Place], day: date) -> list[Place]:
    """Where the registration allowed practice on a day, the main institution first."""
    if status_on(standings, day) != "valid":
        return []
    return sorted((place for place in places if place.runs_on(day)), key=lambda place: place.kind != "main")


def day_of(text: str) -> date:
    """A day as `details` holds it, ISO 8601. Raises LedgerRefused."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LedgerRefused("no_such_day") from None


def last_day_of_filing(filed_on: date) -> date:
    """The last day on which a 备案 can be cancelled: two years, as 民法典 202 counts them."""
    try:
        return filed_on.replace(year=filed_on.year + FILING_YEARS)
    except ValueError:  # 29 February: the last day of the month
        return filed_on.replace(year=filed_on.year + FILING_YEARS, day=28)


def place_status(place: Place, status: Status, day: date) -> PlaceStatus:
    """How a place stands on a day on which its registration has the status."""
    if place.ended_on is not None and place.ended_on <= day:
        return "cancelled" if place.end_kind == "cancelled" else "ended"
    if not place.lasts(day):
        return "expired"
    if day < place.valid_from:
        return "not_begun"
    return "in_force" if status == "valid" else "suspended"
