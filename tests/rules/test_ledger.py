"""What each kind of entry does to a registration, on its day, before and after."""

from typing import Any

import pytest

from registry_api.register.ledger import fold
from registry_api.register.state import LedgerRefused
from tests.support.ledgers import History, at, on


@pytest.fixture
def history() -> History:
    """Registered at institution 1 on day 0."""
    made = History()
    made.register()
    return made


def refused(code: str) -> Any:
    return pytest.raises(LedgerRefused, match=f"^{code}$")


def test_a_registration_is_valid_from_its_day(history: History) -> None:
    assert (history.status(-1), history.status(0)) == (None, "valid")
    assert (history.places(-1), history.places(0)) == ([], [("main", 1)])


def test_the_last_day_of_an_additional_practice_counts(history: History) -> None:
    history.additional(1, 2, 5, 9)
    assert [history.places(day)[1:] for day in (4, 5, 9, 10)] == [
        [],
        [("additional", 2)],
        [("additional", 2)],
        [],
    ]


def test_an_additional_practice_does_not_begin_before_it_is_entered(history: History) -> None:
    history.additional(5, 2, 1, 9)
    assert history.places(4) == [("main", 1)]
    assert history.places(5) == [("main", 1), ("additional", 2)]
    with refused("ends_before_it_begins"):
        history.additional(5, 3, 1, 4)
    with refused("ends_before_it_begins"):
        history.additional(5, 3, 8, 7)


def test_a_practice_is_renewed_by_another_filing_after_it(history: History) -> None:
    history.additional(1, 2, 1, 9)
    with refused("practices_overlap"):
        history.additional(2, 2, 9, 20)
    history.additional(2, 2, 10, 20)
    assert history.places(15) == [("main", 1), ("additional", 2)]


def test_no_additional_practice_at_the_main_institution(history: History) -> None:
    with refused("practices_overlap"):
        history.additional(1, 1, 5, 9)


def test_a_change_moves_the_main_institution_and_keeps_other_filings(history: History) -> None:
    history.additional(1, 2, 1, 99)
    history.additional(1, 3, 1, 99)
    history.additional(1, 2, 100, 199)
    history.change(10, 2)
    assert history.places(9) == [("main", 1), ("additional", 3), ("additional", 2)]
    assert history.places(10) == [("main", 2), ("additional", 3)]
    assert history.places(150) == [("main", 2)]
    assert str(history.ledger.authority_id) == at(2)["authority_id"]
    assert sorted(place.end_kind or "" for place in history.ledger.places) == [
        "", "", "became_main", "became_main", "changed",
    ]  # fmt: skip
    with refused("main_institution_already"):
        history.change(11, 2)


def test_a_province_may_end_every_filing_with_a_change(history: History) -> None:
    history.additional(1, 3, 1, 99)
    history.change(10, 2, end_additional=True)
    assert history.places(10) == [("main", 2)]


def test_one_may_come_back_to_an_earlier_main_institution(history: History) -> None:
    history.change(10, 2)
    history.change(10, 1)
    assert history.places(10) == [("main", 1)]
    assert history.places(9) == [("main", 1)]


def test_a_cancelled_practice_ends_on_that_day(history: History) -> None:
    filing = history.additional(1, 2, 1, 99)
    with refused("no_such_practice"):
        history.cancel(5, filing, 3)
    history.cancel(5, filing, 2)
    assert (history.places(4)[1:], history.places(5)[1:]) == ([("additional", 2)], [])
    with refused("no_such_practice"):
        history.cancel(6, filing, 2)


def test_a_practice_cancelled_before_it_begins_was_never_in_force(history: History) -> None:
    filing = history.additional(1, 2, 50, 99)
    history.cancel(5, filing, 2)
    history.additional(6, 2, 50, 99)
    assert history.places(60) == [("main", 1), ("additional", 2)]


def test_a_practice_that_has_run_out_cannot_be_cancelled(history: History) -> None:
    filing = history.additional(1, 2, 1, 9)
    with refused("no_such_practice"):
        history.cancel(10, filing, 2)


