"""Photos of registrations for the second wall's tests: who may see which, and rows that are strangers'."""

# ruff: noqa: S608 (the queries are made of this file's own words and of ids)

from typing import Any
from uuid import UUID

STRANGE_PHOTOS = "photo WHERE storage_key = 'tests/none'"


def visible_photos(practitioner: UUID | None, institution: UUID | None) -> str:
    """A doctor sees the own; an institution its main doctors' and what it decided; an authority none but in cases."""
    if practitioner is not None:
        return f"SELECT id FROM photo WHERE practitioner_id = '{practitioner}'"
    here = (
        f"SELECT registration_id FROM practice WHERE kind = 'main' AND ended_on IS NULL"
        f" AND institution_id = '{institution}'"
    )
    return f"SELECT id FROM photo WHERE institution_id = '{institution}' OR registration_id IN ({here})"


async def add_photos(connection: Any, institution_id: UUID) -> None:
    """What the institution decided on a doctor who is no longer there, and what another one did."""
    await connection.execute(
        "INSERT INTO photo (id, registration_id, practitioner_id, status, storage_key, sha256, size, width, height,"
        " advice, uploaded_at, decided_at, institution_id, reason_sealed)"
        " SELECT gen_random_uuid(), r.id, r.practitioner_id, 'rejected', 'tests/none', '', 0, 0, 0, '{}', now(), now(),"
        " i.id, '' FROM institution i, LATERAL (SELECT * FROM registration r WHERE NOT EXISTS (SELECT FROM practice p"
        " WHERE p.registration_id = r.id AND p.institution_id = i.id) ORDER BY r.id LIMIT 1) r"
        " WHERE i.id = $1 OR i.id = (SELECT id FROM institution WHERE id <> $1 ORDER BY id LIMIT 1)",
        institution_id,
    )
