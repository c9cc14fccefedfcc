"""The GB/T 2260 table that is shipped with the service; docs/reference.md says how it was made."""

import csv
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import NamedTuple


class DivisionRow(NamedTuple):
    """A line of divisions.csv, in the order of the table's columns.

    `level` is 1 province, 2 city, 3 county. `valid_from` is empty where the code has been listed since 1980,
    `valid_to` where it is in force.
    """

    code: str
    name: str
    parent_code: str | None
    level: int
    valid_from: date | None
    valid_to: date | None
    source: str


def read_divisions() -> Iterator[DivisionRow]:
    """Every division, parents before children, abolished codes included."""
    with files(__package__).joinpath("divisions.csv").open(encoding="utf-8") as table:
        rows = [
            DivisionRow(
                code=line["code"],
                name=line["name"],
                parent_code=line["parent_code"] or None,
                level=int(line["level"]),
                valid_from=_day(line["valid_from"]),
                valid_to=_day(line["valid_to"]),
                source=line["source"],
            )
            for line in csv.DictReader(table)
        ]
    yield from sorted(rows, key=lambda row: (row.level, row.code))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
