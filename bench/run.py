"""One run: a fresh database, our server and the floor on it, every workload, everything ended afterwards."""

import asyncio
import base64
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bench.content import Content
from bench.figures import FLOOR, OURS, aims, ratios
from bench.pgbench import Pgbench
from bench.prepare import Desk
from bench.processes import resident_mebibytes
from bench.servers import Server
from bench.workloads import Bench, cases_needed, time_of_hash
from registry_api.demo.seed import seed
from registry_api.kit.key_bundles import make_demonstration_ring
from registry_api.kit.sealing import generate_key
from registry_api.kit.settings import Settings
from registry_api.kit.tokens import generate_key_pem
from registry_api.launcher.postgres import EmbeddedPostgres
from registry_api.migrate import migrate


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and how much of it."""

    doctors: int
    writes: int
    """Requests a measurement of submit and approve."""
    reads: int
    """Requests a measurement of everything that changes nothing."""
    growth: int
    """Factor by which the applications are multiplied for a second measurement of the lists; 1 for none."""


def run(plan: Plan) -> dict[str, Any]:
    """The whole run, as it is written to the file of results."""
    hashing = time_of_hash()
    print(f"a password's hash: {hashing['p50_ms']} ms, {hashing['cpu_us']} µs CPU", flush=True)
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder:
        state = Path(folder)
        embedded = EmbeddedPostgres(state / "postgres", durable=True)
        with embedded as postgres:
            environment = _environment(state, postgres.app, postgres.owner)
            migrate(postgres.owner)
            _seed(environment, state, plan.doctors)
            content = Content(postgres.owner, embedded.superuser_dsn)
            material = content.prepare(cases_needed(plan.writes))
            servers: list[Server] = []
            try:
                servers.append(Server(OURS, ["registry_api.cli", "serve"], environment))
                servers.append(Server(FLOOR, ["bench.floor"], environment))
                for server in servers:
                    server.wait()
                resting = resident_mebibytes(servers[0].pid)
                process = embedded.process_id
                assert process is not None  # noqa: S101 (it runs: the servers have just connected)
                logs = state / "pgbench"
                logs.mkdir()
                bench = Bench(process, servers, Pgbench(postgres.app, process, logs))
                bench.rows = content.rows()
                desks = content.desks([])
                sizes = [_describe(bench.rows, desks)]
                bench.reads(material.returned, desks[0], plan.reads)
                bench.lists(desks, plan.reads)
                bench.writes(material, plan.writes, content.queue)
                loaded = bench.sign_ins(material.login_names, plan.writes)
                if plan.growth > 1:
                    seconds = content.grow(plan.growth)
                    bench.rows = content.rows()
                    print(f"grown to {bench.rows:,} applications in {seconds:.0f} s", flush=True)
                    desks = content.desks(desks)
                    sizes.append(_describe(bench.rows, desks))
                    bench.lists(desks, plan.reads)
            finally:
                for server in servers:
                    server.stop()
    return {
        "plan": asdict(plan),
        "sizes": sizes,
        "hash": hashing,
        "resting_mib": round(resting, 1),
        "after_sign_ins_mib": round(loaded, 1),
        "figures": [asdict(one) for one in bench.figures],
        "ratios": ratios(bench.figures),
        "aims": [asdict(one) for one in aims(bench.figures, resting, loaded)],
    }


def _environment(state: Path, app: str, owner: str) -> dict[str, str]:
    pem = base64.b64encode(generate_key_pem().encode()).decode()
    return {
        "REGISTRY_ENVIRONMENT": "development",
        "REGISTRY_DATABASE_URL": app,
        "REGISTRY_MIGRATION_DATABASE_URL": owner,
        "REGISTRY_STATE_DIRECTORY": str(state),
        "REGISTRY_FIELD_KEYS": f"bench:{generate_key()}",
        "REGISTRY_BLIND_INDEX_KEY": generate_key(),
        "REGISTRY_TOKEN_KEYS": f"bench:{pem}",
        "REGISTRY_LICENCE_KEYS": make_demonstration_ring(),
    }


def _seed(environment: dict[str, str], state: Path, doctors: int) -> None:
    settings = Settings(
        environment="development",
        migration_database_url=SecretStr(environment["REGISTRY_MIGRATION_DATABASE_URL"]),
        state_directory=state,
        field_keys=SecretStr(environment["REGISTRY_FIELD_KEYS"]),
        blind_index_key=SecretStr(environment["REGISTRY_BLIND_INDEX_KEY"]),
    )
    started = time.monotonic()
    asyncio.run(seed(settings, doctors=doctors))
    print(f"seeded {doctors:,} doctors in {time.monotonic() - started:.0f} s", flush=True)


def _describe(rows: int, desks: list[Desk]) -> dict[str, Any]:
    cases = {desk.name: desk.cases for desk in desks}
    print(f"{rows:,} applications; on the desks: {cases}", flush=True)
    return {"rows": rows, "desks": cases}
