"""`registry run` starts everything, watches over it, stops it in order, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

STAND_IN = Path(__file__).with_name("stand_in.py")
PROGRAM = f"""
import sys
from registry_api.kit.settings import Settings
from registry_api.launcher import run
run._OWN_PROGRAM = (sys.executable, {str(STAND_IN)!r})
sys.exit(run.run(Settings()))
"""


class System:
    """A running launcher and what can be seen of it from outside."""

    def __init__(self, state: Path, port: int) -> None:
        self._state = state
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env={name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
            | {
                "REGISTRY_ENVIRONMENT": "development",
                "REGISTRY_STATE_DIRECTORY": str(state),
                "REGISTRY_PORT": str(port),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_to_say(self, text: str) -> str:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if text in line:
                return said
        raise AssertionError(f"it ended and said: {said}")

    def notes(self) -> list[str]:
        file = self._state / "notes"
        return file.read_text().splitlines() if file.exists() else []

    def pid_of(self, command: str) -> int:
        """Of the last one that began; waits for one, for on a busy machine a process is slow to say that it runs."""
        eventually(lambda: bool(self._begun(command)))
        return int(self._begun(command)[-1].split()[1])

    def _begun(self, command: str) -> list[str]:
        return [note for note in self.notes() if re.fullmatch(rf"{command} \d+", note)]

    def was_replaced(self, command: str, pid: int) -> bool:
        return self.pid_of(command) != pid

    def database_pid(self) -> int:
        """Of the running server; 0, which is nobody's, while it is only starting."""
        file = self._state / "postgres/data/postmaster.pid"
        try:
            return int(file.read_text().partition("\n")[0])
        except (FileNotFoundError, ValueError):
            return 0


def eventually(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@contextmanager
def started(state: Path, port: int) -> Iterator[System]:
    system = System(state, port)
    with system.process:
        try:
            yield system
        finally:
            system.process.kill()


def test_it_says_where_everything_is_and_stops_in_order(state: Path, port: int) -> None:
    with started(state, port) as system:
        said = system.wait_to_say("Ctrl-C")
        for part in (f"http://127.0.0.1:{port}/doctor/", f":{port}/authority/", "张三", "secret"):
            assert part in said
        everything = [system.pid_of("serve"), system.pid_of("worker"), system.database_pid()]
        assert all(map(runs, everything))
        system.process.send_signal(signal.SIGINT)
        assert system.process.wait(30) == 0
        assert not any(map(runs, everything))
    names = [re.sub(r" \d+$", "", note) for note in system.notes()]
    assert names[:2] == ["migrate", "seed"]
    assert names[-2:] == ["serve ends, the database answers", "worker ends, the database answers"]
    assert (state / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_whatever_dies_is_started_again(state: Path, port: int) -> None:
    with started(state, port) as system:
        system.wait_to_say("Ctrl-C")
        for command in ("serve", "worker"):
            before = system.pid_of(command)
            os.kill(before, signal.SIGKILL)
            system.wait_to_say("ended (SIGKILL); it starts again in")
            eventually(partial(system.was_replaced, command, before))
        database = system.database_pid()
        os.kill(database, signal.SIGKILL)
        system.wait_to_say("PostgreSQL ended; it starts again")
        eventually(lambda: not runs(database) and runs(system.database_pid()))
        system.process.terminate()
        assert system.process.wait(30) == 0


def test_a_killed_launcher_takes_everything_along_and_the_next_start_recovers(state: Path, port: int) -> None:
    secrets = (state / "secrets.json").read_text()
    with started(state, port) as system:
        system.wait_to_say("Ctrl-C")
        everything = [system.pid_of("serve"), system.pid_of("worker"), system.database_pid()]
        system.process.kill()
        with started(state, port) as next_start:
            next_start.wait_to_say("Ctrl-C")
            assert not any(map(runs, everything))
            assert (state / "secrets.json").read_text() == secrets
            next_start.process.terminate()
            next_start.process.wait(30)


def test_a_second_start_is_refused(state: Path, port: int) -> None:
    with started(state, port) as first:
        first.wait_to_say("Ctrl-C")
        with started(state, port + 1) as second:
            assert second.process.wait(30) == 1
            assert second.process.stdout is not None
            assert f"in use by another start (process {first.process.pid})" in second.process.stdout.read()
        first.process.terminate()
        first.process.wait(30)


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with started(tmp_path, other.getsockname()[1]) as system:
            assert "REGISTRY_PORT=" in system.wait_to_say("REGISTRY_PORT=")
            assert system.process.wait(30) == 1
    assert not (tmp_path / "postgres").exists()


def test_a_lost_key_file_is_told(state: Path, port: int, tmp_path: Path) -> None:
    kept = (state / "secrets.json").rename(tmp_path / "secrets.json")
    try:
        with started(state, port) as system:
            system.wait_to_say("cannot be read without its keys")
            assert system.process.wait(30) == 1
    finally:
        kept.rename(state / "secrets.json")


def test_it_can_be_stopped_while_it_seeds(state: Path, port: int) -> None:
    (state / "slow").touch()
    (state / "notes").unlink()
    try:
        with started(state, port) as system:
            eventually(lambda: any(note.startswith("seed") for note in system.notes()))
            seeding = system.pid_of("seed")
            system.process.send_signal(signal.SIGINT)
            assert system.process.wait(30) == 130
            assert not runs(seeding)
    finally:
        (state / "slow").unlink()
