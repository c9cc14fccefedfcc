"""The audit log's hash chain: it holds, and whatever a superuser does to it is located."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from registry_api.audit.chain import find_break, seal_events
from registry_api.kit.db import Database, Transaction
from tests.support.people import Chain
from tests.support.scopes import undone

pytestmark = pytest.mark.usefixtures("fresh_counters")


class Seen(Database):
    """A database as one connection sees it, so that the damage of a test can be undone."""

    def __init__(self, connection: Any) -> None:
        super().__init__("", connections=1, connect_timeout=1)
        self._only = connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._only.transaction():
            yield Transaction(self._only)


@pytest.fixture
async def sealed(chain: Chain, superuser: Any) -> Database:
    """The log of a decided application, chained; a superuser's view of it."""
    await chain.advance("approved")
    database = chain.cast.app.state.worker_system.database
    while await seal_events(database):
        pass
    await superuser.set_type_codec(
        "jsonb", encoder=str, decoder=json.loads, schema="pg_catalog", format="text"
    )
    return Seen(superuser)


async def test_the_chain_holds_to_its_head(chain: Chain, sealed: Database, superuser: Any) -> None:
    assert await superuser.fetchval("SELECT count(*) FROM audit_event WHERE sequence IS NULL") == 0
    assert await find_break(sealed) is None
    assert await find_break(chain.cast.app.state.worker_system.database) is None


DAMAGE = {
    "altered words": "UPDATE audit_event SET action = 'application.refused' WHERE sequence = $1",
    "altered time": "UPDATE audit_event SET occurred_at = occurred_at - interval '1 second' WHERE sequence = $1",
    "altered person": "UPDATE audit_event SET account_id = gen_random_uuid() WHERE sequence = $1",
    "altered details": "UPDATE audit_event SET details = '{\"a\": 1}' WHERE sequence = $1",
    "a hash of one's own": "UPDATE audit_event SET chain_hash = sha256('x') WHERE sequence = $1",
    "a dropped row": "DELETE FROM audit_event WHERE sequence = $1",
    "two rows exchanged": "UPDATE audit_event SET sequence = 2 * $1::bigint + 1 - sequence"
    " WHERE sequence IN ($1, $1::bigint + 1)",
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_damage_is_located(sealed: Database, superuser: Any, damage: str) -> None:
    head = await superuser.fetchval("SELECT max(sequence) FROM audit_event")
    async with undone(superuser):
        await superuser.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        await superuser.execute("ALTER TABLE audit_event DROP CONSTRAINT uq_audit_event_sequence")
        await superuser.execute(DAMAGE[damage], head - 2)
        assert await find_break(sealed) == head - 2
    assert await find_break(sealed) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'x' WHERE sequence IS NOT NULL",
        "UPDATE audit_event SET sequence = NULL",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
    ],
)
async def test_not_even_a_superuser_changes_it_in_passing(
    sealed: Database, superuser: Any, statement: str
) -> None:
    del sealed
    async with undone(superuser):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await superuser.execute(statement)
