"""A real PostgreSQL for the whole run: embedded, migrated, seeded with offices and a few doctors."""

import asyncio
import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from registry_api.demo.seed import seed
from registry_api.kit.key_bundles import make_demonstration_ring
from registry_api.kit.sealing import generate_key
from registry_api.kit.settings import Settings
from registry_api.kit.tokens import generate_key_pem
from registry_api.launcher.postgres import EmbeddedPostgres
from registry_api.migrate import migrate

METRICS_TOKEN = "metrics-token-of-the-tests"


def apart(work: object) -> None:
    """Runs a coroutine in a loop of its own, away from the loop of the tests."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)  # type: ignore[arg-type]
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]


@contextmanager
def fresh_system(
    folder: Path, *, port: int = 8000, durable: bool = False, doctors: int = 120
) -> Iterator[tuple[Settings, EmbeddedPostgres]]:
    """Settings of a system on a database of its own, as `make run` makes one, and its server."""
    pem = base64.b64encode(generate_key_pem().encode()).decode()
    postgres = EmbeddedPostgres(folder / "postgres", durable=durable)
    with postgres as dsns:
        made = Settings(
            environment="development",
            database_url=SecretStr(dsns.app),
            migration_database_url=SecretStr(dsns.owner),
            worker_database_url=SecretStr(dsns.worker),
            port=port,
            state_directory=folder / "state",
            field_keys=SecretStr(f"test:{generate_key()}"),
            blind_index_key=SecretStr(generate_key()),
            token_keys=SecretStr(f"test:{pem}"),
            licence_keys=SecretStr(make_demonstration_ring()),
            metrics_token=SecretStr(METRICS_TOKEN),
            log_level="WARNING",
        )
        made.state_directory.mkdir()
        thread = threading.Thread(target=migrate, args=(dsns.owner,))
        thread.start()
        thread.join()
        apart(seed(made, doctors=doctors))
        yield made, postgres


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of the system that the tests share and whose clock they move; no worker runs beside them."""
    with fresh_system(tmp_path_factory.mktemp("registry")) as (made, _):
        yield made
