"""A server that somebody else runs: roles are made on it, or what to do about it is said."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from registry_api.kit.settings import Settings
from registry_api.launcher import CannotStart, external, roles
from registry_api.launcher.postgres import EmbeddedPostgres


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "WORKER_DATABASE_URL"):
        monkeypatch.delenv(f"REGISTRY_{name}", raising=False)


def settings(**urls: str) -> Settings:
    return Settings(environment="development", **urls)  # type: ignore[arg-type]


def sql(dsn: str, *statements: str) -> list[Any]:
    async def run() -> list[Any]:
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            for statement in statements:
                rows = await connection.fetch(statement)
            return [row[0] for row in rows]
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("external") / "postgres", durable=False)
    with server:
        yield server.superuser_dsn


@pytest.fixture
def administrator(running: str) -> Iterator[str]:
    """URL of an administrator on a server that knows nothing of the registry."""
    sql(
        running,
        "DROP DATABASE IF EXISTS registry",
        *(f"DROP ROLE IF EXISTS {role}" for role in (roles.APP, roles.WORKER, "weak")),
        "CREATE ROLE weak LOGIN PASSWORD 'weak'",
        "CREATE DATABASE registry OWNER weak",
    )
    yield urlsplit(running)._replace(path="/registry").geturl()
    sql(running, "DROP DATABASE registry")


def test_one_url_is_enough(administrator: str, tmp_path: Path) -> None:
    dsns = external.prepare(settings(database_url=administrator), tmp_path)
    assert dsns.owner == administrator
    assert sql(dsns.app, "SELECT current_user || current_database()") == ["registry_appregistry"]
    assert sql(dsns.worker, "SELECT current_user || current_database()") == ["registry_workerregistry"]
    assert (
        sql(administrator, "SELECT rolname FROM pg_roles WHERE rolname ~ '^registry_[aw]' AND rolbypassrls")
        == []
    )
    assert external.prepare(settings(database_url=administrator), tmp_path) == dsns
    assert (tmp_path / "roles.json").stat().st_mode & 0o777 == 0o600


def test_urls_that_are_given_are_used_as_they_are(administrator: str, tmp_path: Path) -> None:
    made = external.prepare(settings(database_url=administrator), tmp_path)
    (tmp_path / "roles.json").unlink()
    given = settings(
        database_url=made.app, migration_database_url=made.owner, worker_database_url=made.worker
    )
    assert external.prepare(given, tmp_path) == made
    assert not (tmp_path / "roles.json").exists()


def test_an_account_that_may_not_make_roles_is_told_what_to_run_and_set(
    administrator: str, tmp_path: Path
) -> None:
    with pytest.raises(CannotStart) as refusal:
        external.prepare(settings(database_url=roles.with_account(administrator, "weak", "weak")), tmp_path)
    for part in (
        "CREATE ROLE registry_app LOGIN",
        "CREATE ROLE registry_worker",
        "REGISTRY_MIGRATION_DATABASE_URL",
    ):
        assert part in str(refusal.value)


def test_an_idle_role_of_an_earlier_installation_is_taken_over(administrator: str, tmp_path: Path) -> None:
    earlier = external.prepare(settings(database_url=administrator), tmp_path)
    (tmp_path / "roles.json").unlink()
    now = external.prepare(settings(database_url=administrator), tmp_path)
    assert now != earlier
    assert sql(now.app, "SELECT 1") == [1]


def test_a_role_at_work_keeps_its_password(administrator: str, tmp_path: Path) -> None:
    earlier = external.prepare(settings(database_url=administrator), tmp_path)
    (tmp_path / "roles.json").unlink()
    with closing(asyncio.new_event_loop()) as loop:
        at_work = loop.run_until_complete(asyncpg.connect(earlier.app))
        try:
            with pytest.raises(CannotStart, match="in use by another installation"):
                external.prepare(settings(database_url=administrator), tmp_path)
        finally:
            loop.run_until_complete(at_work.close())
    assert sql(earlier.app, "SELECT 1") == [1]


def test_a_role_that_passes_row_level_security_is_refused(administrator: str, tmp_path: Path) -> None:
    given = settings(database_url=administrator, migration_database_url=administrator)
    with pytest.raises(CannotStart, match="superuser or has BYPASSRLS"):
        external.prepare(given, tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda dsn: roles.with_account(dsn, "postgres", "wrong"), "refused the account"),
        (lambda dsn: urlsplit(dsn)._replace(path="/missing").geturl(), "Create the database first"),
        (
            lambda dsn: dsn.replace(f":{urlsplit(dsn).port}", ":1"),
            "No connection to PostgreSQL at 127.0.0.1:1",
        ),
        (lambda _: "postgresql://host:not-a-port/x", "No connection to PostgreSQL"),
    ],
)
def test_what_is_wrong_with_a_url_is_told_without_its_password(
    administrator: str, tmp_path: Path, change: Any, message: str
) -> None:
    with pytest.raises(CannotStart) as refusal:
        external.prepare(settings(database_url=change(administrator)), tmp_path)
    assert message in str(refusal.value)
    assert str(urlsplit(administrator).password) not in str(refusal.value)


def test_an_old_server_is_refused(
    administrator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "OLDEST_SERVER", 99)
    with pytest.raises(CannotStart, match=r"is version \d+; 99 or newer is needed"):
        external.prepare(settings(database_url=administrator), tmp_path)


def test_half_of_the_urls_are_not_enough() -> None:
    assert not external.is_named(settings())
    for urls in ({"worker_database_url": "x"}, {"migration_database_url": "x"}):
        with pytest.raises(CannotStart, match="REGISTRY_DATABASE_URL"):
            external.is_named(settings(**urls))
    with pytest.raises(CannotStart, match="REGISTRY_MIGRATION_DATABASE_URL"):
        external.is_named(settings(database_url="x", worker_database_url="x"))


@pytest.mark.parametrize(
    ("dsn", "derived"),
    [
        ("postgresql://u:p@h/d", "postgresql://a:s%40@h/d"),
        ("postgresql://u:p@h1:5432,h2:5433/d", "postgresql://a:s%40@h1:5432,h2:5433/d"),
        ("postgresql://u@h1,h2/d?sslmode=require", "postgresql://a:s%40@h1,h2/d?sslmode=require"),
        ("postgresql:///d?host=/run/pg&user=u&password=p", "postgresql://a:s%40@/d?host=/run/pg"),
    ],
)
def test_the_same_servers_under_another_account(dsn: str, derived: str) -> None:
    assert roles.with_account(dsn, "a", "s@") == derived


@pytest.mark.parametrize(
    ("dsn", "writable"),
    [
        ("postgresql://u:p@h/d", "postgresql://u:p@h/d"),
        ("", ""),
        ("postgresql://u:p@h1,h2:1/d", "postgresql://u:p@h1,h2:1/d?target_session_attrs=read-write"),
        (
            "postgresql://u:p@h1,h2/d?target_session_attrs=primary",
            "postgresql://u:p@h1,h2/d?target_session_attrs=primary",
        ),
    ],
)
def test_of_several_servers_a_writable_one_is_asked_for(dsn: str, writable: str) -> None:
    assert roles.to_writable(dsn) == writable
