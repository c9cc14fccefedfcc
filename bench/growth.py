"""Makes the table of applications larger by copies, for the measurement of lists at another size.

Seeding a million applications with their steps, photos and seals takes a quarter of an hour, and a list reads none
of those. So each application is copied: same person, office, status, dates and sealed form, with
an id of the same millisecond, a number of its own and a subject of its own. Every office's desk grows by the same
factor, and the copies lie in the order in which they were made, as rows of a real table do. Steps, attachments and
register are not copied: figures at the larger size tell about lists only.
"""

import time
from typing import Any

COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = 'application'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
  AND attname NOT IN ('id', 'number', 'subject_id')
"""
# The first 15 characters of a version 7 UUID are its millisecond and its version.
COPY = """
INSERT INTO application (id, number, subject_id, {columns})
SELECT overlay(gen_random_uuid()::text PLACING left(id::text, 15) FROM 1 FOR 15)::uuid, number || '-' || copy,
       gen_random_uuid(), {columns}
FROM application, generate_series(1, $1::integer) copy
ORDER BY id
"""


async def grow(superuser: Any, factor: int) -> float:
    """Multiplies the rows of the table by `factor`; gives the seconds that took.

    The connection is the superuser's, to leave out the checks of foreign keys: copies of valid rows are valid.
    """
    started = time.monotonic()
    columns = await superuser.fetchval(COLUMNS)
    async with superuser.transaction():
        await superuser.execute("SET LOCAL session_replication_role = replica")
        await superuser.execute(COPY.format(columns=columns), factor - 1)
    await superuser.execute("VACUUM (ANALYZE) application")
    return time.monotonic() - started
