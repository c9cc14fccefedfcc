"""By which day the holder of an application should act."""

from datetime import date

from registry_api.kit.clock import DueDate, WorkingDays
from registry_api.workflow.table import Status

ACCEPTANCE_DAYS = 5
"""All missing items are named once within five working days, else the application counts as accepted on the day
it was received (行政许可法 32)."""
DECISION_DAYS = 20
"""Working days from acceptance to the decision (行政许可法 42)."""

ESCALATION_DAYS = 5
"""Working days after the reminder to an institution that sits on an application; then the authority hears of it."""

STATUTORY: dict[Status, int] = {"authority_review": ACCEPTANCE_DAYS, "accepted": DECISION_DAYS}
REMINDERS: dict[Status, int] = {
    "draft": 30,
    "institution_review": 10,
    "institution_returned": 30,
    "correction_required": 30,
}
"""No law sets these terms. After its own an institution is reminded, and then the authority is told; an applicant may
take longer, for what was begun stays open."""

TIMED: tuple[Status, ...] = ("institution_review", *STATUTORY)
"""Where an office can be late. A countersignature has no term of its own, and an applicant takes their time."""


def due(status: Status, since: date, calendar: WorkingDays) -> DueDate:
    """The last day of the term that `status` opens on `since`; that day itself if it opens none."""
    return calendar.add(since, STATUTORY.get(status, REMINDERS.get(status, 0)))
