"""The embedded server's data directory: made once, for one server at a time, never for a wrong version."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from registry_api.launcher import CannotStart
from registry_api.launcher.isolation import Isolation
from registry_api.launcher.private_files import write_private

_PATIENCE_SECONDS = 10.0

SERVER_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
"""All that PostgreSQL's programs get to see: PGDATA, PGHOST or a missing locale would mislead them."""


def keep_passwords(file: Path, accounts: Sequence[str], *, new: bool) -> dict[str, str]:
    """The passwords of `accounts`, generated at the first call; raises CannotStart if `file` was lost."""
    if file.exists():
        return dict(json.loads(file.read_text("ascii")))
    if not new:
        raise CannotStart(
            f"{file} is gone, and the database beside it cannot be opened without it. Put it back, or remove"
            f" {file.parent} to begin again with an empty database."
        )
    passwords = {account: secrets.token_urlsafe(24) for account in accounts}
    write_private(file, json.dumps(passwords))
    return passwords


def initialise(data: Path, isolation: Isolation, *, superuser: str, password: str, durable: bool) -> None:
    """Makes the directory, which gets its name only when it is complete; raises CannotStart."""
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    isolation.hand_over(unfinished)
    with tempfile.TemporaryDirectory(prefix="registry-", dir=data.parent) as folder:
        password_file = Path(folder) / "password"
        write_private(password_file, password)
        if isolation.owner is not None:
            for path in (Path(folder), password_file):
                os.chown(path, isolation.owner, isolation.owner)
        command = isolation.command(
            "initdb",
            *("--pgdata", str(unfinished), "--username", superuser, "--pwfile", str(password_file)),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
            *(() if durable else ("--no-sync",)),
        )
        made = subprocess.run(command, env=SERVER_ENVIRONMENT, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise CannotStart(f"PostgreSQL could not make its directory {data}:\n{made.stdout}{made.stderr}")
    unfinished.rename(data)


def check_version(data: Path, isolation: Isolation) -> None:
    """Raises CannotStart if another major version made the directory."""
    version = (data / "PG_VERSION").read_text("ascii").strip()
    installed = subprocess.run(
        [isolation.binaries / "pg_config", "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[1]
    if installed.split(".")[0] != version:
        raise CannotStart(
            f"{data} was made by PostgreSQL {version}, and {installed} is installed. Dump it with the old"
            " version and load it into a new directory (docs/operating.md)."
        )


def stop_leftover(data: Path) -> None:
    """Ends a server that outlived its launcher; clears a lock file whose process number is now another's.

    Only for the holder of the directory's lock, since then whoever started that server is gone.
    """
    file = data / "postmaster.pid"
    try:
        process = int(file.read_text("utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while str(data) in _command_of(process):
        os.kill(process, signal.SIGINT if time.monotonic() < give_up else signal.SIGKILL)
        time.sleep(0.1)
    file.unlink(missing_ok=True)


def _command_of(process: int) -> str:
    """The command line of a process; empty if there is none."""
    if sys.platform == "linux":
        try:
            return (
                Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            )
        except OSError:
            return ""
    return subprocess.run(
        ["ps", "-o", "command=", "-p", str(process)], capture_output=True, text=True, check=False
    ).stdout
