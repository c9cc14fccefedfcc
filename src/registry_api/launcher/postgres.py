"""The embedded PostgreSQL: a server of our own for development and tests, from a wheel.

It binds to 127.0.0.1 and to a socket that only this account can open, asks for passwords (SCRAM), ends with
the process that started it, and recovers at the next start from whatever ended it.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import quote

from registry_api.launcher import CannotStart, children, cluster, isolation, roles

SUPERUSER = "postgres"
START_SECONDS = 90.0
"""Recovery after a crash on a busy disk was seen to take 8 s; a large database takes longer."""
_LEFTOVER_SECONDS = 10.0
_LONGEST_SOCKET_PATH = 107
_LOG_LIMIT_BYTES = 10 * 1024 * 1024
# What a server killed a moment ago leaves behind for a few seconds.
_PASSING = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')
_PORT_TAKEN = ("Address already in use", "could not create any TCP/IP sockets")
_FAST_STOP = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0))

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Details and contexts quote values of rows, and the log is no place for personal data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",
}
_NOT_DURABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "10min",
}


@dataclass(frozen=True)
class Dsns:
    """asyncpg's URLs of the three roles on one database."""

    owner: str
    app: str
    worker: str


class EmbeddedPostgres:
    """One server in one directory: start it, use its URLs, stop it. Also a context manager."""

    def __init__(self, directory: Path, *, durable: bool) -> None:
        """`directory` keeps everything between starts. Without `durable` a crash may lose it: for tests."""
        self._directory = directory.resolve()
        self._durable = durable
        self._isolation = isolation.choose()
        self._passwords: dict[str, str] = {}
        self._port = 0
        self._server: subprocess.Popen[bytes] | None = None
        self._held = ExitStack()

    @property
    def superuser_dsn(self) -> str:
        """URL of the server's superuser on the database `postgres`, to make databases with."""
        return self._dsn(SUPERUSER, "postgres")

    @property
    def process_id(self) -> int | None:
        """The server's process while this object runs one."""
        return self._server.pid if self._server and self._server.poll() is None else None

    def start(self) -> Dsns:
        """Starts the server, making it first if the directory is new; raises CannotStart.

        The server ends when the thread that calls this ends.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._held.enter_context(
                children.sole_use(self._directory / "lock", of=f"The database in {self._directory}")
            )
            home = self._isolation.home(self._directory)
            self._isolation.hand_over(home)
            if home != self._directory and not self._durable:
                self._held.callback(shutil.rmtree, home, ignore_errors=True)
            data = home / "data"
            self._passwords = cluster.keep_passwords(
                self._directory / "passwords.json",
                (SUPERUSER, roles.OWNER, roles.APP, roles.WORKER),
                new=not data.exists(),
            )
            if not data.exists():
                password = self._passwords[SUPERUSER]
                cluster.initialise(
                    data, self._isolation, superuser=SUPERUSER, password=password, durable=self._durable
                )
            cluster.check_version(data, self._isolation)
            cluster.stop_leftover(data)
            self._launch(data, self._open_socket_directory(home))
            asyncio.run(roles.create_embedded_database(self.superuser_dsn, self._passwords))
        except BaseException:
            self.stop()
            raise
        return Dsns(*(self._dsn(role, roles.DATABASE) for role in (roles.OWNER, roles.APP, roles.WORKER)))

    def stop(self) -> None:
        """Stops the server: it ends its connections and writes everything down."""
        if self._server is not None:
            children.stop(self._server, _FAST_STOP)
            self._server = None
        self._held.close()

    def __enter__(self) -> Dsns:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _dsn(self, role: str, database: str) -> str:
        return (
            f"postgresql://{role}:{quote(self._passwords[role], safe='')}@127.0.0.1:{self._port}/{database}"
        )

    def _open_socket_directory(self, home: Path) -> Path:
        """A private directory whose path is short enough for a socket's address."""
        for stale in home.glob("socket-*"):
            shutil.rmtree(stale.read_text("utf-8"), ignore_errors=True)
            stale.unlink()
        inside = home / "socket"
        if len(os.fsencode(inside / ".s.PGSQL.65535")) <= _LONGEST_SOCKET_PATH:
            self._isolation.hand_over(inside)
            return inside
        elsewhere = Path(tempfile.mkdtemp(prefix="registry-", dir="/tmp"))
        self._held.callback(shutil.rmtree, elsewhere, ignore_errors=True)
        # A start that is killed leaves the directory; the next one reads here what to remove.
        (home / f"socket-{elsewhere.name}").write_text(str(elsewhere), "utf-8")
        self._isolation.hand_over(elsewhere)
        return elsewhere

    def _launch(self, data: Path, sockets: Path) -> None:
        remembered = self._directory / "port"
        self._port = int(remembered.read_text("ascii")) if remembered.exists() else 0
        give_up = time.monotonic() + _LEFTOVER_SECONDS
        with self._open_log() as log:
            while True:
                if not _is_free(self._port):
                    self._port = free_port()
                begin = log.tell()
                self._server = self._start_server(data, sockets, log)
                if self._becomes_ready(self._server, sockets):
                    break
                said = self._log_path.read_bytes()[begin:].decode("utf-8", "replace")
                passing = any(text in said for text in _PASSING) and time.monotonic() < give_up
                if not passing and not any(text in said for text in _PORT_TAKEN):
                    raise CannotStart(
                        f"PostgreSQL did not start. It wrote to {self._log_path}:\n{said[-2000:]}"
                    )
                time.sleep(0.5)
        remembered.write_text(str(self._port), "ascii")

    @property
    def _log_path(self) -> Path:
        return self._directory / "postgres.log"

    def _open_log(self) -> IO[bytes]:
        path = self._log_path
        if path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES:
            path.rename(path.with_suffix(".log.1"))
        log = path.open("ab")
        log.seek(0, os.SEEK_END)
        return log

    def _start_server(self, data: Path, sockets: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        settings = _SETTINGS | ({} if self._durable else _NOT_DURABLE)
        settings |= {"port": str(self._port), "unix_socket_directories": str(sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return children.start_bound(
            self._isolation.command("postgres", "-D", str(data), *options, ends_with_parent=True),
            at_parent_death=signal.SIGINT,
            environment=cluster.SERVER_ENVIRONMENT,
            output=log,
        )

    def _becomes_ready(self, server: subprocess.Popen[bytes], sockets: Path) -> bool:
        """Waits until the server takes connections; False if it ended instead."""
        ask = [str(self._isolation.binaries / "pg_isready"), "-q", "-h", str(sockets), "-p", str(self._port)]
        give_up = time.monotonic() + START_SECONDS
        while server.poll() is None:
            if subprocess.run(ask, env=cluster.SERVER_ENVIRONMENT, check=False).returncode == 0:
                return True
            if time.monotonic() > give_up:
                raise CannotStart(
                    f"PostgreSQL is not ready after {START_SECONDS:.0f} s; see {self._log_path}"
                )
            time.sleep(0.02)
        return False


def _is_free(port: int) -> bool:
    if port == 0:
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A TCP port on the loopback address that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
