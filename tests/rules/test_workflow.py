"""The workflow table against the contract's, written out row by row: every status, action and role."""

from itertools import product

import pytest

from registry_api.kit.roles import ROLES, Role
from registry_api.workflow.engine import ActionRefused, RoleRefused, available, decide
from registry_api.workflow.table import ACTIONS, HOLDERS, OPEN_STATUSES, STATUSES, TABLE, Action, Status

DOCTOR = {"doctor"}
INSTITUTION = {"institution_handler", "institution_administrator"}
HANDLER = {"authority_handler", "authority_approver"}
APPROVER = {"authority_approver"}

CONTRACT: dict[tuple[str, str], tuple[set[str], str, bool]] = {
    ("draft", "submit"): (DOCTOR, "institution_review", False),
    ("institution_returned", "submit"): (DOCTOR, "institution_review", False),
    ("correction_required", "resubmit"): (DOCTOR, "authority_review", False),
    ("correction_required", "resubmit_for_endorsement"): (DOCTOR, "institution_review", False),
    ("institution_review", "withdraw"): (DOCTOR, "withdrawn", False),
    ("institution_returned", "withdraw"): (DOCTOR, "withdrawn", False),
    ("authority_review", "withdraw"): (DOCTOR, "withdrawn", False),
    ("correction_required", "withdraw"): (DOCTOR, "withdrawn", False),
    ("accepted", "withdraw"): (DOCTOR, "withdrawn", False),
    ("institution_review", "endorse"): (INSTITUTION, "authority_review", False),
    ("institution_review", "return"): (INSTITUTION, "institution_returned", True),
    ("authority_review", "accept"): (HANDLER | {"system"}, "accepted", False),
    ("authority_review", "request_correction"): (HANDLER, "correction_required", True),
    ("authority_review", "decline"): (APPROVER, "not_accepted", True),
    ("authority_review", "approve"): (APPROVER, "approved", False),
    ("authority_review", "refuse"): (APPROVER, "refused", True),
    ("accepted", "approve"): (APPROVER, "approved", False),
    ("accepted", "refuse"): (APPROVER, "refused", True),
}
"""(status, action) → who may, what becomes of it, whether a comment is required."""
EVERYBODY: tuple[Role, ...] = (*ROLES, "client", "system")
DECIDE_NOTHING: tuple[Role, ...] = ("authority_administrator", "authority_auditor", "client")


@pytest.mark.parametrize("status", STATUSES)
def test_engine_allows_exactly_what_the_contract_allows(status: Status) -> None:
    for action, role in product(ACTIONS, EVERYBODY):
        roles, target, comment = CONTRACT.get((status, action), (set(), "", False))
        if role in roles:
            row = decide(status, action, role)
            assert (row.target, row.comment == "required") == (target, comment), (action, role)
        else:
            never = all(role not in may for (_, named), (may, _, _) in CONTRACT.items() if named == action)
            with pytest.raises(RoleRefused if never else ActionRefused):
                decide(status, action, role)


@pytest.mark.parametrize("role", EVERYBODY)
def test_available_names_exactly_what_would_succeed(role: Role) -> None:
    for status in STATUSES:
        expected = {
            action for (where, action), (roles, _, _) in CONTRACT.items() if where == status and role in roles
        }
        assert {row.action for row in available(status, role)} == expected


@pytest.mark.parametrize("role", DECIDE_NOTHING)
def test_administrators_auditors_and_programs_decide_nothing(role: Role) -> None:
    assert [status for status in STATUSES if available(status, role)] == []


def test_a_source_and_an_action_occur_once() -> None:
    pairs: list[tuple[Status, Action]] = [(source, row.action) for row in TABLE for source in row.sources]
    assert len(pairs) == len(set(pairs)) == len(CONTRACT)


def test_nothing_leaves_a_finished_status_and_every_open_one_can_end() -> None:
    sources = {source for row in TABLE for source in row.sources}
    assert sources <= set(OPEN_STATUSES)
    # 待复核 comes with direct handling; until then nothing reaches it.
    assert set(OPEN_STATUSES) - sources == {"countersign"}
    assert "countersign" not in {row.target for row in TABLE}


def test_every_status_lies_on_the_desk_of_who_can_move_it() -> None:
    for status in STATUSES:
        realms = {role.split("_")[0] for row in TABLE if status in row.sources for role in row.roles}
        holder = {"applicant": "doctor", "none": None}.get(HOLDERS[status], HOLDERS[status])
        if holder is not None and status != "countersign":
            assert holder in realms
        if holder is None:
            assert realms == set()
