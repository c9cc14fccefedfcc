"""Civil days, and terms in working days against a naive model (行政许可法 82)."""

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.kit.clock import DueDate, MovableClock, SystemClock, WorkingDays, end_of_day

CALENDAR = list(
    csv.DictReader((files("registry_api.institutions") / "calendar.csv").read_text("utf-8").splitlines())
)
EXCEPTIONS = {date.fromisoformat(row["day"]): row["working"] == "true" for row in CALENDAR}
KNOWN_YEARS = {2024, 2025, 2026}
working_days = WorkingDays(EXCEPTIONS.items(), KNOWN_YEARS)
some_day = st.dates(date(2023, 6, 1), date(2027, 6, 1))


def naive_is_working(day: date) -> bool:
    return EXCEPTIONS.get(day, day.isoweekday() <= 5)


@given(some_day, st.integers(0, 60))
def test_a_term_ends_where_counting_day_by_day_ends(start: date, count: int) -> None:
    day, left, passed = start, count, []
    while left > 0:
        day += timedelta(days=1)
        passed.append(day)
        if naive_is_working(day):
            left -= 1

    provisional = any(one.year not in KNOWN_YEARS for one in passed)
    assert working_days.add(start, count) == DueDate(day, provisional)


@given(some_day, st.integers(1, 60))
def test_between_is_the_inverse_of_add(start: date, count: int) -> None:
    end = working_days.add(start, count).day

    assert working_days.between(start, end) == count
    assert working_days.between(end, start) == -count


@given(some_day, some_day, some_day)
def test_spans_add_up(first: date, second: date, third: date) -> None:
    direct = working_days.between(first, third)

    assert working_days.between(first, second) + working_days.between(second, third) == direct
    assert working_days.between(first, first) == 0


@pytest.mark.parametrize(
    ("start", "count", "end", "provisional"),
    [
        (date(2026, 11, 23), 5, date(2026, 11, 30), False),
        (date(2026, 9, 30), 1, date(2026, 10, 8), False),  # National Day
        (date(2026, 9, 19), 1, date(2026, 9, 20), False),  # a Sunday worked in exchange
        (date(2026, 2, 13), 2, date(2026, 2, 24), False),  # Spring Festival, one Saturday worked
        (date(2026, 12, 28), 3, date(2026, 12, 31), False),
        (date(2026, 12, 28), 4, date(2027, 1, 1), True),  # the holidays of 2027 are not announced
        (date(2026, 12, 31), 0, date(2026, 12, 31), False),
    ],
)
def test_terms_of_the_real_calendar(start: date, count: int, end: date, provisional: bool) -> None:
    assert working_days.add(start, count) == DueDate(end, provisional)


def test_unknown_years_count_by_weekends_alone() -> None:
    assert [working_days.is_known(year) for year in (2023, 2024, 2026, 2027)] == [False, True, True, False]
    assert working_days.is_working(date(2027, 10, 1))
    assert not working_days.is_working(date(2027, 10, 2))


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        working_days.add(date(2026, 11, 23), -1)


def test_the_calendar_holds_true_exceptions_only_once_each_in_order() -> None:
    days = [date.fromisoformat(row["day"]) for row in CALENDAR]

    assert days == sorted(set(days))
    assert all(working == (day.isoweekday() > 5) for day, working in EXCEPTIONS.items())
    assert {row["source"] for row in CALENDAR} == {"国务院办公厅通知"}
    assert all(row["name"] for row in CALENDAR)


@pytest.mark.parametrize(("year", "working"), [(2024, 251), (2025, 248), (2026, 248)])
def test_each_year_has_as_many_working_days_as_announced(year: int, working: int) -> None:
    new_years_eve = date(year - 1, 12, 31)

    assert working_days.between(new_years_eve, date(year, 12, 31)) == working


def test_a_civil_day_begins_at_midnight_in_shanghai() -> None:
    clock = MovableClock(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC))
    assert clock.today() == date(2026, 11, 23)

    clock.advance(timedelta(seconds=1))
    assert clock.today() == date(2026, 11, 24)
    assert clock.now() == end_of_day(date(2026, 11, 23)) == datetime(2026, 11, 23, 16, tzinfo=UTC)


def test_a_movable_clock_stands_where_it_is_set_and_speaks_utc() -> None:
    clock = MovableClock(datetime(2026, 1, 1, tzinfo=UTC))
    clock.set(datetime(2026, 5, 1, 8, tzinfo=timezone(timedelta(hours=8))))

    assert clock.now() == clock.now() == datetime(2026, 5, 1, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="aware"):
        clock.set(datetime(2026, 5, 1))  # noqa: DTZ001 (the naive instant is what is refused)


def test_the_system_clock_gives_the_present_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()

    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC
