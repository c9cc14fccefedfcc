"""A second person of the same role in an office of the demonstration, which has one of each."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from registry_api.accounts.entry import token_hash
from registry_api.demo.logins import Login
from registry_api.demo.proofs import device_token
from registry_api.kit.ids import new_id
from registry_api.kit.settings import Settings
from tests.support.database import apart
from tests.support.superuser import superuser_dsn

_COPY = """INSERT INTO account SELECT (jsonb_populate_record(a, jsonb_build_object(
    'id', $2::text, 'login_name', $3::text, 'login_key', lower($3), 'name', $4::text, 'id_number_index', NULL))).*
    FROM account a WHERE a.id = $1"""
_DEVICE = """INSERT INTO known_device (id, account_id, token_hash, user_agent, created_at, last_seen_at, expires_at)
    VALUES ($1, $2, $3, 'tests', $4, $4, $5)"""


async def copy_account(superuser: Any, account_id: UUID, login_name: str, name: str) -> UUID:
    """Another person's account of the same office, role and password; gives its id."""
    copied = new_id()
    await superuser.execute(_COPY, account_id, str(copied), login_name, name)
    return copied


def add_colleague(settings: Settings, login: Login, name: str) -> Login:
    """Another person with the same role at the same office, and a browser in which they are known."""
    login_name = f"{login.login_name}.{secrets.token_hex(4)}"
    token = device_token(login.realm, login_name)

    async def add() -> None:
        superuser: Any = await asyncpg.connect(superuser_dsn(settings))
        try:
            original = await superuser.fetchval(
                "SELECT id FROM account WHERE realm = $1 AND login_name = $2", login.realm, login.login_name
            )
            copied = await copy_account(superuser, original, login_name, name)
            now = datetime.now(UTC)
            await superuser.execute(
                _DEVICE, new_id(), copied, token_hash(token), now, now + timedelta(days=1)
            )
        finally:
            await superuser.close()

    apart(add())
    return replace(login, login_name=login_name, device_token=token, totp_secret=None)
