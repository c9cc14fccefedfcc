"""The workflow table against the contract's, written out row by row: every status, action, role and filer."""

from itertools import product

import pytest

from registry_api.kit.roles import ROLES, Role
from registry_api.workflow.engine import ActionRefused, RoleRefused, available, decide
from registry_api.workflow.table import (
    ACTIONS,
    HOLDERS,
    OPEN_STATUSES,
    STATUSES,
    TABLE,
    Action,
    Filer,
    Status,
)

DOCTOR = {"doctor"}
INSTITUTION = {"institution_handler", "institution_administrator"}
HANDLER = {"authority_handler", "authority_approver"}
APPROVER = {"authority_approver"}
SYSTEM = {"system"}
FILERS: tuple[Filer, ...] = ("doctor", "institution", "authority")
ANY, APPLIED, REPORTED, DIRECT = "DIA", "D", "I", "A"
STAYS = None
UNDER_WAY = (
    "institution_review",
    "institution_returned",
    "authority_review",
    "correction_required",
    "accepted",
)
WITH_AUTHORITY = ("authority_review", "correction_required", "accepted")

ROWS: tuple[tuple[str, str, set[str], tuple[str, ...], str | None, bool], ...] = (
    # action, filers, who may, from, to, whether a comment is required
    ("submit", APPLIED, DOCTOR, ("draft", "institution_returned"), "institution_review", False),
    ("resubmit", APPLIED, DOCTOR, ("correction_required",), "authority_review", False),
    ("resubmit_for_endorsement", APPLIED, DOCTOR, ("correction_required",), "institution_review", False),
    ("withdraw", APPLIED, DOCTOR, UNDER_WAY, "withdrawn", False),
    ("report", REPORTED, INSTITUTION, ("draft",), "authority_review", True),
    ("resubmit", REPORTED, INSTITUTION, ("correction_required",), "authority_review", False),
    ("withdraw", REPORTED, INSTITUTION, WITH_AUTHORITY, "withdrawn", True),
    ("object", REPORTED, DOCTOR, WITH_AUTHORITY, STAYS, True),
    ("endorse", APPLIED, INSTITUTION, ("institution_review",), "authority_review", False),
    ("return", APPLIED, INSTITUTION, ("institution_review",), "institution_returned", True),
    ("accept", ANY, HANDLER | SYSTEM, ("authority_review",), "accepted", False),
    ("request_correction", ANY, HANDLER, ("authority_review",), "correction_required", True),
    ("decline", ANY, APPROVER, ("authority_review",), "not_accepted", True),
    ("approve", ANY, APPROVER, ("authority_review", "accepted"), "approved", False),
    ("refuse", ANY, APPROVER, ("authority_review", "accepted"), "refused", True),
    ("take_over", APPLIED, HANDLER, ("institution_review",), "authority_review", True),
    ("file_direct", DIRECT, APPROVER, ("draft",), "approved", True),
    ("file_for_countersign", DIRECT, APPROVER, ("draft",), "countersign", True),
    ("countersign", ANY, APPROVER, ("countersign",), "approved", False),
    ("discard", ANY, APPROVER, ("countersign",), "terminated", True),
    ("set_aside", ANY, APPROVER, ("approved", "refused", "not_accepted"), "set_aside", True),
    ("terminate", ANY, APPROVER | SYSTEM, UNDER_WAY, "terminated", True),
    ("terminate", ANY, SYSTEM, ("countersign",), "terminated", True),
    ("remind", ANY, SYSTEM, ("institution_review",), STAYS, False),
    ("escalate", ANY, SYSTEM, ("institution_review",), STAYS, False),
)
CONTRACT: dict[tuple[str, str, str], tuple[set[str], str, bool]] = {
    (source, action, filer): (roles, target or source, comment)
    for action, filers, roles, sources, target, comment in ROWS
    for source in sources
    for filer in FILERS
    if filer[0].upper() in filers
}
"""(status, action, filer) → who may, what becomes of it, whether a comment is required."""
EVERYBODY: tuple[Role, ...] = (*ROLES, "client", "system")
DECIDE_NOTHING: tuple[Role, ...] = ("authority_administrator", "authority_auditor", "client")