def test_filing_suspends_everything_and_its_cancellation_restores_what_has_not_run_out(
    history: History,
) -> None:
    history.additional(1, 2, 1, 15)
    history.additional(1, 3, 1, 99)
    history.file(10)
    assert (history.status(9), history.status(10)) == ("valid", "filed")
    assert history.places(9) == [("main", 1), ("additional", 3), ("additional", 2)]
    assert history.places(12) == []
    assert history.ledger.filed_on == on(10)
    assert history.ledger.filing_institution_id is not None
    with refused("wrong_status"):
        history.additional(11, 4, 11, 20)
    with refused("wrong_status"):
        history.file(11)
    history.add(20, "filing_cancelled")
    assert history.places(20) == [("main", 1), ("additional", 3)]
    assert {history.ledger.filed_on, history.ledger.filing_institution_id} == {None}
    with refused("wrong_status"):
        history.add(21, "filing_cancelled")


def test_a_change_during_filing_moves_the_place_and_leaves_the_status(history: History) -> None:
    history.file(10)
    with refused("wrong_status"):
        history.change(11, 4)
    history.add(11, "main_changed", **at(4), while_filed=True)
    assert (history.status(11), history.places(11)) == ("filed", [])
    history.add(20, "filing_cancelled")
    assert history.places(20) == [("main", 4)]


@pytest.mark.parametrize("filed", [True, False])
def test_deregistration_ends_everything(history: History, filed: bool) -> None:
    history.additional(1, 2, 50, 99)
    if filed:
        history.file(5)
    history.add(10, "deregistered", reason_code="11")
    assert history.status(10) == "deregistered"
    assert {place.end_kind for place in history.ledger.places} == {"deregistered"}
    assert history.places(10) == history.places(60) == []
    assert history.ledger.filed_on is None
    for kind in ("deregistered", "filing_cancelled"):
        with refused("wrong_status"):
            history.add(11, kind)


def test_entries_follow_each_other(history: History) -> None:
    history.file(10)
    with refused("out_of_order"):
        history.add(9, "filing_cancelled")
    with refused("registered_already"):
        history.register(day=11)
    with refused("unknown_kind"):
        history.add(11, "forgotten")
    with refused("not_registered"):
        History().file(1)
    with refused("no_entry"):
        fold([])


OPENED: dict[str, Any] = {
    "status": "valid",
    "status_since": on(-500).isoformat(),
    "registered_on": on(-900).isoformat(),
    **at(1),
    "practices": [
        {**at(3), "kind": "main", "valid_from": on(-900).isoformat(), "valid_to": on(-101).isoformat()},
        {**at(1), "kind": "main", "valid_from": on(-100).isoformat()},
        {**at(2), "kind": "additional", "valid_from": on(-50).isoformat(), "valid_to": on(50).isoformat()},
    ],
}


def test_a_registration_is_taken_over_as_it_stood() -> None:
    history = History()
    history.add(0, "opened", **OPENED)
    assert (history.status(-501), history.status(-500)) == (None, "valid")
    assert history.places(-200) == [("main", 3)]
    assert history.places(0) == [("main", 1), ("additional", 2)]
    history.change(1, 2)
    assert history.places(1) == [("main", 2)]


def test_a_filing_is_taken_over_with_its_day() -> None:
    history = History()
    place = at(1)["institution_id"]
    history.add(0, "opened", **{**OPENED, "status": "filed", "filing_institution_id": place})
    assert history.ledger.filed_on == on(-500)
    history.add(1, "filing_cancelled")
    assert history.places(1) == [("main", 1), ("additional", 2)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status_since": on(-901).isoformat()}, "days_out_of_order"),
        ({"status_since": on(1).isoformat()}, "days_out_of_order"),
        ({"status_since": "yesterday"}, "no_such_day"),
        ({"status": "deregistered"}, "practice_outlives_registration"),
        ({"practices": []}, "no_main_institution"),
        ({"practices": [{**OPENED["practices"][1], "valid_to": on(9).isoformat()}]}, "no_main_institution"),
        ({"practices": OPENED["practices"] + OPENED["practices"][1:2]}, "practices_overlap"),
    ],
)
def test_what_contradicts_itself_is_not_taken_over(changes: dict[str, Any], code: str) -> None:
    with refused(code):
        History().add(0, "opened", **{**OPENED, **changes})
