"""Makes the parts of a process from its settings."""

from typing import Any

from registry_api.kit.clock import Clock, SystemClock, WorkingDays
from registry_api.kit.db import Database
from registry_api.kit.sealing import BlindIndex, KeyRing, Sealer
from registry_api.kit.settings import Settings
from registry_api.kit.storage import DirectoryStorage
from registry_api.kit.tokens import TokenKeyRing, TokenSigner, TokenVerifier
from registry_api.kit.work import System

_CALENDAR = "SELECT day, working FROM calendar_day"


def make_system(settings: Settings, *, dsn: str, clock: Clock | None = None) -> System:
    """Everything a process works with; nothing is connected yet."""
    ring = TokenKeyRing.parse(settings.token_keys.get_secret_value())
    return System(
        settings=settings,
        database=Database(
            dsn,
            connections=settings.database_connections,
            connect_timeout=settings.database_connect_timeout_seconds,
        ),
        clock=clock or SystemClock(),
        sealer=Sealer(KeyRing.parse(settings.field_keys.get_secret_value())),
        blind_index=BlindIndex.parse(settings.blind_index_key.get_secret_value()),
        storage=DirectoryStorage(settings.storage),
        token_keys=ring,
        signer=TokenSigner(ring, settings.origin),
        verifier=TokenVerifier(ring, settings.origin),
    )


async def read_calendar(connection: Any) -> WorkingDays:
    """The working days as the database has them now."""
    rows = [(row["day"], row["working"]) for row in await connection.fetch(_CALENDAR)]
    return WorkingDays(rows, {day.year for day, _ in rows})
