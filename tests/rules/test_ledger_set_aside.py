"""Setting an entry aside: from its day on as it was before, and only where nothing rests on it."""

from typing import Any
from uuid import UUID

import pytest

from registry_api.register.state import LedgerRefused
from tests.support.ledgers import History, at, on


@pytest.fixture
def history() -> History:
    """Registered at institution 1 on day 0, with additional ones until day 30 and 99."""
    made = History()
    made.register()
    made.additional(1, 2, 1, 30)
    made.additional(1, 3, 1, 99)
    return made


ALL = [("main", 1), ("additional", 3), ("additional", 2)]
LATER = [("main", 1), ("additional", 3)]


def refused(code: str) -> Any:
    return pytest.raises(LedgerRefused, match=f"^{code}$")


def test_a_change_set_aside_brings_the_old_places_back(history: History) -> None:
    change = history.change(10, 2, end_additional=True)
    history.set_aside(20, change)
    assert history.places(9) == ALL
    assert history.places(15) == [("main", 2)]
    assert history.places(20) == ALL
    assert history.places(31) == LATER
    assert str(history.ledger.authority_id) == at(1)["authority_id"]


def test_what_has_run_out_meanwhile_does_not_come_back(history: History) -> None:
    change = history.change(10, 2)
    history.set_aside(31, change)
    assert history.places(31) == LATER


def test_a_deregistration_set_aside_restores_the_status_before(history: History) -> None:
    history.file(5)
    ended = history.add(10, "deregistered", reason_code="11")
    history.set_aside(20, ended)
    assert [history.status(day) for day in (5, 10, 20)] == ["filed", "deregistered", "filed"]
    assert history.ledger.filed_on == on(5)
    history.add(21, "filing_cancelled")
    assert history.places(21) == ALL


def test_a_filing_and_its_cancellation_are_set_aside_in_turn(history: History) -> None:
    filing = history.file(5)
    cancelled = history.add(6, "filing_cancelled")
    with refused("later_entries_depend"):
        history.set_aside(7, filing)
    history.set_aside(7, cancelled)
    assert (history.status(7), history.ledger.filed_on) == ("filed", on(5))
    history.set_aside(8, filing)
    assert (history.status(8), history.ledger.filed_on) == ("valid", None)
    assert history.places(8) == ALL


def test_a_registration_set_aside_is_revoked(history: History) -> None:
    first = history.entries[0].id
    with refused("later_entries_depend"):
        history.set_aside(9, first)
    for filing in history.entries[:0:-1]:
        history.set_aside(9, filing.id)
    history.set_aside(9, first)
    assert (history.status(8), history.status(9)) == ("valid", "revoked")
    assert history.places(9) == []


def test_on_its_own_day_nothing_remains_of_it(history: History) -> None:
    change = history.change(10, 4)
    history.set_aside(10, change)
    assert history.places(10) == ALL


def test_practices_of_different_institutions_do_not_rest_on_each_other(history: History) -> None:
    second, third = (entry.id for entry in history.entries[1:])
    cancelled = history.cancel(5, third, 3)
    history.set_aside(6, second)
    assert history.places(6) == [("main", 1)]
    with refused("later_entries_depend"):
        history.set_aside(7, third)
    history.set_aside(7, cancelled)
    assert history.places(7) == LATER
    history.set_aside(8, third)
    assert history.places(8) == [("main", 1)]


def test_a_resumed_practice_is_cancelled_by_its_first_filing(history: History) -> None:
    third = history.entries[2].id
    history.set_aside(6, history.cancel(5, third, 3))
    history.cancel(7, third, 3)
    assert history.places(7) == [("main", 1), ("additional", 2)]


def test_a_practice_that_has_not_begun_resumes_on_its_own_day(history: History) -> None:
    filing = history.additional(2, 4, 50, 60)
    history.set_aside(6, history.cancel(5, filing, 4))
    assert history.places(49) == LATER
    assert history.places(50) == [("main", 1), ("additional", 4), ("additional", 3)]


def test_both_periods_at_one_institution_resume(history: History) -> None:
    history.additional(2, 2, 31, 60)
    history.set_aside(6, history.add(5, "deregistered", reason_code="11"))
    assert history.places(30) == history.places(31) == ALL


def test_an_entry_is_set_aside_once_and_a_setting_aside_never(history: History) -> None:
    change = history.change(10, 4)
    undoing = history.set_aside(11, change)
    with refused("set_aside_already"):
        history.set_aside(12, change)
    with refused("cannot_be_set_aside"):
        history.set_aside(12, undoing)
    with refused("no_such_entry"):
        history.set_aside(12, UUID(int=7))
