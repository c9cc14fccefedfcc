"""`make bench`: one run over our server, the floor and pgbench on one database; prints ratios, writes JSON."""

import argparse
import asyncio
import base64
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from pydantic import SecretStr

from bench.prepare import Case, Material, prepare
from bench.processes import cpu_seconds, resident_mebibytes
from registry_api.demo.seed import seed
from registry_api.demo.staff import PASSWORDS
from registry_api.kit.paging import write_cursor
from registry_api.kit.sealing import generate_key
from registry_api.kit.settings import Settings
from registry_api.kit.tokens import generate_key_pem
from registry_api.launcher.postgres import EmbeddedPostgres, free_port
from registry_api.migrate import migrate

CONNECTIONS = (1, 16, 64)
RESULTS = Path("bench/results")


@dataclass(frozen=True, slots=True)
class Figures:
    """One workload on one server."""

    workload: str
    server: str
    connections: int
    requests: int
    errors: int
    per_second: float
    p50: float
    p99: float
    server_cpu_us: int
    database_cpu_us: int


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
        """Ends it."""
        self._process.terminate()
        self._process.wait(30)


def request(method: str, path: str, realm: str, reference: str, body: str = "", **headers: str) -> str:
    """An HTTP/1.1 request as text."""
    lines = [f"{method} /api/v1{path} HTTP/1.1", "Host: localhost", f"X-Registry-Realm: {realm}"]
    lines += [
        f"Cookie: {realm}={reference}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def submit(case: Case) -> str:
    """Submission of a draft."""
    path = f"/doctor/applications/{case.id}/submission"
    key = str(uuid4())
    return request("POST", path, "doctor", case.reference, If_Match=f'"v{case.version}"', Idempotency_Key=key)


def approve(case: Case) -> str:
    """Approval of an accepted application."""
    path = f"/authority/applications/{case.id}/decisions"
    key = str(uuid4())
    body = '{"action":"approve"}'
    return request(
        "POST", path, "authority", case.reference, body, If_Match=f'"v{case.version}"', Idempotency_Key=key
    )


class Bench:
    """One run on one database."""

    def __init__(self, postgres: int, servers: list[Server]) -> None:
        self._postgres = postgres
        self._servers = servers
        self.figures: list[Figures] = []

    def measure(
        self, workload: str, server: Server, connections: int, requests: list[str], expect: int = 200
    ) -> None:
        """Runs the load and records what it took."""
        job = {"port": server.port, "connections": connections, "requests": requests, "expect": expect}
        before = cpu_seconds(server.pid), cpu_seconds(self._postgres)
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            check=True,
        )
        after = cpu_seconds(server.pid), cpu_seconds(self._postgres)
        result: dict[str, Any] = json.loads(done.stdout)
        count = max(1, result["requests"])
        self.figures.append(
            Figures(
                workload,
                server.name,
                connections,
                result["requests"],
                result["errors"],
                result["per_second"],
                result["p50"],
                result["p99"],
                round((after[0] - before[0]) / count * 1e6),
                round((after[1] - before[1]) / count * 1e6),
            )
        )
        print("  {workload:11} {server:6} c={connections:<3} {per_second:8.0f}/s p50 {p50:7.2f} p99 {p99:7.2f} ms"
              "  CPU {server_cpu_us:5} + {database_cpu_us:5} µs  errors {errors}".format(**asdict(self.figures[-1])),
              flush=True)  # fmt: skip

    def _warm_up(self, server: Server, connections: int, text: str) -> None:
        """Opens the pool's connections, so that no measurement pays for them."""
        job = {
            "port": server.port,
            "connections": connections,
            "requests": [text] * 10 * connections,
            "expect": 200,
        }
        command = [sys.executable, "-m", "bench.load"]
        subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=True)

    def reads(self, material: Material, count: int) -> None:
        """Read one, first page, deep page."""
        for connections in CONNECTIONS:
            for server in self._servers:
                case = material.drafts[0]
                one = request("GET", f"/doctor/applications/{case.id}", "doctor", case.reference)
                self._warm_up(server, connections, one)
                self.measure("read one", server, connections, [one] * count)
                first = request("GET", "/authority/applications", "authority", material.clerk)
                self.measure("first page", server, connections, [first] * count)
                query = (
                    f"cursor={write_cursor(material.deep)}"
                    if server.name == "ours"
                    else f"last={material.deep}"
                )
                deep = request("GET", f"/authority/applications?{query}", "authority", material.clerk)
                self.measure("deep page", server, connections, [deep] * count)

    def writes(self, material: Material, count: int) -> None:
        """Submit and approve; every request has an application of its own."""
        drafts, accepted = iter(material.drafts[1:]), iter(material.accepted)
        for connections in CONNECTIONS:
            for server in self._servers:
                self.measure("submit", server, connections, [submit(next(drafts)) for _ in range(count)])
                self.measure("approve", server, connections, [approve(next(accepted)) for _ in range(count)])

    def sign_ins(self, server: Server, login_names: list[str], count: int) -> float:
        """Sign-in of many people; gives the resident memory after 64 were in flight."""
        names = iter(login_names)
        for connections in CONNECTIONS:
            requests = []
            for name in islice(names, count):
                body = json.dumps({"realm": "doctor", "login_name": name, "password": PASSWORDS["doctor"]})
                requests.append(request("POST", "/sessions", "doctor", "none", body))
            self.measure("sign-in", server, connections, requests, 201)
        return resident_mebibytes(server.pid)


