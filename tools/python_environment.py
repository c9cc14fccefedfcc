"""Makes .venv and installs a lock file and this project into it: `python_environment.py run|dev`.

Runs on the machine's own Python with nothing installed. Ordinary registries only: pip uses whatever the
machine's configuration says, and hashes decide whether a file is the right one.

A developer's environment is never thinned: where the development packages are, they stay, also when only
`run` is asked for; and an environment that somebody made by other means is brought up to date, not replaced.
"""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ENVIRONMENT = Path(".venv")
PYTHON = ENVIRONMENT / "bin" / "python"
PLACE = ENVIRONMENT / ".place"
STAMPS = {"run": (".run-ok",), "dev": (".run-ok", ".dev-ok")}
QUIET = ("--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore")
OLDEST_PYTHON = (3, 11)
FIRST_PIP_WITH_PYTHON_OPTION = (22, 3)


def main() -> None:
    """Brings .venv up to date for the purpose named on the command line."""
    # Looked for before the environment may be made anew.
    purpose = "dev" if has_development_packages() else sys.argv[1]
    if not usable():
        create()
    print(f"Installing the Python packages of requirements/{purpose}.lock into {ENVIRONMENT}", flush=True)
    pip = pip_command()
    locked = ["--require-hashes", "--only-binary", ":all:"]
    requirements = [part for name in ("build", purpose) for part in ("-r", f"requirements/{name}.lock")]
    run([*pip, "install", *QUIET, *locked, *requirements])
    # setuptools comes from the lock above, so this asks no registry.
    own = ["--no-deps", "--no-build-isolation", "--no-index", "--editable", "."]
    run([*pip, "install", *QUIET, *own])
    PLACE.write_text(str(Path.cwd()), "utf-8")
    for name in STAMPS[purpose]:
        (ENVIRONMENT / name).touch()


def usable() -> bool:
    """Whether .venv is there, its Python works, and the project lies where it lay when it was made.

    One that this program made has to be of the Python that was asked for now; another's may be of any that
    is new enough.
    """
    ours = PLACE.exists()
    if not PYTHON.exists() or (ours and PLACE.read_text("utf-8") != str(Path.cwd())):
        return False
    answer = subprocess.run(
        [PYTHON, "-c", "import sys; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        return False
    version = tuple(map(int, answer.stdout.split()))
    return version == sys.version_info[:2] if ours else version >= OLDEST_PYTHON


def has_development_packages() -> bool:
    """Whether .venv was a developer's, even if its Python no longer starts."""
    return any(ENVIRONMENT.glob("lib/python*/site-packages/pytest/__init__.py"))


def create() -> None:
    """Makes .venv anew, with pip if this Python can."""
    print(f"Making {ENVIRONMENT} with Python {sys.version.split()[0]}", flush=True)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    without = [] if importlib.util.find_spec("ensurepip") else ["--without-pip"]
    run([sys.executable, "-m", "venv", *without, str(ENVIRONMENT)])


def pip_command() -> Sequence[str]:
    """The environment's own pip, or else the machine's, told to work on the environment."""
    own = [str(PYTHON), "-m", "pip"]
    # Some programs make environments without pip.
    for prepare in ([*own, "--version"], [str(PYTHON), "-m", "ensurepip"]):
        if subprocess.run(prepare, capture_output=True, check=False).returncode == 0:
            return own
    outer = subprocess.run(
        [sys.executable, "-m", "pip", "--version"], capture_output=True, text=True, check=False
    )
    words = outer.stdout.split()
    if outer.returncode == 0 and tuple(map(int, words[1].split(".")[:2])) >= FIRST_PIP_WITH_PYTHON_OPTION:
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    sys.exit(
        "This Python has neither ensurepip nor pip. On Debian or Ubuntu: apt-get install python3-venv\n"
        "本机 Python 缺少 venv 组件，请先安装：apt-get install python3-venv"
    )


def run(command: Sequence[str]) -> None:
    """Runs a command; ends with its exit status if it fails."""
    finished = subprocess.run(command, check=False)
    if finished.returncode != 0:
        sys.exit(finished.returncode)


if __name__ == "__main__":
    main()
