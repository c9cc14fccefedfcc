"""The HTTP servers under measurement: ours and the floor, each a process of its own."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from registry_api.launcher.postgres import free_port


class Server:
    """A server process under measurement."""

    def __init__(self, name: str, module: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.port = free_port()
        self._process = subprocess.Popen(
            [sys.executable, "-m", *module],
            env={
                **os.environ,
                **environment,
                "REGISTRY_PORT": str(self.port),
                "REGISTRY_LOG_LEVEL": "WARNING",
            },
        )
        self.pid = self._process.pid

    def wait(self) -> None:
        """Until it answers anything."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1)
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit(f"{self.name} does not answer")

    def stop(self) -> None:
        """Ends it, by force if it does not end when asked."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
