"""The running service: API and worker as processes of their own, on a database that no test's clock moves."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from registry_api.demo.logins import LOGINS_FILE, Login, Pool, read_pool
from registry_api.kit.settings import Settings
from registry_api.launcher import children
from registry_api.launcher.postgres import free_port
from tests.support.database import fresh_system

READY_SECONDS = 60.0
_STOP = ((signal.SIGTERM, 25.0),)
_FRONTENDS = Path(__file__).parents[2] / "frontends"
_PORTALS = ("doctor", "institution", "authority", "public")


@dataclass
class Server:
    """The service as a person or a program reaches it."""

    settings: Settings
    log: Path

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return self.settings.origin

    @property
    def logins(self) -> list[Login]:
        """The logins that seeding publishes."""
        content = json.loads((self.settings.state_directory / LOGINS_FILE).read_text("utf-8"))
        return [Login(**login) for login in content]

    @property
    def pool(self) -> Pool:
        """Doctors who can apply, and who decides on them."""
        return read_pool(self.settings.state_directory)


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment from which a process reads these settings."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    for name in Settings.model_fields:
        value: Any = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if value is not None:
            given[f"REGISTRY_{name.upper()}"] = str(value)
    return given


@contextmanager
def running(settings: Settings, command: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of the service's processes; it writes to `COMMAND.log` in the state directory and ends with the block."""
    with (settings.state_directory / f"{command}.log").open("ab") as log:
        child = children.start_bound(
            (sys.executable, "-m", "registry_api.cli", command),
            at_parent_death=signal.SIGKILL,
            environment=environment_of(settings),
            output=log,
        )
    try:
        yield child
    finally:
        children.stop(child, _STOP)


def await_ready(origin: str, child: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until the service answers and its database does; fails with the log's end if it never does."""
    give_up = time.monotonic() + READY_SECONDS
    while True:
        try:
            if httpx.get(f"{origin}/readyz", timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            if child.poll() is not None or time.monotonic() > give_up:
                pytest.fail(f"the service did not get ready:\n{log.read_text('utf-8')[-3000:]}")
        time.sleep(0.05)


@contextmanager
def served(settings: Settings) -> Iterator[Server]:
    """The API process alone, ready."""
    if all((_FRONTENDS / portal / "dist").is_dir() for portal in _PORTALS):
        settings = settings.model_copy(update={"frontends_directory": _FRONTENDS})
    log = settings.state_directory / "serve.log"
    with running(settings, "serve") as child:
        await_ready(settings.origin, child, log)
        yield Server(settings, log)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """API, worker, database and demo content, as `make run` starts them; the portals too if they are built.

    It has a database of its own: its worker runs by the machine's clock and would take the events that other
    tests handle under theirs.
    """
    folder = tmp_path_factory.mktemp("server")
    with (
        # So many that the offices whose logins are published have cases on their desks.
        fresh_system(folder, port=free_port(), doctors=1000) as (settings, _),
        running(settings, "worker"),
        served(settings) as made,
    ):
        yield made