def ratios(figures: list[Figures]) -> list[dict[str, Any]]:
    """Ours beside the floor, workload by workload."""
    floor = {(one.workload, one.connections): one for one in figures if one.server == "floor"}
    lines = []
    for one in figures:
        other = floor.get((one.workload, one.connections))
        if one.server == "ours" and other is not None:
            lines.append(
                {
                    "workload": one.workload,
                    "connections": one.connections,
                    "throughput_of_floor": round(one.per_second / other.per_second, 3),
                    "server_cpu_of_floor": round(one.server_cpu_us / max(1, other.server_cpu_us), 2),
                    "p99_over_p50": round(one.p99 / one.p50, 2),
                }
            )
    return lines


def run(doctors: int, applications_per_doctor: int, count: int) -> dict[str, Any]:
    """The whole run on a fresh database."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        pem = base64.b64encode(generate_key_pem().encode()).decode()
        with EmbeddedPostgres(state / "postgres", durable=True) as postgres:
            environment = {
                "REGISTRY_ENVIRONMENT": "development",
                "REGISTRY_DATABASE_URL": postgres.app,
                "REGISTRY_MIGRATION_DATABASE_URL": postgres.owner,
                "REGISTRY_STATE_DIRECTORY": folder,
                "REGISTRY_FIELD_KEYS": f"bench:{generate_key()}",
                "REGISTRY_BLIND_INDEX_KEY": generate_key(),
                "REGISTRY_TOKEN_KEYS": f"bench:{pem}",
            }
            migrate(postgres.owner)
            settings = Settings(
                environment="development",
                migration_database_url=SecretStr(postgres.owner),
                state_directory=state,
                field_keys=SecretStr(environment["REGISTRY_FIELD_KEYS"]),
                blind_index_key=SecretStr(environment["REGISTRY_BLIND_INDEX_KEY"]),
            )
            started = time.monotonic()
            asyncio.run(seed(settings, doctors=doctors, applications_per_doctor=applications_per_doctor))
            print(f"seeded {doctors:,} doctors in {time.monotonic() - started:.0f} s", flush=True)
            material = asyncio.run(_prepare(postgres.owner, count))
            print(
                f"{material.applications:,} applications, {material.cases_of_clerk:,} of them one authority's"
            )
            servers = [
                Server("ours", ["registry_api.cli", "serve"], environment),
                Server("floor", ["bench.floor"], environment),
            ]
            try:
                for server in servers:
                    server.wait()
                resting = resident_mebibytes(servers[0].pid)
                bench = Bench(
                    int((state / "postgres" / "data" / "postmaster.pid").read_text().split()[0]), servers
                )
                bench.reads(material, count)
                bench.writes(material, count)
                loaded = bench.sign_ins(servers[0], material.login_names, 64)
            finally:
                for server in servers:
                    server.stop()
            return {
                "applications": material.applications,
                "one_authority": material.cases_of_clerk,
                "resting_mib": round(resting, 1),
                "after_sign_ins_mib": round(loaded, 1),
                "figures": [asdict(one) for one in bench.figures],
                "ratios": ratios(bench.figures),
            }


async def _prepare(dsn: str, count: int) -> Material:
    connection = await asyncpg.connect(dsn)
    try:
        needed = count * len(CONNECTIONS) * 2
        material = await prepare(connection, submits=needed + 1, approvals=needed)
        if len(material.drafts) <= needed or len(material.accepted) < needed:
            raise SystemExit(
                f"The content has {len(material.drafts)} drafts and {len(material.accepted)} accepted cases,"
                f" but {needed} are needed: seed more doctors or ask for fewer requests."
            )
        await connection.execute("VACUUM (ANALYZE) application, application_step, account_session")
        return material
    finally:
        await connection.close()


def main() -> None:
    """Runs one or two sizes and writes the results."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--doctors", type=int, default=100_000)
    parser.add_argument("--applications-per-doctor", type=int, default=1)
    parser.add_argument("--requests", type=int, default=400, help="requests a measurement")
    parser.add_argument("--full", action="store_true", help="a second time, at ten times the size")
    options = parser.parse_args()
    sizes = [options.doctors, options.doctors * 10] if options.full else [options.doctors]
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}",
        "runs": [run(size, options.applications_per_doctor, options.requests) for size in sizes],
    }
    for part in results["runs"]:
        for line in part["ratios"]:
            print(
                f"{line['workload']:11} c={line['connections']:<3} {line['throughput_of_floor']:.0%} of the floor's"
                f" throughput, {line['server_cpu_of_floor']} × its CPU, p99 {line['p99_over_p50']} × p50"
            )
        print(f"resting {part['resting_mib']} MiB, after sign-ins {part['after_sign_ins_mib']} MiB")
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{results['at'].replace(':', '')}.json"
    path.write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
