"""Becomes a command that ends when the process that started it ends, even by `kill -9` (Linux).

Usage: python bound.py SIGTERM PARENT COMMAND [ARGUMENT…], with any signal by its name.

Run as a file and not as a module, so that it costs no imports. It is a program of its own because a
`preexec_fn` may deadlock in a process with threads. The kernel watches the *thread* that started this
program, so start it from one that lives as long as the command should.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Binds this process to its parent, then replaces it by the command."""
    signal_name, parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_PDEATHSIG, signal.Signals[signal_name].value, 0, 0, 0)
        # The parent may have ended before the call above, and then nobody would tell.
        if os.getppid() != int(parent):
            sys.exit(f"the process {parent} that asked for this command has ended")
    os.execvp(command[0], command)  # noqa: S606 (becoming another program is the purpose)


if __name__ == "__main__":
    main()
