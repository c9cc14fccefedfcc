"""All seven types over HTTP against the contract's model: three realms, seven roles, a clock that moves."""

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.journeys.machine import FILERS, Play
from tests.journeys.model.cases import Case
from tests.journeys.model.payloads import KINDS
from tests.journeys.model.table import ACTIONS_OF, ACTORS, ROLES, TABLE, realm_of
from tests.journeys.moves import WORDS, Moves
from tests.journeys.stage import Stage
from tests.journeys.walks import registered
from tests.support.database import fresh_system

ROUND = 200
"""Sequences on one database; each round begins with an empty one, so that its invariants are quickly checked."""
REACHED: dict[str, tuple[str, ...]] = {
    "doctor": (
        "draft",
        "institution_review",
        "institution_returned",
        "authority_review",
        "correction_required",
        "accepted",
        "approved",
        "refused",
        "not_accepted",
    ),
    "institution": (
        "authority_review",
        "correction_required",
        "accepted",
        "approved",
        "refused",
        "not_accepted",
    ),
    "authority": ("countersign", "approved"),
}
"""In which statuses an application by a filer can be at all."""
ENDINGS = {
    "authority_review": (),
    "correction_required": ("request_correction",),
    "accepted": ("accept",),
    "approved": ("approve",),
    "refused": ("refuse",),
    "not_accepted": ("decline",),
}
STRANGERS = [
    (role, action)
    for role in ROLES
    for action in ACTIONS_OF[realm_of(role)]
    if not any(row.action == action and role in row.roles for row in TABLE)
]


def test_service_and_contract_agree_on_every_sequence(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> None:
    """200 sequences of 50 steps; 2,000 of them with `--nightly`."""
    rounds = 10 if pytestconfig.getoption("--nightly") else 1
    Play.taken.clear()
    for number in range(rounds):
        folder = tmp_path_factory.mktemp(f"round{number}")
        with fresh_system(folder) as (made, _), Stage(made).open() as opened:
            Play.stage = opened
            run_state_machine_as_test(
                seed(number)(type("Round", (Play,), {})),
                settings=settings(
                    max_examples=ROUND,
                    stateful_step_count=50,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
    # Chance came this far; rarer turns are taken on purpose below.
    assert Play.taken["once", "request_correction"] > 0
    filers = {key[2] for key in Play.taken if key[0] == "effect"}
    assert {"doctor", "authority"} <= filers


def brought(moves: Moves, filer: str, status: str) -> Case:
    """A 备案 by a filer, in a status."""
    place, payload = moves.places[2], {"reason_code": "02"}
    if filer == "authority":
        if status == "countersign":
            moves.choose(moves.troupe.authority_of[place], "direct_handling_countersigned")
        case = moves.handle_directly("authority_approver", place, "filing", payload, "依职权")
    elif filer == "institution":
        case = moves.report("institution_handler", place, "filing", payload, "已离岗")
    else:
        case = moves.create("filing", payload)
    assert case is not None
    if filer == "doctor" and status != "draft":
        moves.act("doctor", case, "submit")
    if status == "institution_returned":
        moves.act("institution_handler", case, "return")
    if filer == "doctor" and status in ENDINGS:
        moves.act("institution_handler", case, "endorse")
    if filer != "authority":
        for action in ENDINGS.get(status, ()):
            moves.act("authority_approver", case, action)
    assert case.status == status
    return case


@pytest.mark.parametrize(
    ("action", "filer", "source"),
    [
        (row.action, filer, source)
        for row in TABLE
        for filer in row.filers
        for source in row.sources
        if source in REACHED[filer]
    ],
)
def test_every_row_of_the_table_is_taken(stage: Stage, action: str, filer: str, source: str) -> None:
    """Chance need not come by each row, so each is taken once on purpose."""
    moves = registered(stage)
    case = brought(moves, filer, source)
    if action == "take_over":
        moves.keep(moves.places[2], closed=True)
    row = next(row for row in TABLE if row.action == action and filer in row.filers and source in row.sources)
    actor = "authority_approver_too" if row.roles == ("authority_approver",) else row.roles[0]
    before = moves.model.taken[action, filer, source]
    moves.act(actor, case, action)
    assert moves.model.taken[action, filer, source] == before + 1
    moves.looks.around(case)
    moves.end()


@pytest.mark.parametrize("status", ["accepted", "correction_required", "authority_review", "approved"])
def test_a_role_that_never_may_hears_so_in_every_status(stage: Stage, status: str) -> None:
    """The role is judged before the state, the version and the words."""
    moves = registered(stage)
    case = brought(moves, "doctor", status)
    for role, action in STRANGERS:
        moves.act(role, case, action, "stale", WORDS)
    moves.end()


@pytest.mark.parametrize(
    ("filer", "status"), [(filer, status) for filer, statuses in REACHED.items() for status in statuses]
)
def test_what_is_not_open_is_refused_with_what_is(stage: Stage, filer: str, status: str) -> None:
    """Every action by everybody who may not take it now: the refusal names the status and what they may do."""
    moves = registered(stage)
    case = brought(moves, filer, status)
    for actor in ACTORS:
        for action in ACTIONS_OF[realm_of(actor)]:
            if action not in moves.model.actions(actor, case, moves.troupe.today):
                moves.act(actor, case, action)
    assert case.status == status
    moves.end()


PAYLOADS = {
    "change": {"reason": "住所迁移"},
    "filing": {"reason_code": "01"},
    "filing_cancellation": {"reason": "返聘"},
    "deregistration": {"reason_code": "07"},
}


@pytest.mark.parametrize("filer", FILERS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_type_by_each_filer_has_its_effect(stage: Stage, kind: str, filer: str) -> None:
    """By application, report (备案 and 注销 only) and direct handling: the register is what the model says."""
    moves = registered(stage)
    if kind == "registration":
        moves.direct("deregistration", {"reason_code": "07"})
    elif kind == "filing_cancellation":
        moves.direct("filing", {"reason_code": "02"})
    elif kind == "multi_institution_cancellation":
        moves.direct("multi_institution", moves.filled("multi_institution", 1))
    payload = moves.filled(kind, 0) | PAYLOADS.get(kind, {})
    case: Case | None
    if filer == "doctor":
        case = moves.create(kind, payload)
        assert case is not None
        if kind == "registration":
            moves.add_photo(case)
        moves.pass_through(case, 4)
    elif filer == "authority":
        case = moves.direct(kind, payload)
    else:
        case = moves.report("institution_administrator", moves.places[2], kind, payload, "已核实")
        if case is not None:
            moves.act("authority_approver", case, "approve")
    assert (case is not None and case.status == "approved") == (
        filer != "institution" or kind in ("filing", "deregistration")
    )
    moves.looks.around(case)
    moves.end()
