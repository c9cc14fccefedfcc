"""Runs migrations as the owner role, with a short lock timeout so that a migration never queues the service."""

import asyncio

import asyncpg
from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from registry_api.kit.settings import Settings
from registry_api.tables import metadata

LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
        # One migrator at a time: the others wait here and then find nothing to do.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4711)")
        context.run_migrations()


async def run_online(dsn: str) -> None:
    # asyncpg reads the DSN itself, so that several hosts work here as they do in the service.
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn), poolclass=NullPool
    )
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(run_online(context.config.attributes.get("dsn") or Settings().owner_dsn))
