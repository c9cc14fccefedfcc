"""Child processes that end with the launcher, and the lock that keeps two launchers apart."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from registry_api.launcher import CannotStart

_ENDING_SECONDS = 3.0
_BOUND = Path(__file__).with_name("bound.py")


def start_bound(
    command: Sequence[str],
    *,
    at_parent_death: signal.Signals,
    environment: Mapping[str, str],
    output: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Starts `command`; it gets `at_parent_death` when the calling thread ends, however that happens.

    The child leads a session of its own, so that Ctrl-C in a terminal reaches only the launcher, which then
    stops its children in order. `output` takes both of its streams; without it they are the launcher's.
    """
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(_BOUND), at_parent_death.name, str(os.getpid()), *command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=dict(environment),
        start_new_session=True,
    )


def stop(child: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Sends each signal in turn and waits for so many seconds after it; kills at the end."""
    for number, patience in steps:
        if child.poll() is not None:
            return
        child.send_signal(number)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    if child.poll() is None:
        child.kill()
        child.wait()


@contextmanager
def sole_use(path: Path, *, of: str) -> Iterator[None]:
    """Holds the lock file for as long as the block lasts; the kernel frees it when the process dies.

    Raises CannotStart, which names the holder, if another process keeps it: one that is just ending, even by
    `kill -9`, gets a moment to be gone.
    """
    with path.open("a+", encoding="ascii") as file:
        give_up = time.monotonic() + _ENDING_SECONDS
        while not _lock(file):
            if time.monotonic() > give_up:
                file.seek(0)
                raise CannotStart(
                    f"{of} is in use by another start (process {file.read().strip() or 'unknown'}). Stop that"
                    " one first, or set REGISTRY_STATE_DIRECTORY to use another directory."
                )
            time.sleep(0.05)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
