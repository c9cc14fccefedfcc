"""Corrections that chance rarely takes: what may be asked for again, and to whom an application goes back."""

from datetime import timedelta

import pytest

from tests.journeys.model.payloads import FORMS
from tests.journeys.moves import WORDS, Moves
from tests.journeys.walks import APPROVER, ENDORSER, FILED, HANDLER, corrected, submitted


def test_a_correction_that_changed_nothing_is_not_asked_for_again(moves: Moves) -> None:
    case = corrected(moves, "filing", FILED)
    moves.act("doctor", case, "submit")
    assert (case.status, case.changed) == ("authority_review", [])
    moves.act(HANDLER, case, "request_correction")
    moves.act(HANDLER, case, "accept")


@pytest.mark.parametrize(
    "places",
    [
        (),
        ("/payload/form/postcode",),
        ("/payload/form/health", "/payload/form"),
        ("/payload/form/healthy", "/payload/form/work_history"),
        ("/payload/form/health",),
        ("/payload/form/work_history/0/from", "/payload/form/health"),
    ],
)
def test_a_further_list_is_about_what_the_correction_changed(moves: Moves, places: tuple[str, ...]) -> None:
    case = corrected(moves, "change", moves.filled("change", 0) | {"reason": "调动"})
    moves.edit("doctor", case, {**case.payload, "form": FORMS["third"]}, "seen")
    moves.act("doctor", case, "submit")
    moves.act(ENDORSER, case, "endorse")
    assert case.changed == ["/payload/form/health", "/payload/form/work_history"]
    moves.act(HANDLER, case, "request_correction", said=WORDS._replace(places=places))


def test_what_changed_after_the_institution_returned_a_correction_counts(moves: Moves) -> None:
    case = corrected(moves, "change", moves.filled("change", 0) | {"reason": "调动"})
    for form in ("second", "third"):
        moves.edit("doctor", case, {**case.payload, "form": FORMS[form]}, "seen")
        moves.act("doctor", case, "submit")
        moves.act(ENDORSER, case, "return" if form == "second" else "endorse")
    assert case.changed == ["/payload/form/health", "/payload/form/work_history"]


@pytest.mark.parametrize("reason", ["02", "03"])
def test_a_correction_of_what_was_taken_over(moves: Moves, reason: str) -> None:
    """As of what was endorsed: unchanged it goes to the authority, changed past the institution again."""
    case = submitted(moves, "filing", FILED)
    moves.keep(moves.places[2], closed=True)
    moves.act(HANDLER, case, "take_over")
    moves.act(HANDLER, case, "request_correction")
    moves.edit("doctor", case, {"reason_code": reason}, "seen")
    moves.act("doctor", case, "submit")
    if reason != "02":
        moves.act(HANDLER, case, "take_over")
    moves.act(APPROVER, case, "approve")
    assert case.status == "approved"


def test_the_institution_of_what_was_taken_over_is_fixed(moves: Moves) -> None:
    case = submitted(moves, "change", moves.filled("change", 0) | {"reason": "调动"})
    moves.troupe.stage.clock.advance(timedelta(days=40))
    moves.act(HANDLER, case, "take_over")
    moves.act(HANDLER, case, "request_correction")
    moves.edit("doctor", case, {**case.payload, "institution_id": moves.places[1]}, "seen")
    assert case.payload["institution_id"] == moves.places[0]
