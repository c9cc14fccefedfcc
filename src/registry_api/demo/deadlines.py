"""The working days that are shipped, for the deadlines of seeded applications."""

from datetime import date
from functools import cache

from registry_api.applications.deadlines import due
from registry_api.institutions.reference import read_calendar
from registry_api.kit.clock import WorkingDays
from registry_api.workflow.table import Status


@cache
def act_by(status: Status, since: date) -> date:
    """The last day of the term that `status` opens on the day `since`; that day itself if it opens none."""
    return due(status, since, _working_days()).day


@cache
def _working_days() -> WorkingDays:
    days = read_calendar()
    return WorkingDays(((day, working) for day, working, *_ in days), {day.year for day, *_ in days})
