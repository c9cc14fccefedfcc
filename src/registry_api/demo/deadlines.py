"""By which day the holder of an application should act."""

from datetime import date
from functools import cache

from registry_api.institutions.reference import read_calendar
from registry_api.kit.clock import WorkingDays
from registry_api.workflow.table import Status

# Working days from the day on which the status began; 5 and 20 are 行政许可法 32 and 42.
_TERMS: dict[Status, int] = {
    "draft": 30,
    "institution_review": 10,
    "institution_returned": 30,
    "authority_review": 5,
    "correction_required": 30,
    "accepted": 20,
}


@cache
def act_by(status: Status, since: date) -> date:
    """The last day of the term that `status` opens on the day `since`; that day itself if it opens none."""
    return _working_days().add(since, _TERMS.get(status, 0)).day


@cache
def _working_days() -> WorkingDays:
    days = read_calendar()
    return WorkingDays(((day, working) for day, working, *_ in days), {day.year for day, *_ in days})
