"""Time: the clock that tests can move, civil days, and working days (行政许可法 82)."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

# A fixed offset, so that no tz database is needed: China keeps UTC+8 all year since 1992.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class Clock(ABC):
    """Where the service learns the time; nothing else asks the operating system."""

    @abstractmethod
    def now(self) -> datetime:
        """The current instant, aware, in UTC."""

    def today(self) -> date:
        """The current civil day in Asia/Shanghai."""
        return self.now().astimezone(SHANGHAI).date()


class SystemClock(Clock):
    """The clock of the machine."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return datetime.now(UTC)


class MovableClock(Clock):
    """A clock that stands still until it is moved, for tests and demonstrations."""

    def __init__(self, instant: datetime) -> None:
        self.set(instant)

    def now(self) -> datetime:
        """The instant at which the clock stands, in UTC."""
        return self._instant

    def set(self, instant: datetime) -> None:
        """Move to an aware instant; raises ValueError on a naive one."""
        if instant.tzinfo is None:
            raise ValueError("the clock takes aware instants only")
        self._instant = instant.astimezone(UTC)

    def advance(self, span: timedelta) -> None:
        """Move by `span`."""
        self._instant += span


def end_of_day(day: date) -> datetime:
    """The instant at which a civil day in Asia/Shanghai ends (24:00), in UTC."""
    return datetime.combine(day + _ONE_DAY, time(), SHANGHAI).astimezone(UTC)


@dataclass(frozen=True)
class DueDate:
    """The last day of a term; provisional (暂定) if it rests on a year whose holidays are not announced."""

    day: date
    provisional: bool


class WorkingDays:
    """Monday to Friday, but for the exceptions that the State Council announces each year.

    A year without announcement counts by weekends alone, and what is computed from it is provisional.
    """

    def __init__(self, exceptions: Iterable[tuple[date, bool]], known_years: Collection[int]) -> None:
        """Take `(day, working)` rows and the years whose announcement they contain."""
        self._exceptions = dict(exceptions)
        self._known_years = frozenset(known_years)

    def is_known(self, year: int) -> bool:
        """Whether the holidays of this year are announced."""
        return year in self._known_years

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        exception = self._exceptions.get(day)
        return day.weekday() < _SATURDAY if exception is None else exception

    def add(self, day: date, count: int) -> DueDate:
        """The `count`-th working day after `day`; the day on which a term begins is not counted.

        Zero gives `day` itself. Raises ValueError on a negative count.
        """
        if count < 0:
            raise ValueError("a term has no negative length")
        provisional = False
        while count:
            day += _ONE_DAY
            provisional = provisional or not self.is_known(day.year)
            count -= self.is_working(day)
        return DueDate(day, provisional)

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative if `end` is earlier.

        The inverse of `add`. From today to a due day: 0 is due today, -1 is one working day late.
        """
        if end < start:
            return -self.between(end, start)
        days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
        return sum(map(self.is_working, days))
