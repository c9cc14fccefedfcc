"""`registry run`: the whole system on one machine, for development and for a first look."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from registry_api.kit.settings import Settings
from registry_api.launcher import CannotStart, children, external
from registry_api.launcher.announcement import announcement
from registry_api.launcher.development import keep_environment, keep_secrets
from registry_api.launcher.postgres import Dsns, EmbeddedPostgres, free_port
from registry_api.launcher.services import Service

READY_SECONDS = 90.0
_CHECK_SECONDS = 0.3
_PORT_PATIENCE_SECONDS = 3.0
"""For the last steps of a service whose launcher was killed a moment ago."""
_OWN_PROGRAM = (sys.executable, "-m", "registry_api.cli")
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (recognised, not bound here)


class _Interrupted(Exception):  # noqa: N818 (no error: a person asked for it)
    """Somebody asked for the end while the start was under way."""


def run(settings: Settings) -> int:
    """Starts everything, watches over it, and on Ctrl-C stops it in order; gives the exit status."""
    stop = threading.Event()
    previous = _answer_signals(stop)
    try:
        _Launch(settings, stop).run()
    except _Interrupted:
        return 128 + signal.SIGINT
    except CannotStart as reason:
        if stop.is_set():  # a terminal's Ctrl-C also reaches short-lived helpers, which then fail
            return 128 + signal.SIGINT
        print(f"\n{reason}", file=sys.stderr)
        return 1
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0


def _answer_signals(stop: threading.Event) -> dict[signal.Signals, Any]:
    """Makes the signals that ask for the end set `stop`; gives the handlers that were there."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # `nohup` stays in force
        numbers.append(signal.SIGHUP)
    return {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}


class _Launch:
    def __init__(self, settings: Settings, stop: threading.Event) -> None:
        self._settings = settings
        self._stop = stop
        self._state = settings.state_directory.resolve()
        self._database: EmbeddedPostgres | None = None
        self._port = settings.port or free_port()
        self._environment: dict[str, str] = {}
        logs = self._state / "logs"
        self._api = Service("API", (*_OWN_PROGRAM, "serve"), logs / "api.log")
        self._worker = Service("Worker", (*_OWN_PROGRAM, "worker"), logs / "worker.log")

    def run(self) -> None:
        if self._settings.environment == "production":
            raise CannotStart(
                "`registry run` is for development: it generates secrets and uses plain HTTP. In production"
                " run `registry migrate`, `registry serve` and `registry worker` (docs/operating.md)."
            )
        begin = time.monotonic()
        self._state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as stack:
            stack.enter_context(
                children.sole_use(self._state / "run.lock", of=f"The directory {self._state}")
            )
            self._check_port()
            self._prepare_environment(stack)
            self._finish("migrate")
            self._finish("seed", "--if-empty")
            for service in (self._worker, self._api):
                stack.callback(service.stop)  # the API is stopped first
                service.start(self._environment)
            self._wait_until_ready()
            origin = self._settings.public_origin.rstrip("/") or f"http://{self._settings.host}:{self._port}"
            print(announcement(origin, self._state / "demo-logins.json", self._api.log.parent))
            print(f"  {time.monotonic() - begin:.1f} s", flush=True)
            while not self._stop.wait(_CHECK_SECONDS):
                self._watch()
            print("\n正在停止 · Stopping", flush=True)

    def _check_port(self) -> None:
        host, port = self._settings.host, self._port
        give_up = time.monotonic() + _PORT_PATIENCE_SECONDS
        while (fault := _binding_fault(host, port)) is not None:
            if time.monotonic() > give_up:
                raise CannotStart(
                    f"Port {port} on {host} cannot be used ({fault.strerror}). Choose another, such as"
                    f" REGISTRY_PORT={port + 1} make run\n"
                    f"端口 {port} 已被占用或不可用，可换用：REGISTRY_PORT={port + 1} make run"
                ) from fault
            if self._stop.wait(0.1):
                raise _Interrupted

    def _prepare_environment(self, stack: ExitStack) -> None:
        named = external.is_named(self._settings)
        embedded = self._state / "postgres"
        own_data = (embedded / "passwords.json").exists()
        secrets = keep_secrets(self._state / "secrets.json", data_exists=own_data and not named)
        frontends = self._settings.frontends_directory or Path("frontends")
        given = {name: value for name, value in os.environ.items() if value or name not in secrets}
        self._environment = (
            secrets
            | given
            | {
                "REGISTRY_ENVIRONMENT": "development",
                "REGISTRY_STATE_DIRECTORY": str(self._state),
                "REGISTRY_PORT": str(self._port),
            }
        )
        if (frontends / "doctor" / "dist").is_dir():  # `make` builds the portals, this command does not
            self._environment["REGISTRY_FRONTENDS_DIRECTORY"] = str(frontends.resolve())
        if named:
            self._use(external.prepare(self._settings, self._state))
        else:
            self._database = EmbeddedPostgres(embedded, durable=True)
            stack.callback(self._database.stop)
            self._use(self._database.start())

    def _use(self, dsns: Dsns) -> None:
        self._environment |= {
            "REGISTRY_DATABASE_URL": dsns.app,
            "REGISTRY_MIGRATION_DATABASE_URL": dsns.owner,
            "REGISTRY_WORKER_DATABASE_URL": dsns.worker,
        }
        keep_environment(self._state, self._environment)

    def _finish(self, *arguments: str) -> None:
        """Runs one of the program's short commands to its end."""
        child = children.start_bound(
            (*_OWN_PROGRAM, *arguments), at_parent_death=signal.SIGTERM, environment=self._environment
        )
        while True:
            try:
                status = child.wait(_CHECK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                if self._stop.is_set():
                    children.stop(child, ((signal.SIGTERM, 10.0),))
                    raise _Interrupted from None
        if status != 0:
            raise CannotStart(f"`registry {' '.join(arguments)}` failed with status {status}; see above.")
        if self._stop.is_set():
            raise _Interrupted

    def _wait_until_ready(self) -> None:
        give_up = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if not self._api.runs or time.monotonic() > give_up:
                raise CannotStart(
                    f"The API did not get ready. Its log {self._api.log} ends so:\n{self._api.last_words()}"
                )
            if self._stop.wait(0.1):
                raise _Interrupted

    def _is_ready(self) -> bool:
        host = _EVERY_ADDRESS.get(self._settings.host, self._settings.host)
        connection = http.client.HTTPConnection(host, self._port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _watch(self) -> None:
        if self._database is not None and self._database.process_id is None:
            print("PostgreSQL ended; it starts again.", flush=True)
            self._database.stop()
            before = dict(self._environment)
            self._use(self._database.start())
            if self._environment != before:  # its port was taken meanwhile
                for service in (self._api, self._worker):
                    service.stop()
        for service in (self._api, self._worker):
            if message := service.revive(self._environment):
                print(message, flush=True)


def _binding_fault(host: str, port: int) -> OSError | None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            return fault
    return None
