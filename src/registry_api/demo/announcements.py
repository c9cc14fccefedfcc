"""Announcements of the demonstration, from announcements.toml."""

import tomllib
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from registry_api.demo.chance import Chance
from registry_api.demo.offices import DemoAuthority

ANNOUNCEMENT_COLUMNS = (
    "id", "authority_id", "kind", "title", "body", "pinned", "created_at", "created_by", "published_at",
    "withdrawn_at",
)  # fmt: skip
_FIRST = 5_000_000
"""Above the indexes of every other thing of an office."""


def announcement_rows(seed: int, today: date, authorities: list[DemoAuthority]) -> list[tuple[Any, ...]]:
    """Rows of the table announcement; `today` is the civil day in Shanghai on which the newest are some days old."""
    offices = {office.division_code: office.id for office in authorities}
    content = tomllib.loads(files(__package__).joinpath("announcements.toml").read_text(encoding="utf-8"))
    rows = []
    for number, one in enumerate(content["announcement"]):
        chance = Chance(seed, "office", _FIRST + number)
        at = chance.office_hour(today - timedelta(days=one["days"]))
        rows.append(
            (
                chance.id_at(at),
                offices[one["division"]],
                one["kind"],
                one["title"],
                one["body"].strip(),
                one["pinned"],
                at,
                None,
                at,
                None,
            )
        )
    return rows