@pytest.mark.parametrize("filer", FILERS)
@pytest.mark.parametrize("status", STATUSES)
def test_engine_allows_exactly_what_the_contract_allows(status: Status, filer: Filer) -> None:
    for action, role in product(ACTIONS, EVERYBODY):
        roles, target, comment = CONTRACT.get((status, action, filer), (set(), "", False))
        if role in roles:
            row = decide(status, action, role, filer)
            assert (row.target_from(status), row.comment == "required") == (target, comment), (action, role)
        else:
            may = [one for (_, named, _), (one, _, _) in CONTRACT.items() if named == action]
            never = all(role not in one for one in may)
            with pytest.raises(RoleRefused if never else ActionRefused):
                decide(status, action, role, filer)


@pytest.mark.parametrize("filer", FILERS)
@pytest.mark.parametrize("role", EVERYBODY)
def test_available_names_exactly_what_would_succeed(role: Role, filer: Filer) -> None:
    for status in STATUSES:
        expected = {
            action
            for (where, action, started), (roles, _, _) in CONTRACT.items()
            if (where, started) == (status, filer) and role in roles
        }
        found = [row.action for row in available(status, role, filer)]
        assert (set(found), len(found)) == (expected, len(expected))


@pytest.mark.parametrize("role", DECIDE_NOTHING)
def test_administrators_auditors_and_programs_decide_nothing(role: Role) -> None:
    assert [one for one in product(STATUSES, FILERS) if available(one[0], role, one[1])] == []


def test_a_source_an_action_and_a_filer_occur_once() -> None:
    pairs: list[tuple[Status, Action, Filer]] = [
        (source, row.action, filer) for row in TABLE for source in row.sources for filer in row.filers
    ]
    assert len(pairs) == len(set(pairs)) == len(CONTRACT)


def test_only_a_decision_leaves_a_finished_status_and_only_to_be_set_aside() -> None:
    finished = set(STATUSES) - set(OPEN_STATUSES)
    leaving = {row.action for row in TABLE if finished & set(row.sources)}
    assert leaving == {"set_aside"}
    assert {row.target for row in TABLE if row.action in leaving} == {"set_aside"}
    assert not [row for row in TABLE if {"withdrawn", "terminated", "set_aside"} & set(row.sources)]


@pytest.mark.parametrize("filer", FILERS)
def test_whatever_was_started_can_come_to_its_end(filer: Filer) -> None:
    """From each open status that a filer's application reaches, people can bring it to a decision."""
    onward = {
        status: {
            row.target_from(status) for role in ROLES for row in available(status, role, filer) if row.target
        }
        for status in STATUSES
    }
    reached: set[str] = {"draft"}
    while more := {target for status in reached for target in onward[status]} - reached:  # type: ignore[index]
        reached |= more
    beginnings = {"doctor": "institution_review", "institution": "authority_review", "authority": "approved"}
    assert beginnings[filer] in reached
    for status in reached & set(OPEN_STATUSES):
        seen: set[str] = {status}
        while more := {target for one in seen for target in onward[one]} - seen:  # type: ignore[index]
            seen |= more
        assert "approved" in seen, status
        assert seen & {"refused", "terminated"}, status


def test_every_status_lies_on_the_desk_of_who_can_move_it() -> None:
    for status in STATUSES:
        realms = {role.split("_")[0] for row in TABLE if status in row.sources for role in row.roles}
        holder = {"applicant": "doctor", "none": None}.get(HOLDERS[status], HOLDERS[status])
        if holder is not None:
            assert holder in realms
        if holder is None:
            assert realms <= {"authority"}


def test_what_the_system_does_by_itself_decides_nothing() -> None:
    by_system = {row.action for row in TABLE if "system" in row.roles}
    assert by_system == {"accept", "terminate", "remind", "escalate"}
