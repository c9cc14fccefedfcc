"""Registers programs; an operator does it on the command line until the portals offer it."""

import hashlib
import secrets
from typing import Literal
from uuid import UUID

import asyncpg

from registry_api.accounts.principals import READ_SCOPE
from registry_api.kit.ids import new_id

SCOPES = (READ_SCOPE,)
_INSERT = """
INSERT INTO api_client (id, name, secret_hash, scopes, institution_id, authority_id) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def create_client(
    dsn: str, name: str, office: Literal["institution", "authority"], office_id: UUID, scopes: list[str]
) -> tuple[UUID, str]:
    """Enters a client over the owner's connection; gives its id and its secret, which is kept nowhere.

    Raises ValueError for an unknown scope, asyncpg.ForeignKeyViolationError for an unknown office.
    """
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise ValueError(f"unknown scopes {unknown}; there are {list(SCOPES)}")
    client_id, secret = new_id(), secrets.token_urlsafe(32)
    offices = (office_id, None) if office == "institution" else (None, office_id)
    connection = await asyncpg.connect(dsn)
    try:
        digest = hashlib.sha256(secret.encode()).digest()
        await connection.execute(_INSERT, client_id, name, digest, scopes, *offices)
    finally:
        await connection.close()
    return client_id, secret
