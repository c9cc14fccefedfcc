"""Fills an empty database with the demonstration's content: streamed with COPY, all or nothing."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

import asyncpg

from registry_api.demo.announcements import ANNOUNCEMENT_COLUMNS, announcement_rows
from registry_api.demo.chance import Chance
from registry_api.demo.content import demo_doctors, demo_offices
from registry_api.demo.lives import SHOWN_DOCTORS, DemoDoctor
from registry_api.demo.logins import POOL_FILE, write_logins
from registry_api.demo.office_rows import (
    AUTHORITY_COLUMNS,
    INSTITUTION_COLUMNS,
    STAFF_COLUMNS,
    authority_rows,
    institution_rows,
    staff_rows,
)
from registry_api.demo.portraits import SIZE, portrait
from registry_api.demo.proofs import DEVICE_COLUMNS, FACTOR_COLUMNS, staff_proof_rows
from registry_api.demo.record import Clerk, Portrait, Rows
from registry_api.demo.rows import COLUMNS, doctor_rows
from registry_api.demo.setting import DemoSetting
from registry_api.demo.staff import PASSWORDS, DemoStaff, demo_staff, doctor_login_name
from registry_api.institutions.reference import load_reference
from registry_api.kit.clock import SystemClock
from registry_api.kit.passwords import hash_password
from registry_api.kit.roles import Role
from registry_api.kit.sealing import BlindIndex, KeyRing, Sealer
from registry_api.kit.settings import Settings
from registry_api.kit.storage import BlobStorage
from registry_api.parts import make_storage

SEED = 2026
_BATCH_DOCTORS = 400
_PORTRAITS = 12
_ONE_SEEDER = 4712
_FILLED_TABLES = ("division", "calendar_day", "authority", "institution", "announcement", *COLUMNS)


@dataclass(frozen=True, slots=True)
class _Batch:
    doctors: int
    rows: Rows


class SeedRefused(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The content may not go into this database; the message says why."""


async def seed(
    settings: Settings,
    *,
    doctors: int,
    institutions: int = 360,
    applications_per_doctor: int = 1,
    if_empty: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _rows: None,
) -> int:
    """Writes so many doctors, the offices and their staff; gives the number of rows.

    One transaction: a database in which seeding was cut short is as empty as before. `progress` is called
    with the doctors done and the rows written so far. Raises SeedRefused in production, where known passwords
    may not exist, and for a database that holds doctors; with `if_empty` that is left alone and 0 returned.
    """
    if settings.environment == "production":
        raise SeedRefused("Demo accounts have known passwords and are never made in production.")
    offices = demo_offices(SEED, institutions)
    setting = DemoSetting(SEED, SystemClock().today(), offices, applications_per_doctor)
    staff = list(demo_staff(SEED, offices))
    doctors = max(doctors, SHOWN_DOCTORS)
    rows = 0
    connection = await asyncpg.connect(settings.owner_dsn)
    try:
        async with connection.transaction():
            # Of two instances that start together the second waits here, and then finds doctors.
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _ONE_SEEDER)
            empty = not await connection.fetchval("SELECT EXISTS (SELECT FROM practitioner)")
            if empty:
                clerk = await _clerk(settings, setting, staff)
                rows = await _write_offices(connection, setting, staff, clerk)
                rows += await _write_doctors(connection, clerk, setting, doctors, progress)
            elif not if_empty:
                raise SeedRefused("The database holds doctors already; seed an empty one.")
        if empty:
            await connection.execute(f"VACUUM (ANALYZE) {', '.join(_FILLED_TABLES)}")
        lost = not (settings.state_directory / POOL_FILE).exists()
        if empty or (lost and await _is_ours(connection, setting)):
            write_logins(settings.state_directory, demo_doctors(setting, SHOWN_DOCTORS), offices, staff)
    finally:
        await connection.close()
    return rows


async def _is_ours(connection: Any, setting: DemoSetting) -> bool:
    """Whether the database holds this demonstration, so that logins that were lost can be written again."""
    first = next(demo_doctors(setting, 1)).person
    query = "SELECT EXISTS (SELECT FROM account WHERE realm = 'doctor' AND login_key = $1 AND name = $2)"
    return bool(await connection.fetchval(query, doctor_login_name(0), first.name))


