"""The database: one asyncpg pool, statements compiled once, one transaction per request.

Statements are written in SQLAlchemy's expression language over the declarative models, so that a renamed column
breaks at import and a migration can be derived; they run on asyncpg itself, which costs a fraction of a
session's unit of work (ADR 2, docs/performance.md).
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy import ClauseElement
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

Row = TypeVar("Row")
_PLACEHOLDER = re.compile(r"\$(\d+)")
_DIALECT: Any = asyncpg_dialect()  # type: ignore[no-untyped-call]

CONNECTION_FAULTS = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TargetServerAttributeNotMatched,
    ConnectionError,
    TimeoutError,
    OSError,
)
"""What a lost, restarting or demoted database raises; the HTTP layer answers each with 503."""


class Statement(Generic[Row]):
    """A statement compiled at construction; `row` is called with the columns in their order.

    Parameters are `bindparam`s, given by name. A parameter that is missing or unknown raises TypeError. Raises
    ValueError for `in_` with a list of values, which SQLAlchemy would put in anew each time.
    """

    __slots__ = ("_names", "_position", "row", "sql")

    def __init__(self, clause: ClauseElement, row: Callable[..., Row]) -> None:
        compiled: Any = clause.compile(dialect=_DIALECT)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        self.sql: str = compiled.string
        if "POSTCOMPILE" in self.sql:
            raise ValueError(
                "a list is put in at execution, which is not ours: say or_, or = ANY of an array"
            )
        self.row = row
        self._position: tuple[str, ...] = tuple(compiled.positiontup or ())
        # Literals in the clause are parameters with a value; what is left is the caller's to give.
        self._names = {name: constants[name] for name in self._position if name in constants}

    @property
    def width(self) -> int:
        """Number of placeholders."""
        return len(self._position)

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Values in the order of the placeholders."""
        fixed = self._names
        if len(values) + len(fixed) != len(self._position):
            expected = sorted(set(self._position) - set(fixed))
            raise TypeError(f"the statement takes {expected}, not {sorted(values)}")
        return [fixed[name] if name in fixed else values[name] for name in self._position]


Write = tuple[Statement[Any], dict[str, Any]]
"""A statement that changes rows, with its values."""


@cache
def _joined(statements: tuple[Statement[Any], ...]) -> str:
    """One statement that carries out several writes, their placeholders renumbered."""
    parts: list[str] = []
    before = 0
    for position, statement in enumerate(statements):
        sql = _PLACEHOLDER.sub(lambda match, before=before: f"${int(match[1]) + before}", statement.sql)  # type: ignore[misc]
        parts.append(f"w{position} AS ({sql})")
        before += statement.width
    return f"WITH {', '.join(parts)} SELECT 1"


def unread(*_: object) -> None:
    """Row of a statement that returns none."""


@dataclass(slots=True)
class Transaction:
    """One database transaction, and what must outlive its rollback."""

    connection: Any
    survivors: list[tuple[Statement[Any], dict[str, Any]]] = field(default_factory=list)
    """Security events: written in a transaction of their own if this one rolls back."""

    async def fetch_all(self, statement: Statement[Row], **values: Any) -> list[Row]:
        """All rows."""
        row = statement.row
        records = await self.connection.fetch(statement.sql, *statement.arguments(values))
        return [row(*record) for record in records]

    async def find(self, statement: Statement[Row], **values: Any) -> Row | None:
        """The first row, or None."""
        record = await self.connection.fetchrow(statement.sql, *statement.arguments(values))
        return None if record is None else statement.row(*record)

    async def get(self, statement: Statement[Row], **values: Any) -> Row:
        """The first row of a statement that always has one."""
        row = await self.find(statement, **values)
        if row is None:
            raise LookupError(statement.sql)
        return row

    async def run(self, statement: Statement[Any], **values: Any) -> int:
        """Executes and gives the number of rows concerned."""
        status: str = await self.connection.execute(statement.sql, *statement.arguments(values))
        return int(status.rsplit(" ", 1)[-1])

    async def run_together(self, *writes: Write) -> None:
        """Executes independent writes in one round trip: none sees another's rows, and their order is open."""
        arguments = [value for statement, values in writes for value in statement.arguments(values)]
        await self.connection.fetchrow(_joined(tuple(statement for statement, _ in writes)), *arguments)

    def keep_on_rollback(self, statement: Statement[Any], **values: Any) -> None:
        """Writes this although the request fails: failed attempts and security events."""
        self.survivors.append((statement, values))


