"""Progress of a long command on standard error: on a terminal one line that rewrites itself."""

import sys
import time
from typing import TextIO

_TERMINAL_SECONDS = 0.2
_LOG_SECONDS = 10.0


class ProgressLine:
    """Says how much of `goal` is done and how many rows a second it takes; call it with running totals."""

    def __init__(self, goal: int, noun: str, stream: TextIO = sys.stderr) -> None:
        self._goal = goal
        self._noun = noun
        self._stream = stream
        self._terminal = stream.isatty()
        self._begun = self._shown = time.monotonic()

    def __call__(self, done: int, rows: int) -> None:
        """`done` of the goal are complete, `rows` rows are written; the goal itself is always shown."""
        now = time.monotonic()
        pause = _TERMINAL_SECONDS if self._terminal else _LOG_SECONDS
        if done < self._goal and now - self._shown < pause:
            return
        self._shown = now
        seconds = max(now - self._begun, 0.001)
        text = (
            f"{done:,} of {self._goal:,} {self._noun} ({done / max(self._goal, 1):.0%}),"
            f" {rows:,} rows in {seconds:.0f} s, {rows / seconds:,.0f} rows/s"
        )
        end = "\n" if done >= self._goal or not self._terminal else ""
        self._stream.write(("\r\033[K" if self._terminal else "") + text + end)
        self._stream.flush()
