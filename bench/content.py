"""The database under measurement, over its owner's connection: what it holds and what is changed in it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg

from bench.growth import grow
from bench.prepare import Case, Desk, Material, Sessions, find_desks, prepare
from bench.scripts import ENQUEUE, QUEUE
from registry_api.accounts.entry import token_hash
from registry_api.launcher.roles import DATABASE

T = TypeVar("T")


class Content:
    """The content of one database, changed between measurements."""

    def __init__(self, owner: str, superuser: str) -> None:
        self._owner = owner
        self._superuser = superuser
        self._queued = 0

    def prepare(self, cases: int) -> Material:
        """So many drafts and accepted cases, and the queue that hands them to pgbench."""

        async def work(connection: Any) -> Material:
            material = await prepare(connection, Sessions(connection), submits=cases, approvals=cases)
            await connection.execute(QUEUE)
            await connection.execute("VACUUM (ANALYZE) application, application_step, account_session")
            return material

        return _connected(self._owner, work)

    def rows(self) -> int:
        """How many applications there are."""

        async def work(connection: Any) -> int:
            return int(await connection.fetchval("SELECT count(*) FROM application"))

        return _connected(self._owner, work)

    def desks(self, before: list[Desk]) -> list[Desk]:
        """The desks whose lists are measured; `before` are those of a smaller size."""
        return _connected(
            self._owner, lambda connection: find_desks(connection, Sessions(connection), before)
        )

    def queue(self, cases: list[Case]) -> int:
        """Appends cases to pgbench's queue; gives the number of the first."""
        first = self._queued
        rows = [(first + place, case.id, token_hash(case.reference)) for place, case in enumerate(cases)]
        self._queued += len(rows)
        _connected(self._owner, lambda connection: connection.executemany(ENQUEUE, rows))
        return first

    def grow(self, factor: int) -> float:
        """Multiplies the applications; gives the seconds that took."""
        return _connected(self._superuser, lambda connection: grow(connection, factor))


def _connected(dsn: str, work: Callable[[Any], Awaitable[T]]) -> T:
    async def connect() -> T:
        connection = await asyncpg.connect(dsn, database=DATABASE)
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(connect())
