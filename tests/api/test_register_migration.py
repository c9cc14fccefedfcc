"""Migration 0011 puts the register of the releases before into entries, places and standings that agree."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest
from alembic import command
from alembic.config import Config

from registry_api.kit.ids import new_id
from registry_api.kit.settings import Settings
from registry_api.migrate import MIGRATIONS
from registry_api.register.replay import differences_of
from tests.support.superuser import superuser_dsn

BEGUN, MOVED, ENDED = date(2024, 1, 1), date(2025, 3, 1), date(2026, 2, 1)
EVE = ENDED - timedelta(days=1)


def migrate_to(dsn: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["dsn"] = dsn
    command.upgrade(config, revision)


@pytest.fixture
async def before(settings: Settings) -> AsyncIterator[str]:
    """The owner's DSN of a database as the release before left it, empty."""
    superuser = await asyncpg.connect(superuser_dsn(settings))
    name = f"former_{new_id().hex}"
    await superuser.execute(f"CREATE DATABASE {name} OWNER registry_owner")
    dsn = urlsplit(settings.owner_dsn)._replace(path=f"/{name}").geturl()
    await asyncio.to_thread(migrate_to, dsn, "0010")
    yield dsn
    await superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await superuser.close()


class Former:
    """Writes rows as the release before did."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.authority, self.home, self.other, self.third = (new_id() for _ in range(4))

    async def write(self, table: str, **values: Any) -> UUID:
        values = {"id": new_id(), **values}
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await self.connection.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})",  # noqa: S608 (our own words)
            *values.values(),
        )
        row: UUID = values["id"]
        return row

    async def offices(self) -> None:
        await self.connection.execute(
            "INSERT INTO division (code, name, level, source) VALUES ('370000', '省', 1, '')"
        )
        await self.write(
            "authority",
            id=self.authority,
            name="局",
            level="province",
            division_code="370000",
            phone="",
            address="",
        )
        for number, place in enumerate((self.home, self.other, self.third)):
            await self.write(
                "institution",
                id=place,
                name="院",
                search_text="",
                search_grams=[],
                registration_number=str(number),
                licence_type="",
                division_code="370000",
                authority_id=self.authority,
                address="",
                postcode="",
                phone="",
                status="open",
            )

    async def registration(
        self, status: str, since: date, entries: list[tuple[str, date]], places: list[tuple[Any, ...]]
    ) -> UUID:
        number = new_id().bytes
        person = await self.write(
            "practitioner", name="人", initials="r", sex="1", id_number_sealed=number, id_number_index=number
        )
        sealed = {"certificate_number_sealed": number, "certificate_number_index": number}
        qualification = await self.write(
            "qualification",
            practitioner_id=person,
            province_code="370000",
            issued_on=BEGUN,
            techniques=[],
            conditions=[],
            status="valid",
            **sealed,
        )
        made = await self.write(
            "registration",
            practitioner_id=person,
            qualification_id=qualification,
            authority_id=self.authority,
            status=status,
            status_since=since,
            registered_on=BEGUN,
            version=len(entries),
            **sealed,
        )
        whose = {"registration_id": made, "practitioner_id": person}
        for place, kind, first, last in places:
            await self.write(
                "practice",
                **whose,
                institution_id=place,
                authority_id=self.authority,
                kind=kind,
                valid_from=first,
                valid_to=last,
            )
        details = json.dumps({"institution_id": str(self.home), "authority_id": str(self.authority)})
        for kind, day in entries:
            await self.write(
                "register_entry",
                **whose,
                kind=kind,
                effective_on=day,
                recorded_at=await self.connection.fetchval("SELECT now()"),
                details=details,
            )
        return made


async def test_what_was_there_is_what_its_entries_make(before: str) -> None:
    connection = await asyncpg.connect(before)
    former = Former(connection)
    await former.offices()
    home, whole, cut = former.home, (former.home, "main", BEGUN, None), (former.home, "main", BEGUN, EVE)
    moved = [
        (home, "main", BEGUN, MOVED - timedelta(days=1)),
        (former.other, "main", MOVED, None),
        (former.third, "additional", date(2025, 1, 1), date(2027, 12, 31)),
    ]
    made = {
        "registered": await former.registration("valid", BEGUN, [("registered", BEGUN)], [whole]),
        "filed": await former.registration("filed", ENDED, [("registered", BEGUN), ("filed", ENDED)], [cut]),
        "ended": await former.registration(
            "deregistered", ENDED, [("imported", BEGUN), ("deregistered", ENDED)], [cut]
        ),
        "moved": await former.registration("valid", BEGUN, [("imported", BEGUN)], moved),
        "revoked": await former.registration("revoked", ENDED, [("imported", BEGUN)], [cut]),
    }
    await asyncio.to_thread(migrate_to, before, "head")
    try:
        assert await differences_of(connection, list(made.values())) == []
        row = await connection.fetchrow("SELECT * FROM registration WHERE id = $1", made["filed"])
        assert (row["filed_on"], row["filing_institution_id"]) == (ENDED, home)
        kept = await connection.fetch(
            "SELECT valid_to, ended_on FROM practice WHERE registration_id = $1 ORDER BY valid_from",
            made["moved"],
        )
        assert [row["valid_to"] for row in kept] == [
            last for *_, last in sorted(moved, key=lambda one: one[2])
        ]
        assert {row["ended_on"] for row in kept} == {None}
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await connection.execute("UPDATE register_entry SET kind = kind")
    finally:
        await connection.close()
