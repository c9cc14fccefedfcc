"""Ways that several tests take with their people, and the fixtures for them."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.journeys.model.cases import Case
from tests.journeys.model.payloads import Payload
from tests.journeys.moves import Moves
from tests.journeys.stage import Stage
from tests.support.database import fresh_system

HANDLER, APPROVER, ANOTHER = "authority_handler", "authority_approver", "authority_approver_too"
ENDORSER = "institution_handler"
FILED: Payload = {"reason_code": "02"}
ENDED: Payload = {"reason_code": "07"}


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with fresh_system(tmp_path_factory.mktemp("stage")) as (made, _), Stage(made).open() as opened:
        yield opened


@pytest.fixture
def moves(stage: Stage) -> Iterator[Moves]:
    """The doctor is registered at the third institution, which can close."""
    made = registered(stage)
    yield made
    made.looks.around(None)
    made.looks.options()
    made.end()


def registered(stage: Stage, place: int = 2) -> Moves:
    """A play with a doctor whose main institution it is."""
    moves = Moves(stage, Counter())
    moves.direct("registration", {"institution_id": moves.places[place]})
    return moves


def submitted(moves: Moves, kind: str, payload: Payload, steps: int = 1) -> Case:
    case = moves.create(kind, payload)
    assert case is not None
    moves.pass_through(case, steps)
    return case


def corrected(moves: Moves, kind: str, payload: Payload) -> Case:
    case = submitted(moves, kind, payload, steps=2)
    moves.act(HANDLER, case, "request_correction")
    return case


def change_to(moves: Moves, place: int) -> Case:
    case = moves.direct("change", moves.filled("change", place) | {"reason": "调动"})
    assert case is not None
    return case
