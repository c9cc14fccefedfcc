"""The server's superuser, for tests that look past row-level security or take a wall down."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import pytest

from registry_api.kit.settings import Settings
from registry_api.launcher.postgres import SUPERUSER


def superuser_dsn(settings: Settings) -> str:
    """URL of the superuser on the database of these settings; `fresh_system` keeps its password beside it."""
    passwords = json.loads((settings.state_directory.parent / "postgres" / "passwords.json").read_text())
    parts = urlsplit(settings.owner_dsn)
    password = quote(passwords[SUPERUSER], safe="")
    return f"postgresql://{SUPERUSER}:{password}@{parts.hostname}:{parts.port}{parts.path}"


@pytest.fixture
async def superuser(settings: Settings) -> AsyncIterator[Any]:
    """A connection that no policy concerns."""
    connection = await asyncpg.connect(superuser_dsn(settings))
    yield connection
    await connection.close()


@pytest.fixture
async def fresh_counters(superuser: Any) -> None:
    """Forgets counted sign-ins: everybody in the tests comes from one address, within its fifteen minutes."""
    await superuser.execute("DELETE FROM attempt_counter")