async def _write_offices(connection: Any, setting: DemoSetting, staff: list[DemoStaff], clerk: Clerk) -> int:
    await load_reference(connection)
    offices = setting.offices
    hashes = {realm: await hash_password(password) for realm, password in PASSWORDS.items()}
    devices, factors = staff_proof_rows(clerk.seed, clerk.sealer, staff)
    tables = (
        ("authority", AUTHORITY_COLUMNS, authority_rows(offices.authorities)),
        ("institution", INSTITUTION_COLUMNS, institution_rows(offices.institutions)),
        (
            "announcement",
            ANNOUNCEMENT_COLUMNS,
            announcement_rows(setting.seed, setting.today, offices.authorities),
        ),
        ("account", STAFF_COLUMNS, staff_rows(staff, hashes)),
        ("known_device", DEVICE_COLUMNS, devices),
        ("second_factor", FACTOR_COLUMNS, factors),
    )
    for table, columns, rows in tables:
        await connection.copy_records_to_table(table, columns=columns, records=rows)
    return sum(len(rows) for _, _, rows in tables)


async def _clerk(settings: Settings, setting: DemoSetting, staff: list[DemoStaff]) -> Clerk:
    return Clerk(
        seed=setting.seed,
        sealer=Sealer(KeyRing.parse(settings.field_keys.get_secret_value())),
        blind_index=BlindIndex.parse(settings.blind_index_key.get_secret_value()),
        handlers=_by_office(staff, "institution_handler", "authority_handler"),
        approvers=_by_office(staff, "authority_approver"),
        portraits=await _store_portraits(make_storage(settings)),
        password_hash=await hash_password(PASSWORDS["doctor"]),
        numbers_per_doctor=max(2, setting.cases_per_doctor),
    )


def _by_office(staff: list[DemoStaff], *roles: Role) -> dict[UUID, DemoStaff]:
    return {member.office_id: member for member in staff if member.role in roles}


async def _write_doctors(
    connection: Any,
    clerk: Clerk,
    setting: DemoSetting,
    count: int,
    progress: Callable[[int, int], None],
) -> int:
    """One batch is made while the database works on the one before."""
    batches = _batches(clerk, demo_doctors(setting, count))
    done = rows = 0
    upcoming = asyncio.create_task(asyncio.to_thread(next, batches, None))
    while batch := await upcoming:
        upcoming = asyncio.create_task(asyncio.to_thread(next, batches, None))
        rows += await copy_rows(connection, batch.rows)
        done += batch.doctors
        progress(done, rows)
    # The service goes on numbering above what was used here.
    await connection.execute(
        "SELECT setval('application_number', $1), setval('practice_certificate_number', $2)",
        count * clerk.numbers_per_doctor,
        count,
    )
    return rows


async def _store_portraits(storage: BlobStorage) -> dict[str, list[Portrait]]:
    """A few portraits of each sex, that all applications share."""
    await storage.open()
    stored: dict[str, list[Portrait]] = {}
    for sex, kind in (("1", "m"), ("2", "f")):
        for number in range(_PORTRAITS):
            content = portrait(Chance(SEED, "office", 4_000_000 + number), sex)
            key = f"demo/portrait-{kind}-{number:02d}"
            await storage.put(key, content, "image/jpeg")
            digest = hashlib.sha256(content).digest()
            stored.setdefault(sex, []).append(Portrait(key, digest, len(content), *SIZE))
    await storage.close()
    return stored


def _batches(clerk: Clerk, doctors: Iterator[DemoDoctor]) -> Iterator[_Batch]:
    """Rows of some hundred doctors at a time."""
    while group := list(islice(doctors, _BATCH_DOCTORS)):
        rows: Rows = {table: [] for table in COLUMNS}
        for doctor in group:
            for table, of_doctor in doctor_rows(clerk, doctor).items():
                rows[table] += of_doctor
        yield _Batch(len(group), rows)


async def copy_rows(connection: Any, rows: Rows) -> int:
    """Writes rows by table, in the order of COLUMNS; gives how many."""
    for table, records in rows.items():
        if records:
            await connection.copy_records_to_table(table, columns=COLUMNS[table], records=records)
    return sum(map(len, rows.values()))
