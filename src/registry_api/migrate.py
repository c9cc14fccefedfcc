"""Brings a database up to date: migrations as the owner, then the reference tables."""

import asyncio
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config

from registry_api.institutions.reference import load_reference

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def migrate(dsn: str) -> None:
    """Runs what is missing; several at once are safe, the later ones find nothing to do."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["dsn"] = dsn
    command.upgrade(config, "head")
    asyncio.run(_load(dsn))


async def _load(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await load_reference(connection)
    finally:
        await connection.close()
