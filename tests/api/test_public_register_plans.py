"""What a question of the public costs, however many doctors the register has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from tests.support.scopes import undone

LARGE = (
    "CREATE TEMP TABLE many ON COMMIT DROP AS"
    " SELECT gen_random_uuid() AS id, i.id AS place, i.authority_id AS office FROM generate_series(1, 20000) n"
    " JOIN (SELECT id, authority_id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS places"
    " FROM institution) i ON i.place = 1 + n % places",
    "INSERT INTO practitioner (id, name, initials, sex, id_number_sealed, id_number_index)"
    " SELECT id, '王一', 'wy', '1', '', uuid_send(id) FROM many",
    "INSERT INTO qualification (id, practitioner_id, certificate_number_sealed, certificate_number_index,"
    " province_code, issued_on, techniques, conditions, status)"
    " SELECT id, id, '', uuid_send(id), '370000', current_date, '{}', '{}', 'valid' FROM many",
    "INSERT INTO registration (id, practitioner_id, qualification_id, authority_id, certificate_number_sealed,"
    " certificate_number_index, status, status_since, registered_on, version)"
    " SELECT id, id, id, office, '', uuid_send(id), 'valid', current_date, current_date, 1 FROM many",
    "INSERT INTO register_entry (id, registration_id, practitioner_id, kind, effective_on, recorded_at, details)"
    " SELECT id, id, id, 'opened', current_date, now(), '{}' FROM many",
    "INSERT INTO practice (id, registration_id, practitioner_id, institution_id, authority_id, kind, valid_from,"
    " entry_id) SELECT id, id, id, place, office, 'main', current_date, id FROM many",
    "ANALYZE practitioner, qualification, registration, practice",
)
ASKED = {
    "institution": "find_public_registrations('王一', $1::uuid, NULL, NULL, NULL, current_date, 200)",
    "institution's name": "find_public_registrations('王一', NULL,"
    " (SELECT lower(name) FROM institution WHERE id = $1), NULL, NULL, current_date, 200)",
    "certificate": "find_public_registrations('王一', NULL, NULL, (SELECT uuid_send(id) FROM many"
    " WHERE place = $1 LIMIT 1), uuid_send(gen_random_uuid()), current_date, 200)",
    "board": "list_display_board($1, current_date, 1001)",
}
MOST_ROWS = 1000
"""For the fifty or so doctors of one institution, several rows each."""


@asynccontextmanager
async def a_large_register(connection: Any) -> AsyncIterator[UUID]:
    """Twenty thousand more doctors of one name, fifty or so at each institution; gives one of the institutions."""
    async with undone(connection):
        for statement in LARGE:
            await connection.execute(statement)
        yield await connection.fetchval("SELECT place FROM many LIMIT 1")


async def test_a_question_reads_what_it_is_about(superuser: Any) -> None:
    """Rows of one institution or of one person, by an index."""
    read = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
    async with a_large_register(superuser) as place:
        for by, call in ASKED.items():
            before = await superuser.fetchval(read)
            found = await superuser.fetchval(f"SELECT count(*) FROM {call}", place)  # noqa: S608
            read_now = await superuser.fetchval(read) - before
            assert found == 1 if by == "certificate" else found > 10, by
            assert read_now < MOST_ROWS, (by, read_now)
