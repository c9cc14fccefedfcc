"""Loads the reference tables that are shipped with the service; safe to repeat after every update."""

import csv
from datetime import date
from importlib.resources import files
from typing import Any

from registry_api.institutions.divisions import read_divisions

_DIVISIONS = """
INSERT INTO division (code, name, parent_code, level, valid_from, valid_to, source)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name, parent_code = excluded.parent_code, level = excluded.level,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to, source = excluded.source
"""
# Days that an administrator has changed stay as they are.
_CALENDAR = """
INSERT INTO calendar_day (day, working, name, source) VALUES ($1, $2, $3, $4) ON CONFLICT (day) DO NOTHING
"""


async def load_reference(connection: Any) -> int:
    """Brings divisions and working days up to date over the owner's connection; gives the number of lines."""
    divisions = list(read_divisions())
    calendar = read_calendar()
    async with connection.transaction():
        await connection.executemany(_DIVISIONS, divisions)
        await connection.executemany(_CALENDAR, calendar)
    return len(divisions) + len(calendar)


def read_calendar() -> list[tuple[date, bool, str, str]]:
    """Day, whether offices work, name and source of every exception to Monday to Friday that is shipped."""
    with files(__package__).joinpath("calendar.csv").open(encoding="utf-8") as table:
        return [
            (date.fromisoformat(line["day"]), line["working"] == "true", line["name"], line["source"])
            for line in csv.DictReader(table)
        ]
