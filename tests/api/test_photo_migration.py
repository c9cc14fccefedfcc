"""Migration 0018 gives registrations of the releases before the photos of their applications."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from registry_api.kit.ids import new_id
from registry_api.kit.settings import Settings
from tests.api.test_register_migration import migrate_to
from tests.support.superuser import superuser_dsn

STATEMENTS = (
    "INSERT INTO application (id, number, type, status, version, practitioner_id, registration_id, subject_id,"
    " institution_id, applicant_name, payload, endorsed_by, status_since, act_by, updated_at, submitted_at)"
    " VALUES ($1::uuid, ($1::uuid)::text, 'registration', 'approved', 5, $2, $3, $2, $4, '',"
    " jsonb_build_object('photo_id', $5::uuid), $6, now(), current_date, now(), now())",
    "INSERT INTO attachment (id, application_id, practitioner_id, kind, status, storage_key, content_type, sha256,"
    " size, width, height, advice, created_at, decided_at, decided_by) VALUES ($1, $2, $3, 'photo', $4,"
    " 'k/' || $1::uuid::text, 'image/jpeg', '', 1, 413, 579, '{}', now() - interval '9 days', $5, $6)",
    "INSERT INTO register_entry (id, registration_id, practitioner_id, application_id, kind, effective_on, recorded_at,"
    " recorded_by, details) VALUES (gen_random_uuid(), $1, $2, $3, 'registered', current_date, now(), $4, '{}')",
)


@dataclass
class Former:
    """A registration by an application, as the release before left it."""

    registration: UUID
    institution: UUID
    photo: UUID
    endorser: UUID | None
    approver: UUID


async def write(connection: Any, *, endorsed: bool) -> Former:
    made = Former(new_id(), new_id(), new_id(), new_id() if endorsed else None, new_id())
    person, application = new_id(), new_id()
    await connection.execute(
        STATEMENTS[0], application, person, made.registration, made.institution, made.photo, made.endorser
    )
    for photo, chosen in ((made.photo, True), (new_id(), False)):
        passed = endorsed and chosen
        decided = await connection.fetchval("SELECT now() - interval '3 days'") if passed else None
        status = "approved" if passed else "pending"
        await connection.execute(
            STATEMENTS[1], photo, application, person, status, decided, made.endorser if passed else None
        )
    await connection.execute(STATEMENTS[2], made.registration, person, application, made.approver)
    return made


@pytest.fixture
async def former(settings: Settings) -> AsyncIterator[tuple[str, Any]]:
    """The owner's DSN of a database as the release before left it, and a connection; no reference is checked."""
    superuser = await asyncpg.connect(superuser_dsn(settings))
    name = f"former_{new_id().hex}"
    await superuser.execute(f"CREATE DATABASE {name} OWNER registry_owner")
    dsn = urlsplit(settings.owner_dsn)._replace(path=f"/{name}").geturl()
    await asyncio.to_thread(migrate_to, dsn, "0017")
    await superuser.execute(f"ALTER DATABASE {name} SET session_replication_role = replica")
    connection = await asyncpg.connect(urlsplit(superuser_dsn(settings))._replace(path=f"/{name}").geturl())
    yield dsn, connection
    await connection.close()
    await superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await superuser.close()


async def test_photos_of_approved_applications_become_the_current_ones(former: tuple[str, Any]) -> None:
    dsn, connection = former
    passed, taken_over = await write(connection, endorsed=True), await write(connection, endorsed=False)

    await asyncio.to_thread(migrate_to, dsn, "0018")

    for made, institution, decider in (
        (passed, passed.institution, passed.endorser),
        (taken_over, None, taken_over.approver),
    ):
        (photo,) = await connection.fetch("SELECT * FROM photo WHERE registration_id = $1", made.registration)
        assert (photo["id"], photo["status"], photo["superseded_at"]) == (made.photo, "approved", None)
        assert (photo["institution_id"], photo["decided_by"]) == (institution, decider)
        attachment = await connection.fetchrow("SELECT * FROM attachment WHERE id = $1", made.photo)
        assert (attachment["status"], attachment["decided_by"]) == ("approved", decider)
        assert (photo["storage_key"], photo["decided_at"]) == (
            attachment["storage_key"],
            attachment["decided_at"],
        )
    assert await connection.fetchval("SELECT count(*) FROM attachment WHERE status = 'pending'") == 2
