"""A database server that somebody else runs, named by REGISTRY_DATABASE_URL."""

import asyncio
import json
import secrets
from pathlib import Path

from registry_api.kit.settings import Settings
from registry_api.launcher import CannotStart, roles
from registry_api.launcher.postgres import Dsns
from registry_api.launcher.private_files import write_private


def is_named(settings: Settings) -> bool:
    """Whether the settings name a server; raises CannotStart if they name it only in part."""
    named = settings.database_url.get_secret_value()
    migration = settings.migration_database_url.get_secret_value()
    worker = settings.worker_database_url.get_secret_value()
    if not named and (migration or worker):
        raise CannotStart("Set REGISTRY_DATABASE_URL too: the URL of the service's own account.")
    if worker and not migration:
        raise CannotStart("Set REGISTRY_MIGRATION_DATABASE_URL too: the URL of the account that migrates.")
    return bool(named)


def prepare(settings: Settings, directory: Path) -> Dsns:
    """The URLs of the three roles on the named server; raises CannotStart, saying what to set or run.

    A URL that is given is used as it is, except that of several hosts a writable one is taken. If only
    REGISTRY_DATABASE_URL is given, it is an administrator's: the roles for the service and the worker are
    then made on the server, and their passwords kept in `directory`.
    """
    named = roles.to_writable(settings.database_url.get_secret_value())
    migration = roles.to_writable(settings.migration_database_url.get_secret_value())
    worker = roles.to_writable(settings.worker_database_url.get_secret_value())
    owner = migration or named
    wanted = [role for role, given in ((roles.APP, migration), (roles.WORKER, worker)) if not given]
    passwords = _keep_passwords(directory / "roles.json", wanted)
    replaced = asyncio.run(roles.ensure_roles(owner, passwords))
    if replaced:
        print(f"New passwords were set for the roles {', '.join(replaced)} on the database server.")
    dsns = Dsns(
        owner,
        named if migration else roles.with_account(owner, roles.APP, passwords[roles.APP]),
        worker or roles.with_account(owner, roles.WORKER, passwords[roles.WORKER]),
    )
    for dsn in (dsns.app, dsns.worker):
        asyncio.run(roles.check_service_role(dsn))
    return dsns


def _keep_passwords(file: Path, wanted: list[str]) -> dict[str, str]:
    kept: dict[str, str] = json.loads(file.read_text("ascii")) if file.exists() else {}
    missing = [role for role in wanted if role not in kept]
    if missing:
        kept |= {role: secrets.token_urlsafe(24) for role in missing}
        write_private(file, json.dumps(kept))
    return {role: kept[role] for role in wanted}
