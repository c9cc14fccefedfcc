"""Seeded chance: everything synthetic is drawn here, so that one seed gives one world."""

from bisect import bisect
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, Literal, TypeVar
from uuid import UUID

T = TypeVar("T")

Stream = Literal["office", "doctor", "case", "journey"]
_STREAMS: dict[Stream, int] = {"office": 0, "doctor": 1, "case": 2, "journey": 3}


class Weighted(Generic[T]):
    """Values with weights, prepared once for many draws."""

    __slots__ = ("_bounds", "_total", "values")

    def __init__(self, weights: Sequence[tuple[T, float]]) -> None:
        self.values = tuple(value for value, _ in weights)
        self._bounds = tuple(accumulate(weight for _, weight in weights))
        self._total = self._bounds[-1]

    def at(self, point: float) -> T:
        """The value under `point`, which is in [0, 1)."""
        return self.values[bisect(self._bounds, point * self._total)]


class Chance:
    """Draws of one object: item `index` of `stream` depends on nothing but the seed and that index."""

    __slots__ = ("_random", "roll")

    def __init__(self, seed: int, stream: Stream, index: int) -> None:
        self._random = Random(((seed * len(_STREAMS) + _STREAMS[stream]) << 40) | index)
        self.roll = self._random.random
        """A float in [0, 1)."""

    def happens(self, probability: float) -> bool:
        """True with this probability."""
        return self.roll() < probability

    def pick(self, values: Sequence[T]) -> T:
        """One of the values, each as likely."""
        return values[int(self.roll() * len(values))]

    def draw(self, weighted: Weighted[T]) -> T:
        """One of the values by weight."""
        return weighted.at(self.roll())

    def between(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + int(self.roll() * (high - low + 1))

    def several(self, values: Sequence[T], count: int) -> list[T]:
        """Different values in the order in which `values` has them; all of them if there are fewer."""
        if count >= len(values):
            return list(values)
        return [values[index] for index in sorted(self._random.sample(range(len(values)), count))]

    def digits(self, count: int) -> str:
        """So many decimal digits."""
        return str(int(self.roll() * 10**count)).rjust(count, "0")

    def id_at(self, instant: datetime) -> UUID:
        """A UUIDv7 (RFC 9562) of that instant, so that seeded rows sort by the time they tell of."""
        milliseconds = (instant - _EPOCH) // _MILLISECOND
        bits = self._random.getrandbits(74)
        high = (milliseconds & 0xFFFFFFFFFFFF) << 16 | 0x7 << 12 | bits >> 62
        return UUID(int=high << 64 | 0b10 << 62 | bits & _LOW62)

    def office_hour(self, day: date) -> datetime:
        """An instant between 8:30 and 17:30 of that day in Shanghai, in UTC."""
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
            seconds=1800 + int(self.roll() * 9 * 3600), milliseconds=int(self.roll() * 1000)
        )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LOW62 = (1 << 62) - 1