class Database:
    """The pool of one process. `open` may run before the server is there: connecting is tried at each request."""

    def __init__(self, dsn: str, *, connections: int, connect_timeout: float) -> None:
        self._dsn = dsn
        self._size = connections
        self._connect_timeout = connect_timeout
        self._pool: asyncpg.Pool | None = None
        # The pool lets a newcomer overtake who waits, and sends the overtaken to the end of the line: the slowest of
        # many waited several times as long as the rest. This lets them in by turn.
        self._turns = asyncio.Semaphore(connections)

    async def open(self) -> None:
        """Makes the pool; no connection is made yet, so that the service starts without its database."""
        self._pool = await asyncpg.create_pool(
            self._dsn,
            min_size=0,
            max_size=self._size,
            timeout=self._connect_timeout,
            command_timeout=30,
            max_inactive_connection_lifetime=300,
            connect=_Hosts(self._dsn).connect,
            init=_prepare_connection,
            # Every setting is local to a transaction, so there is nothing to reset and a round trip is saved.
            reset=_nothing_to_reset,
            server_settings={
                "application_name": "registry",
                "timezone": "UTC",
                "lock_timeout": "10s",
                "statement_timeout": "20s",
                # Every statement is short, keyed and prepared: planning it once a connection is enough.
                "jit": "off",
                "plan_cache_mode": "force_generic_plan",
            },
        )

    async def close(self) -> None:
        """Waits for what is under way, then closes."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection for as long as the block lasts.

        Raises TimeoutError when none is free in time: the service then sheds load with 503 instead of queueing.
        """
        if self._pool is None:
            raise ConnectionError("the database pool is not open")
        async with asyncio.timeout(self._connect_timeout + 10):
            await self._turns.acquire()
        try:
            connection = await self._pool.acquire(timeout=self._connect_timeout + 10)
            try:
                yield connection
            finally:
                await self._pool.release(connection)
        finally:
            self._turns.release()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction that commits at the end of the block and rolls back when the block raises."""
        async with self.connection() as connection, connection.transaction():
            yield Transaction(connection)

    def in_use(self) -> int:
        """Connections now held by requests."""
        if self._pool is None:
            return 0
        return cast("int", self._pool.get_size() - self._pool.get_idle_size())


class _Hosts:
    """The hosts that a URL names, each with the whole of the time-out: a machine that is gone is silent.

    asyncpg gives one time-out to all of them, and the first silent one would use it up, for ever.
    """

    def __init__(self, dsn: str) -> None:
        parts = urlsplit(dsn)
        account, at, places = parts.netloc.rpartition("@")
        self._dsns = [parts._replace(netloc=f"{account}{at}{place}").geturl() for place in places.split(",")]

    async def connect(self, _dsn: str, **options: Any) -> Any:
        """A connection to the first host that is as the URL asks; that one is asked first the next time."""
        last: BaseException | None = None
        for dsn in tuple(self._dsns):
            try:
                connection = await asyncpg.connect(dsn, **options)
            except CONNECTION_FAULTS as fault:
                last = fault
                continue
            self._dsns.sort(key=lambda other, found=dsn: other != found)  # type: ignore[misc]
            return connection
        raise last or ConnectionError("the URL names no host")


async def _prepare_connection(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=_encode_json, decoder=json.loads, schema="pg_catalog", format="text"
    )


async def _nothing_to_reset(_connection: Any) -> None:
    """Nothing is set on the connection itself."""


def _encode_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
