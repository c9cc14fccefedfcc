"""The engine over the table; the only importer of `transitions`."""

from dataclasses import dataclass
from functools import cache

from transitions import Machine, MachineError

from registry_api.kit.roles import Role
from registry_api.workflow.table import STATUSES, TABLE, Action, Filer, Status, Transition

# One machine without models: it keeps no reference to what it moves, and a callback could move nothing half-way.
_MACHINE = Machine(
    model=None,
    states=list(STATUSES),
    initial="draft",
    transitions=[
        {"trigger": row.action, "source": source, "dest": row.target_from(source)}
        for row in TABLE
        for source in row.sources
    ],
    auto_transitions=False,
    model_attribute="status",
)


class RoleRefused(Exception):  # noqa: N818
    """The action is never open to the role, whatever the status."""


class ActionRefused(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The action is not open to the role in this status."""


@dataclass(slots=True)
class _Subject:
    status: Status


@cache
def available(status: Status, role: Role, filer: Filer) -> tuple[Transition, ...]:
    """The rows open to `role` on an application of `filer` in `status`, in the table's order."""
    return tuple(row for row in TABLE if status in row.sources and role in row.roles and filer in row.filers)


def decide(status: Status, action: Action, role: Role, filer: Filer) -> Transition:
    """The row that `action` takes. Raises RoleRefused for a role that never may, ActionRefused for a wrong turn."""
    if not any(row.action == action and role in row.roles for row in TABLE):
        raise RoleRefused(action, role)
    row = next((row for row in available(status, role, filer) if row.action == action), None)
    if row is None:
        raise ActionRefused(status, action)
    subject = _Subject(status)
    try:
        _MACHINE.events[action].trigger(subject)
    except MachineError as error:
        raise ActionRefused(status, action) from error
    if subject.status != row.target_from(status):
        raise AssertionError(f"the machine and the table differ on {status} and {action}")
    return row
