"""What happened earlier than the machine's clock tells: rows of a running server, moved back by days."""

from typing import Any
from uuid import UUID

import asyncpg

from registry_api.kit.settings import Settings
from tests.support.database import apart
from tests.support.superuser import superuser_dsn

_REGISTERED = (
    "UPDATE register_entry SET effective_on = effective_on - $2::int,"
    " recorded_at = recorded_at - make_interval(days => $2::int) WHERE registration_id = $1",
    "UPDATE standing SET valid_from = valid_from - $2::int, ended_on = ended_on - $2::int WHERE registration_id = $1",
    "UPDATE practice SET valid_from = valid_from - $2::int, ended_on = ended_on - $2::int WHERE registration_id = $1",
    "UPDATE registration SET registered_on = registered_on - $2::int, status_since = status_since - $2::int,"
    " filed_on = filed_on - $2::int WHERE id = $1",
)
_ARRIVED = (
    "UPDATE application SET status_since = status_since - make_interval(days => $2::int),"
    " act_by = act_by - $2::int WHERE id = $1",
)


def registered_earlier(settings: Settings, registration_id: str, days: int) -> None:
    """What the register says of a registration without additional practices happened so many days earlier."""
    apart(_move_back(settings, _REGISTERED, registration_id, days))


def arrived_earlier(settings: Settings, application_id: str, days: int) -> None:
    """An application has lain so many days longer on its desk, and was due as much earlier."""
    apart(_move_back(settings, _ARRIVED, application_id, days))


async def _move_back(settings: Settings, statements: tuple[str, ...], row_id: str, days: int) -> None:
    superuser: Any = await asyncpg.connect(superuser_dsn(settings))
    try:
        async with superuser.transaction():
            # Entries are never changed; the trigger that sees to it looks away for once.
            await superuser.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                await superuser.execute(statement, UUID(row_id), days)
    finally:
        await superuser.close()
