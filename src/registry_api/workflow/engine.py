"""The engine over the table; the only importer of `transitions`."""

from dataclasses import dataclass

from transitions import Machine, MachineError

from registry_api.kit.roles import Role
from registry_api.workflow.table import STATUSES, TABLE, Action, Status, Transition

# One machine without models: it keeps no reference to what it moves, and a callback could move nothing half-way.
_MACHINE = Machine(
    model=None,
    states=list(STATUSES),
    initial="draft",
    transitions=[
        {"trigger": row.action, "source": source, "dest": row.target}
        for row in TABLE
        for source in row.sources
    ],
    auto_transitions=False,
    model_attribute="status",
)
_ROWS: dict[tuple[Status, Action], Transition] = {
    (source, row.action): row for row in TABLE for source in row.sources
}


class ActionRefused(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The action is not open to the role in this status; `available` is."""

    def __init__(self, status: Status, available: tuple[Action, ...]) -> None:
        super().__init__(f"not open in {status}")
        self.status = status
        self.available = available


@dataclass(slots=True)
class _Subject:
    status: Status


def available(status: Status, role: Role) -> tuple[Transition, ...]:
    """The rows open to `role` on an application in `status`, in the table's order."""
    return tuple(row for row in TABLE if status in row.sources and role in row.roles)


def decide(status: Status, action: Action, role: Role) -> Transition:
    """The row that `action` takes. Raises ActionRefused when the status or the role does not allow it."""
    row = _ROWS.get((status, action))
    open_actions = tuple(candidate.action for candidate in available(status, role))
    if row is None or role not in row.roles:
        raise ActionRefused(status, open_actions)
    subject = _Subject(status)
    try:
        _MACHINE.events[action].trigger(subject)
    except MachineError as error:
        raise ActionRefused(status, open_actions) from error
    if subject.status != row.target:
        raise AssertionError(f"the machine and the table differ on {status} and {action}")
    return row
