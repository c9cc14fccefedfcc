"""The login roles: one that owns and migrates, two that own nothing and cannot pass row-level security."""

import base64
import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg

from registry_api.launcher import CannotStart

OWNER = "registry_owner"
APP = "registry_app"
WORKER = "registry_worker"
DATABASE = "registry"
OLDEST_SERVER = 15

_SCRAM_ITERATIONS = 4096
_ATTRIBUTES = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT"
_SIGN_IN_REFUSED = (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)


async def create_embedded_database(superuser_dsn: str, passwords: Mapping[str, str]) -> None:
    """Makes sure that the embedded server has the three roles and the database that the owner owns."""
    connection = await asyncpg.connect(superuser_dsn)
    try:
        for role in (OWNER, APP, WORKER):
            verb = "ALTER" if await _exists(connection, role) else "CREATE"
            await connection.execute(
                f"{verb} ROLE {role} {_ATTRIBUTES} PASSWORD '{scram_verifier(passwords[role])}'"
            )
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        await connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
        await connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP}, {WORKER}")
    finally:
        await connection.close()


async def ensure_roles(administrator_dsn: str, passwords: Mapping[str, str]) -> list[str]:
    """Makes sure that the roles in `passwords` exist on an external server and sign in with these passwords.

    Gives the names of roles whose password was replaced. Raises CannotStart, with the statements for an
    administrator to run, where the account may not do it, and where a role is at work with another password.
    """
    connection = await connect(administrator_dsn)
    replaced = []
    try:
        for role, password in passwords.items():
            if not await _exists(connection, role):
                await _change(connection, f"CREATE ROLE {role} {_ATTRIBUTES}", password)
            elif not await _signs_in(with_account(administrator_dsn, role, password)):
                # Setting a new password under a running installation would cut it off.
                if await connection.fetchval(
                    "SELECT 1 FROM pg_stat_activity WHERE usename = $1 LIMIT 1", role
                ):
                    raise CannotStart(
                        f"The role {role} is in use by another installation on this server, with a"
                        " password that is not kept here. Set REGISTRY_DATABASE_URL,"
                        " REGISTRY_MIGRATION_DATABASE_URL and REGISTRY_WORKER_DATABASE_URL to the"
                        " accounts that are there already."
                    )
                await _change(connection, f"ALTER ROLE {role}", password)
                replaced.append(role)
            await _grant_connect(connection, role)
            await check_service_role(with_account(administrator_dsn, role, password))
    finally:
        await connection.close()
    return replaced


async def check_service_role(dsn: str) -> None:
    """Raises CannotStart if this account could pass row-level security, the second wall between tenants."""
    connection = await connect(dsn)
    try:
        name, superuser, bypasses = await connection.fetchrow(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        if superuser or bypasses:
            raise CannotStart(
                f"The role {name} is a superuser or has BYPASSRLS; the service must not run with it. Give"
                " only REGISTRY_DATABASE_URL and the other roles are made for you, or run:"
                f" ALTER ROLE {quote_name(name)} NOSUPERUSER NOBYPASSRLS;"
            )
    finally:
        await connection.close()


async def connect(dsn: str) -> Any:
    """A connection to a server that is new enough; raises CannotStart, saying what is wrong."""
    place = urlsplit(dsn).netloc.rpartition("@")[2] or "the server"
    try:
        connection = await asyncpg.connect(dsn, timeout=15)
    except _SIGN_IN_REFUSED as refusal:
        raise CannotStart(f"{place} refused the account in the database URL: {refusal}") from refusal
    except asyncpg.InvalidCatalogNameError as absence:
        raise CannotStart(
            f"{place} answers: {absence}. Create the database first (CREATE DATABASE …)."
        ) from absence
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as fault:
        raise CannotStart(
            f"No connection to PostgreSQL at {place}: {fault or type(fault).__name__}"
        ) from fault
    version = connection.get_server_version()
    if version.major < OLDEST_SERVER:
        await connection.close()
        raise CannotStart(
            f"PostgreSQL at {place} is version {version.major}; {OLDEST_SERVER} or newer is needed."
        )
    return connection


def with_account(dsn: str, user: str, password: str) -> str:
    """The same servers and database under another account."""
    parts = urlsplit(dsn)
    hosts = parts.netloc.rpartition("@")[2]
    query = [pair for pair in parse_qsl(parts.query) if pair[0] not in {"user", "password", "passfile"}]
    account = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{account}@{hosts}", query=urlencode(query, safe="/,")))


def to_writable(dsn: str) -> str:
    """The URL, asking for a writable server if it names several and does not say which: we always write."""
    parts = urlsplit(dsn)
    query = parse_qsl(parts.query)
    hosts = parts.netloc + dict(query).get("host", "")
    if "," not in hosts or "target_session_attrs" in dict(query):
        return dsn
    query.append(("target_session_attrs", "read-write"))
    return urlunsplit(parts._replace(query=urlencode(query, safe="/,")))


def scram_verifier(password: str) -> str:
    """What PostgreSQL stores for a password (RFC 5803): so no statement, and no log, holds the password."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _SCRAM_ITERATIONS)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    encode = base64.b64encode
    return (
        f"SCRAM-SHA-256${_SCRAM_ITERATIONS}:{encode(salt).decode()}"
        f"${encode(stored_key).decode()}:{encode(server_key).decode()}"
    )


def quote_name(name: str) -> str:
    """The name as an SQL identifier."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'


async def _exists(connection: Any, role: str) -> bool:
    return bool(await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role))


async def _signs_in(dsn: str) -> bool:
    try:
        connection = await asyncpg.connect(dsn, timeout=15)
    except _SIGN_IN_REFUSED:
        return False
    except (
        asyncpg.InsufficientPrivilegeError
    ):  # signed in, but without CONNECT on this database, granted next
        return True
    await connection.close()
    return True


async def _change(connection: Any, statement: str, password: str) -> None:
    try:
        await connection.execute(f"{statement} PASSWORD '{scram_verifier(password)}'")
    except asyncpg.InsufficientPrivilegeError as refusal:
        user, database = await connection.fetchrow("SELECT current_user, current_database()")
        raise CannotStart(
            f"The account {user} may not do this on the server: {statement} ({refusal}).\n"
            "Have an administrator run\n"
            f"    CREATE ROLE {APP} LOGIN PASSWORD '…';\n"
            f"    CREATE ROLE {WORKER} LOGIN PASSWORD '…';\n"
            f"    GRANT CONNECT ON DATABASE {quote_name(database)} TO {APP}, {WORKER};\n"
            f"and then set REGISTRY_DATABASE_URL to {APP}'s URL, REGISTRY_WORKER_DATABASE_URL to"
            f" {WORKER}'s and REGISTRY_MIGRATION_DATABASE_URL to {user}'s."
        ) from refusal


async def _grant_connect(connection: Any, role: str) -> None:
    database = await connection.fetchval("SELECT current_database()")
    if await connection.fetchval("SELECT has_database_privilege($1, $2, 'CONNECT')", role, database):
        return
    try:
        await connection.execute(f"GRANT CONNECT ON DATABASE {quote_name(database)} TO {role}")
    except asyncpg.InsufficientPrivilegeError as refusal:
        raise CannotStart(
            f"The role {role} may not connect to {database}; have an administrator run:"
            f" GRANT CONNECT ON DATABASE {quote_name(database)} TO {role};"
        ) from refusal
