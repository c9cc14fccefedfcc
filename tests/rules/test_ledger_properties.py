"""What holds of every history that the ledger accepts."""

from contextlib import suppress
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from registry_api.register.ledger import apply, fold
from registry_api.register.state import Entry, LedgerRefused, in_force, status_on
from tests.support.ledgers import History, at, on, seen

LAST = 120
_TRIES = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "practice_added",
                "practice_added",
                "practice_cancelled",
                "main_changed",
                "filed",
                "filing_cancelled",
                "deregistered",
                "set_aside",
                "set_aside",
            )
        ),
        st.integers(0, 9),  # days after the one before
        st.integers(1, 4),  # institution
        st.integers(0, 40),  # first day, or which entry
        st.integers(0, 60),  # length
    ),
    max_size=14,
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Whatever of some tries the ledger accepts."""
    history, day = History(), 0
    history.register()
    for kind, after, number, start, length in draw(_TRIES):
        day += after
        with suppress(LedgerRefused):
            _attempt(history, day, kind, number, start, length)
    return history


def _attempt(history: History, day: int, kind: str, number: int, start: int, length: int) -> None:
    chosen = history.entries[start % len(history.entries)].id
    more: dict[str, Any] = {}
    if kind == "practice_added":
        history.additional(day, number, day + start, day + start + length)
        return
    if kind == "practice_cancelled":
        more = {"practice_entry_id": str(chosen)}
    if kind == "main_changed":
        more = {"end_additional": length % 3 == 0}
    history.add(day, kind, reverses=chosen if kind == "set_aside" else None, **at(number), **more)


@given(histories())
def test_the_same_entries_make_the_same(history: History) -> None:
    ledger = None
    for entry in history.entries:
        ledger = apply(ledger, entry)
    assert ledger == fold(history.entries) == history.ledger


@given(histories())
def test_a_valid_day_has_one_main_institution_and_any_other_none_at_all(history: History) -> None:
    ledger = history.ledger
    for day in range(-1, LAST):
        places = in_force(ledger.standings, ledger.places, on(day))
        mains = [place for place in places if place.kind == "main"]
        valid = status_on(ledger.standings, on(day)) == "valid"
        assert len(mains) == valid, day
        assert valid or not places
        assert len({place.institution_id for place in places}) == len(places)


@given(histories())
def test_a_status_ends_on_the_day_on_which_the_next_begins(history: History) -> None:
    ledger = history.ledger
    for earlier, later in pairwise(ledger.standings):
        assert earlier.ended_on == later.valid_from
    assert (ledger.standings[-1].status, ledger.standings[-1].ended_on) == (ledger.status, None)
    assert (ledger.filed_on is None) == (ledger.status != "filed")


@given(histories())
def test_a_day_is_what_the_entries_up_to_it_make_of_it(history: History) -> None:
    ledger = history.ledger
    for day in range(LAST):
        until = fold(_until(history, day))
        assert status_on(ledger.standings, on(day)) == status_on(until.standings, on(day))
        places = (in_force(one.standings, one.places, on(day)) for one in (ledger, until))
        now, then = (sorted(seen(found)) for found in places)
        assert now == then, day


def _until(history: History, day: int) -> list[Entry]:
    return [entry for entry in history.entries if entry.effective_on <= on(day)]


@given(histories(), st.integers(0, 30))
def test_the_last_entry_set_aside_leaves_what_would_be_without_it(history: History, after: int) -> None:
    target = history.entries[-1]
    if target.kind in ("registered", "set_aside"):
        return
    first = (target.effective_on - on(0)).days + after
    without = fold(history.entries[:-1])
    history.set_aside(first, target.id)
    ledger = history.ledger
    assert (ledger.status, ledger.authority_id) == (without.status, without.authority_id)
    assert (ledger.filed_on, ledger.filing_institution_id) == (
        without.filed_on,
        without.filing_institution_id,
    )
    for day in range(first, first + LAST):
        places = (in_force(one.standings, one.places, on(day)) for one in (ledger, without))
        now, then = (sorted(seen(found)) for found in places)
        assert now == then, day
