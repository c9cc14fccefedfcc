"""One long-running child of the launcher: its log, its restarts, its end."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from registry_api.launcher import children

LOG_LIMIT_BYTES = 10 * 1024 * 1024
DRAIN_SECONDS = 25.0
"""How long a service may take to finish what it is doing."""
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0
"""After so long the next death counts as a first one again."""


class Service:
    """A service that is started again, after growing pauses, when it ends by itself."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._deaths = 0
        self._start_at = 0.0
        self._log_start = 0

    def start(self, environment: Mapping[str, str]) -> None:
        """Starts it; its output is appended to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self._log_start = output.seek(0, os.SEEK_END)
            # A killed launcher takes the database along: nothing can be finished, and the port must be free.
            self._child = children.start_bound(
                self._command, at_parent_death=signal.SIGKILL, environment=environment, output=output
            )
        self._started_at = time.monotonic()

    @property
    def runs(self) -> bool:
        """Whether it is there."""
        return self._child is not None and self._child.poll() is None

    def revive(self, environment: Mapping[str, str]) -> str | None:
        """Starts it again if it has ended and its pause is over; gives what to tell a person, if anything."""
        if self.runs:
            return None
        now = time.monotonic()
        if self._child is not None:
            status = self._child.returncode
            self._child = None
            self._deaths = 1 if now - self._started_at > _STEADY_SECONDS else self._deaths + 1
            pause = min(0.5 * 2 ** (self._deaths - 1), _LONGEST_PAUSE_SECONDS)
            self._start_at = now + pause
            return f"{self.name} ended ({_reason(status)}); it starts again in {pause:g} s. Log: {self.log}"
        if now >= self._start_at:
            self.start(environment)
        return None

    def stop(self) -> None:
        """Lets it finish its work, then ends it."""
        if self._child is not None:
            children.stop(self._child, ((signal.SIGTERM, DRAIN_SECONDS),))
            self._child = None

    def last_words(self) -> str:
        """The end of what it wrote to its log since it was started."""
        return self.log.read_bytes()[self._log_start :][-3000:].decode("utf-8", "replace")


def _reason(status: int | None) -> str:
    if status is not None and status < 0:
        return signal.Signals(-status).name
    return f"status {status}"
