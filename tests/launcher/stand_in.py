"""Stands in for `registry` where the launcher itself is under test: each command notes what it does."""

import http.server
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

STATE = Path(os.environ["REGISTRY_STATE_DIRECTORY"])


def note(text: str) -> None:
    with (STATE / "notes").open("a") as file:
        file.write(f"{text}\n")


def database_answers() -> bool:
    port = int(os.environ["REGISTRY_DATABASE_URL"].rsplit(":", 1)[1].split("/")[0])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def end(name: str) -> None:
    note(f"{name} ends, the database {'answers' if database_answers() else 'is gone'}")
    os._exit(0)


def main() -> None:
    command = sys.argv[1]
    note(f"{command} {os.getpid()}")
    if command == "seed":
        if (STATE / "slow").exists():
            time.sleep(60)
        login = {
            "realm": "doctor",
            "office": None,
            "role": "医师",
            "login_name": "张三",
            "password": "secret",
        }
        (STATE / "demo-logins.json").write_text(json.dumps([login]))
    if command in {"serve", "worker"}:
        signal.signal(signal.SIGTERM, lambda *_: end(command))
    if command == "serve":
        http.server.HTTPServer(("127.0.0.1", int(os.environ["REGISTRY_PORT"])), Ready).serve_forever()
    while command == "worker":
        time.sleep(1)


main()
