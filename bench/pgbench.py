"""Runs pgbench scripts against the database under measurement."""

import os
import resource
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bench.processes import cpu_seconds, tree
from bench.statements import PLANS
from registry_api.launcher.isolation import find_binaries

TIMEOUT_SECONDS = 600
_REAP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Result:
    """One measurement; latencies in milliseconds, CPU in microseconds a transaction."""

    transactions: int
    errors: int
    per_second: float
    p50: float
    p99: float
    pgbench_cpu_us: int
    database_cpu_us: int


@dataclass(frozen=True, slots=True)
class _Cost:
    pgbench: float
    database: float


def rows_needed(clients: int, count: int) -> int:
    """How many rows of the queue one measurement of about `count` transactions uses."""
    return clients * (2 + _each(clients, count))


def _each(clients: int, count: int) -> int:
    return -(-count // clients)


class Pgbench:
    """pgbench on one database, as the application's role."""

    def __init__(self, dsn: str, postgres: int, folder: Path) -> None:
        self._postgres = postgres
        self._folder = folder
        address = urlsplit(dsn)
        self._environment = {
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            "PGHOST": address.hostname or "",
            "PGPORT": str(address.port),
            "PGUSER": unquote(address.username or ""),
            "PGPASSWORD": unquote(address.password or ""),
            "PGDATABASE": address.path.lstrip("/"),
            "PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in PLANS.items()),
        }

    def measure(self, script: str, clients: int, count: int, start: int = 0) -> Result:
        """Runs about `count` transactions, over so many connections.

        A first run of one transaction a client tells what connecting and planning cost, which is taken off. In
        the second one each client's first transaction is left out of the latencies for the same reason. A script
        that uses the queue takes its rows from number `start` on: see rows_needed.
        """
        each = _each(clients, count)
        opening = self._run(script, clients, 1, start)
        cost = self._run(script, clients, 1 + each, start + clients)
        latencies = self._latencies()
        if not latencies:
            raise SystemExit("pgbench finished no transaction")
        done = len(latencies)
        return Result(
            transactions=done,
            errors=clients * each - done,
            # No client ever pauses, so the rate follows from the mean.
            per_second=round(clients / (sum(latencies) / done) * 1000, 1),
            p50=round(latencies[done // 2], 2),
            p99=round(latencies[min(done - 1, done * 99 // 100)], 2),
            pgbench_cpu_us=round(max(0.0, cost.pgbench - opening.pgbench) / done * 1e6),
            database_cpu_us=round(max(0.0, cost.database - opening.database) / done * 1e6),
        )

    def _run(self, script: str, clients: int, transactions: int, start: int) -> _Cost:
        for stale in self._folder.glob("log.*"):
            stale.unlink()
        file = self._folder / "script.sql"
        file.write_text(script, "utf-8")
        variables = {"k": 0, "start": start, "per": transactions}
        backends, before = len(tree(self._postgres)), self._cost()
        done = subprocess.run(
            [
                str(find_binaries() / "pgbench"),
                "--no-vacuum",
                "--protocol=prepared",
                f"--client={clients}",
                f"--transactions={transactions}",
                "--log",
                f"--log-prefix={self._folder / 'log'}",
                *(f"--define={name}={value}" for name, value in variables.items()),
                f"--file={file}",
            ],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        if done.returncode:
            print(done.stderr[-2000:], flush=True)
        # The CPU time of a backend counts once the postmaster has noticed its end.
        give_up = time.monotonic() + _REAP_SECONDS
        while len(tree(self._postgres)) > backends and time.monotonic() < give_up:
            time.sleep(0.02)
        after = self._cost()
        return _Cost(after.pgbench - before.pgbench, after.database - before.database)

    def _cost(self) -> _Cost:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return _Cost(usage.ru_utime + usage.ru_stime, cpu_seconds(self._postgres))

    def _latencies(self) -> list[float]:
        """Of every transaction but each client's first; the third column of the log is in microseconds."""
        found = []
        seen: set[str] = set()
        for file in self._folder.glob("log.*"):
            for line in file.read_text("ascii").splitlines():
                client, _, microseconds, *_ = line.split()
                if client in seen and microseconds.isdigit():
                    found.append(int(microseconds) / 1000)
                seen.add(client)
        return sorted(found)
