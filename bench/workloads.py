"""The workloads, one after the other on every server, and what each of them took."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from statistics import median
from typing import Any

from bench import requests, scripts
from bench.figures import CONNECTIONS, DEEP, FIRST, PGBENCH, SIGN_IN, Figures
from bench.pgbench import Pgbench, rows_needed
from bench.prepare import Case, Desk, Material
from bench.processes import cpu_seconds, resident_mebibytes
from bench.servers import Server
from registry_api.demo.staff import PASSWORDS
from registry_api.kit.passwords import hash_password, verify_password

SIGN_INS = 64
_HASHES = 40


def cases_needed(count: int) -> int:
    """How many drafts, and how many accepted cases, the writes of one run use up."""
    return sum(_used(each, count) for each in CONNECTIONS)


def _used(connections: int, count: int, servers: int = 2) -> int:
    return servers * (count + connections) + rows_needed(connections, count)


async def _time_of_hash() -> tuple[float, float]:
    stored = await hash_password(PASSWORDS["doctor"])
    walls, before = [], time.process_time()
    for _ in range(_HASHES):
        started = time.perf_counter()
        await verify_password(PASSWORDS["doctor"], stored)
        walls.append((time.perf_counter() - started) * 1000)
    return median(walls), (time.process_time() - before) / _HASHES * 1e6


def time_of_hash() -> dict[str, float]:
    """One verification with the service's own parameters, one at a time, in this process."""
    wall, cpu = asyncio.run(_time_of_hash())
    return {"p50_ms": round(wall, 2), "cpu_us": round(cpu)}


class Bench:
    """One run on one database."""

    def __init__(self, postgres: int, servers: list[Server], pgbench: Pgbench) -> None:
        self._postgres = postgres
        self._servers = servers
        self._pgbench = pgbench
        self.rows = 0
        self.figures: list[Figures] = []

    def reads(self, case: Case, desk: Desk, count: int) -> None:
        """The session check alone (SQL only) and one application."""
        for connections in CONNECTIONS:
            for server in self._servers:
                self._http("read one", "", server, connections, [requests.read_one(case)] * count)
            self._sql("session", "", connections, scripts.session(desk), count)
            self._sql("read one", "", connections, scripts.read_one(case), count)

    def lists(self, desks: list[Desk], count: int) -> None:
        """First and deep page of every desk."""
        pages: list[tuple[str, Callable[[Desk], str]]] = [
            (FIRST, scripts.first_page),
            (DEEP, scripts.deep_page),
        ]
        for desk in desks:
            for connections in CONNECTIONS:
                for workload, script in pages:
                    done = 0
                    for server in self._servers:
                        text = requests.page(desk, workload, server.name)
                        done = self._http(workload, desk.name, server, connections, [text] * count)
                    # Where time cut the floor short, pgbench runs no longer than it.
                    self._sql(workload, desk.name, connections, script(desk), done)

    def writes(self, material: Material, count: int, queue: Callable[[list[Case]], int]) -> None:
        """Submit and approve; every request has an application of its own, `queue` hands cases to pgbench."""
        workloads: list[tuple[str, list[Case], Callable[[Case], str], str]] = [
            ("submit", material.drafts, requests.submit, scripts.submit()),
            ("approve", material.accepted, requests.approve, scripts.approve()),
        ]
        for connections in CONNECTIONS:
            for workload, cases, request, script in workloads:
                # A small content holds fewer: what it has is measured, and it is said what is not.
                fitting = next((n for n in range(count, 0, -1) if _used(connections, n) <= len(cases)), 0)
                if fitting < count:
                    print(
                        f"  {workload} c={connections}: cases for {fitting} requests of {count}", flush=True
                    )
                if not fitting:
                    continue
                taken = iter([cases.pop(0) for _ in range(_used(connections, fitting))])
                for server in self._servers:
                    texts = [request(next(taken)) for _ in range(connections + fitting)]
                    self._http(workload, "", server, connections, texts[connections:], texts[:connections])
                start = queue(list(taken))
                self._sql(workload, "", connections, script, fitting, start)

    def sign_ins(self, login_names: list[str], count: int) -> float:
        """Sign-in of many people; gives the resident memory of the first server after 64 were in flight."""
        names = iter(login_names)
        for connections in CONNECTIONS:
            for server in self._servers:
                texts = [requests.sign_in(name) for name in islice(names, SIGN_INS)]
                self._http(SIGN_IN, "", server, connections, texts, texts[:connections], expect=201)
            self._sql(SIGN_IN, "", connections, scripts.sign_in(), count)
        return resident_mebibytes(self._servers[0].pid)

    def _http(
        self,
        workload: str,
        desk: str,
        server: Server,
        connections: int,
        texts: list[str],
        warm_up: list[str] | None = None,
        expect: int = 200,
    ) -> int:
        """Runs the load, after a warm-up that makes the pool connect and PostgreSQL plan; gives how much was done."""
        self._load(server, connections, texts[:1] * 3 * connections if warm_up is None else warm_up, expect)
        before = cpu_seconds(server.pid), cpu_seconds(self._postgres)
        result = self._load(server, connections, texts, expect)
        after = cpu_seconds(server.pid), cpu_seconds(self._postgres)
        done: int = max(1, result["requests"])
        self._record(
            workload=workload,
            desk=desk,
            server=server.name,
            connections=connections,
            requests=result["requests"],
            errors=result["errors"],
            per_second=result["per_second"],
            p50=result["p50"],
            p99=result["p99"],
            server_cpu_us=round((after[0] - before[0]) / done * 1e6),
            database_cpu_us=round((after[1] - before[1]) / done * 1e6),
        )
        return done

    def _load(self, server: Server, connections: int, texts: list[str], expect: int) -> dict[str, Any]:
        if not texts:
            return {}
        job = {"port": server.port, "connections": connections, "requests": texts, "expect": expect}
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"],
            input=json.dumps(job),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def _sql(
        self, workload: str, desk: str, connections: int, script: str, count: int, start: int = 0
    ) -> None:
        result = self._pgbench.measure(script, connections, count, start)
        self._record(
            workload=workload,
            desk=desk,
            server=PGBENCH,
            connections=connections,
            requests=result.transactions,
            errors=result.errors,
            per_second=result.per_second,
            p50=result.p50,
            p99=result.p99,
            server_cpu_us=result.pgbench_cpu_us,
            database_cpu_us=result.database_cpu_us,
        )

    def _record(self, **measured: Any) -> None:
        figures = Figures(rows=self.rows, **measured)
        self.figures.append(figures)
        print("  {label:29} {server:7} c={connections:<3} {per_second:8.0f}/s  p50 {p50:7.2f}  p99 {p99:7.2f} ms"
              "  CPU {server_cpu_us:5} + {database_cpu_us:5} µs  errors {errors}".format(
                  label=figures.label, **asdict(figures)), flush=True)  # fmt: skip
