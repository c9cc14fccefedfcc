"""Turns that chance rarely takes: what happens to a case while something else happens to its doctor."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.journeys.model.eligibility import years_before
from tests.journeys.moves import Moves
from tests.journeys.stage import Stage
from tests.journeys.walks import (
    ANOTHER,
    APPROVER,
    ENDED,
    ENDORSER,
    FILED,
    HANDLER,
    change_to,
    corrected,
    registered,
    submitted,
)

# What a change of the main institution does to what is under way


def test_a_correction_goes_to_the_institution_that_is_the_main_one_by_then(moves: Moves) -> None:
    """What the old institution endorsed is no endorsement of the new one (I3)."""
    case = corrected(moves, "filing", FILED)
    change_to(moves, 1)
    moves.act("doctor", case, "submit")
    assert (case.status, case.place) == ("institution_review", moves.places[1])
    moves.act(ENDORSER, case, "endorse")
    moves.act(APPROVER, case, "approve")
    assert case.status == "approved"


def test_who_corrects_it_meanwhile_does_not_move_it_to_another_desk(moves: Moves) -> None:
    case = corrected(moves, "filing", FILED)
    change_to(moves, 1)
    moves.edit("doctor", case, {"reason_code": "03"}, "seen")
    assert case.place == moves.places[2]
    moves.looks.look(ENDORSER, moves.places[1], case)
    moves.act("doctor", case, "submit")


def test_a_report_of_the_institution_that_was_left_comes_too_late(moves: Moves) -> None:
    case = moves.report(ENDORSER, moves.places[2], "filing", FILED, "已离岗")
    assert case is not None
    moves.act(HANDLER, case, "request_correction")
    change_to(moves, 1)
    moves.act(ENDORSER, case, "submit")
    assert case.status == "correction_required"


def test_what_is_before_the_institution_that_was_left_is_not_approved(moves: Moves) -> None:
    case = submitted(moves, "filing", FILED)
    change_to(moves, 1)
    moves.act(ENDORSER, case, "endorse")
    moves.act(APPROVER, case, "approve")
    assert case.status == "authority_review"


# The end of a registration


def test_the_end_of_a_registration_ends_what_is_under_way(moves: Moves) -> None:
    authority = moves.troupe.authority_of[moves.places[2]]
    kept = moves.create("change", moves.filled("change", 0) | {"reason": "调动"})
    additional = submitted(moves, "multi_institution", moves.filled("multi_institution", 0))
    moves.choose(authority, "direct_handling_countersigned")
    proposed = moves.direct("filing", FILED)
    moves.choose(authority, "direct_handling_countersigned")
    moves.direct("deregistration", ENDED)
    assert kept is not None
    assert proposed is not None
    assert [case.status for case in (kept, additional, proposed)] == ["draft", "terminated", "terminated"]
    for case in (additional, proposed):
        moves.looks.look("doctor", "", case)


def test_setting_a_registration_aside_ends_what_is_under_way(moves: Moves) -> None:
    case = submitted(moves, "filing", FILED)
    moves.act(ANOTHER, moves.model.all[0], "set_aside")
    assert case.status == "terminated"
    moves.looks.look("doctor", "", case)


def test_what_is_under_way_goes_on_if_the_end_is_undone_at_once(moves: Moves) -> None:
    moves.prompt = False
    case, ended = submitted(moves, "filing", FILED), moves.direct("deregistration", ENDED)
    assert ended is not None
    moves.act(ANOTHER, ended, "set_aside")
    moves.deliver()
    assert case.status == "institution_review"
    moves.looks.look("doctor", "", case)


def test_a_draft_about_a_registration_that_ended_is_not_for_the_next(moves: Moves) -> None:
    draft = moves.create("filing", FILED)
    assert draft is not None
    moves.direct("deregistration", ENDED)
    moves.direct("registration", {"institution_id": moves.places[2]})
    moves.act("doctor", draft, "submit")
    assert draft.status == "draft"
    moves.looks.options()
    assert moves.create("filing", FILED) is not None


def test_a_deregistration_is_not_set_aside_beside_a_later_registration(moves: Moves) -> None:
    ended = moves.direct("deregistration", ENDED)
    assert ended is not None
    moves.direct("registration", {"institution_id": moves.places[0]})
    moves.act(ANOTHER, ended, "set_aside", place=moves.places[2])
    assert ended.status == "approved"


def test_a_decision_is_set_aside_by_another_approver_and_the_last_one_first(moves: Moves) -> None:
    change, filed = change_to(moves, 0), moves.direct("filing", FILED)
    assert filed is not None
    moves.act(ANOTHER, change, "set_aside")
    moves.act(APPROVER, filed, "set_aside")
    assert (change.status, filed.status) == ("approved", "approved")
    moves.act(ANOTHER, filed, "set_aside")
    moves.act(ANOTHER, change, "set_aside")
    assert (change.status, filed.status) == ("set_aside", "set_aside")


# Days


def test_an_objection_leaves_the_term_of_acceptance(moves: Moves) -> None:
    case = moves.report(ENDORSER, moves.places[2], "filing", FILED, "已离岗")
    assert case is not None
    moves.troupe.stage.clock.advance(timedelta(days=2))
    moves.act("doctor", case, "object")
    moves.troupe.stage.clock.advance(timedelta(days=8))
    moves.deliver()
    assert case.status == "accepted"
    moves.looks.look("doctor", "", case)


def test_reminded_then_escalated_and_still_with_the_institution(moves: Moves) -> None:
    case = submitted(moves, "filing", FILED)
    for version in (3, 4):
        moves.troupe.stage.clock.advance(timedelta(days=21))
        moves.deliver()
        moves.looks.look("doctor", "", case)
        assert (case.status, case.version) == ("institution_review", version)


@pytest.mark.parametrize("late", [0, 1])
def test_a_filing_is_cancelled_within_two_years_to_the_day(moves: Moves, late: int) -> None:
    """Judged at the first submission, so that a slow desk does not defeat it."""
    moves.direct("filing", FILED)
    day = moves.troupe.today
    draft = moves.create("filing_cancellation", {"reason": "返聘"})
    assert draft is not None
    limit = day.replace(year=day.year + 2)
    assert years_before(limit, 2) == day
    moves.troupe.stage.clock.advance(timedelta(days=(limit - day).days + late))
    moves.act("doctor", draft, "submit")
    assert draft.status == ("draft" if late else "institution_review")
    if not late:
        moves.troupe.stage.clock.advance(timedelta(days=60))
        moves.act(ENDORSER, draft, "endorse")
        moves.act(APPROVER, draft, "approve")
        assert draft.status == "approved"


@pytest.mark.parametrize("early", [0, 1])
def test_who_stopped_for_two_years_to_the_day_trains_again(moves: Moves, early: int) -> None:
    """医师法 19: 中止医师执业活动二年以上, which includes the day."""
    moves.direct("deregistration", ENDED)
    day = moves.troupe.today
    moves.troupe.stage.clock.advance(timedelta(days=(day.replace(year=day.year + 2) - day).days - early))
    moves.looks.options()
    assert (moves.create("registration", {}) is not None) == bool(early)


@pytest.mark.parametrize("how", ["not_yet", "on_its_last_day", "over"])
def test_an_additional_practice_is_in_force_on_its_days(stage: Stage, how: str) -> None:
    moves = registered(stage, 0)
    today = moves.troupe.today
    days = {"valid_from": today + timedelta(days=2), "valid_to": today + timedelta(days=9)}
    period = {name: day.isoformat() for name, day in days.items()}
    moves.direct("multi_institution", moves.filled("multi_institution", 1) | period)
    moves.troupe.stage.clock.advance(timedelta(days={"not_yet": 1, "on_its_last_day": 9, "over": 10}[how]))
    held = moves.model.world.register.held
    assert held is not None
    assert len(held.in_force(moves.troupe.today)) == (2 if how == "on_its_last_day" else 1)
    moves.looks.registrations()
    moves.end()


def test_choices_of_an_authority(stage: Stage) -> None:
    """A change ends every additional practice where the authority has chosen so."""
    moves = registered(stage, 0)
    moves.direct("multi_institution", moves.filled("multi_institution", 1))
    moves.choose(moves.troupe.authority_of[moves.places[2]], "change_ends_additional")
    change_to(moves, 2)
    held = moves.model.world.register.held
    assert held is not None
    assert not held.additional(moves.troupe.today)
    moves.end()


@pytest.mark.parametrize("allowed", ["nobody", "present", "new"])
def test_a_change_while_filed_is_for_the_authority_that_allows_it(stage: Stage, allowed: str) -> None:
    """Before an institution is chosen the present authority is asked, then that of the new institution."""
    moves = registered(stage, 0)
    moves.direct("filing", FILED)
    if allowed != "nobody":
        place = moves.places[0 if allowed == "present" else 1]
        moves.choose(moves.troupe.authority_of[place], "change_while_filed")
    begun = moves.create("change", {})
    assert (begun is not None) == (allowed == "present")
    if begun is None:
        begun = moves.create("change", moves.filled("change", 1) | {"reason": "住所迁移"})
    if allowed != "present":
        assert (begun is not None) == (allowed == "new")
    if begun is not None and allowed == "new":
        moves.pass_through(begun, 4)
        held = moves.model.world.register.held
        assert held is not None
        assert (held.status, held.main) == ("filed", moves.places[1])
    moves.end()


def test_what_another_office_has_open_keeps_an_authority_from_handling_it_directly(stage: Stage) -> None:
    """The authority cannot see the other's case, and yet there is one case of a kind about a person."""
    moves = Moves(stage, Counter())
    case = moves.create("registration", moves.filled("registration", 0))
    assert case is not None
    moves.add_photo(case)
    moves.act("doctor", case, "submit")
    place = {"institution_id": moves.places[1]}
    assert (
        moves.handle_directly("authority_approver", moves.places[1], "registration", place, "依职权") is None
    )
    moves.act("doctor", case, "withdraw")
    assert (
        moves.handle_directly("authority_approver", moves.places[1], "registration", place, "依职权")
        is not None
    )
    moves.end()


def test_what_a_closed_institution_hinders(moves: Moves) -> None:
    """Nobody begins there, and nobody is kept from leaving it."""
    moves.keep(moves.places[2], closed=True)
    left = submitted(moves, "filing", FILED)
    moves.act(HANDLER, left, "take_over")
    moves.act(APPROVER, left, "approve")
    assert left.status == "approved"
    back = moves.create("filing_cancellation", {"reason": "返聘"})
    assert back is not None
    moves.act("doctor", back, "submit")
    assert back.status == "draft"


def test_nobody_is_registered_beside_a_registration(stage: Stage) -> None:
    moves = Moves(stage, Counter())
    first = moves.create("registration", moves.filled("registration", 0))
    assert first is not None
    moves.add_photo(first)
    moves.act("doctor", first, "submit")
    moves.act(ENDORSER, first, "endorse")
    assert moves.direct("registration", {"institution_id": moves.places[2]}) is None  # one is under way
    moves.act(APPROVER, first, "approve")
    assert moves.direct("registration", {"institution_id": moves.places[2]}) is None  # and one is held
    moves.end()
