"""The workflow over HTTP against the contract's model: three realms, seven roles, a clock that moves."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.journeys.contract_model import ACTIONS_OF, COMPLETE, ROLES, TABLE, Said
from tests.journeys.machine import ORDINARY_WAY, Registration
from tests.journeys.stage import Stage
from tests.journeys.troupe import realm_of
from tests.support.database import fresh_system

SEQUENCES = 200
STEPS = 30
CORRECTION = (*ORDINARY_WAY[:2], ("authority_handler", "request_correction"))
WAYS = {
    "draft": (),
    "institution_review": ORDINARY_WAY[:1],
    "institution_returned": (*ORDINARY_WAY[:1], ("institution_handler", "return")),
    "authority_review": ORDINARY_WAY[:2],
    "correction_required": CORRECTION,
    "accepted": ORDINARY_WAY,
}
WORDS = Said("请核对")
STRANGERS = [
    (role, action) for role in ROLES for action in ACTIONS_OF[realm_of(role)] if role not in TABLE[action][0]
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with fresh_system(tmp_path_factory.mktemp("stage")) as (made, _), Stage(made).open() as opened:
        yield opened


def begin(stage: Stage, way: tuple[tuple[str, str], ...]) -> Registration:
    """A play with a complete draft that has gone some steps."""
    Registration.stage = stage
    play = Registration()
    play.create(COMPLETE)
    for role, action in way:
        play.act(role, 0, action, "seen", WORDS)
    return play


def test_service_and_contract_agree_on_every_sequence(stage: Stage) -> None:
    Registration.stage = stage
    Registration.taken.clear()
    run_state_machine_as_test(
        Registration,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # Chance came this far; rarer turns are taken on purpose below.
    assert Registration.taken["once", "request_correction"] > 0
    assert Registration.taken["accepted", "approve"] > 0


@pytest.mark.parametrize(
    ("source", "action"), [(source, action) for action, row in TABLE.items() for source in row[1]]
)
def test_every_row_of_the_table_is_taken(stage: Stage, source: str, action: str) -> None:
    """Chance need not come by each row, so each is taken once on purpose."""
    play = begin(stage, WAYS[source])
    before = play.taken[source, action]
    play.act(TABLE[action][0][0], 0, action, "seen", WORDS)
    assert play.taken[source, action] == before + 1
    play.look_around()
    play.teardown()


@pytest.mark.parametrize("status", ["accepted", "correction_required", "authority_review"])
def test_a_role_that_never_may_hears_so_in_every_status(stage: Stage, status: str) -> None:
    """The role is judged before the state, the version and the words."""
    play = begin(stage, WAYS[status])
    for role, action in STRANGERS:
        play.act(role, 0, action, "stale")
    play.teardown()


def test_a_correction_that_changed_nothing_is_not_asked_for_again(stage: Stage) -> None:
    play = begin(stage, (*CORRECTION, ("doctor", "submit")))
    assert play.model.case is not None
    assert (play.model.case.status, play.model.case.changed) == ("authority_review", [])
    play.act("authority_handler", 0, "request_correction", "seen", WORDS)
    play.act("authority_handler", 0, "accept", "seen")
    play.teardown()


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
def test_a_further_list_is_about_what_the_correction_changed(stage: Stage, places: tuple[str, ...]) -> None:
    play = begin(stage, CORRECTION)
    play.mend("third")
    play.act("authority_handler", 0, "request_correction", "seen", WORDS._replace(places=places))
    play.look_around()
    play.teardown()


def test_what_changed_after_the_institution_returned_a_correction_counts(stage: Stage) -> None:
    play = begin(stage, CORRECTION)
    play.edit(COMPLETE._replace(form="second"), "seen")
    play.act("doctor", 0, "submit", "seen")
    play.act("institution_handler", 0, "return", "seen", WORDS)
    play.mend("third")
    assert play.model.case is not None
    assert play.model.case.changed == ["/payload/form/health", "/payload/form/work_history"]
    play.look_around()
    play.teardown()
