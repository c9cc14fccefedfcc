"""A real PostgreSQL for the whole run: embedded, migrated, seeded with offices and a few doctors."""

import asyncio
import base64
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from registry_api.demo.seed import seed
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


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a system on a fresh database, as `make run` makes one."""
    folder: Path = tmp_path_factory.mktemp("registry")
    pem = base64.b64encode(generate_key_pem().encode()).decode()
    with EmbeddedPostgres(folder / "postgres", durable=False) as dsns:
        made = Settings(
            environment="development",
            database_url=SecretStr(dsns.app),
            migration_database_url=SecretStr(dsns.owner),
            worker_database_url=SecretStr(dsns.worker),
            state_directory=folder / "state",
            field_keys=SecretStr(f"test:{generate_key()}"),
            blind_index_key=SecretStr(generate_key()),
            token_keys=SecretStr(f"test:{pem}"),
            metrics_token=SecretStr(METRICS_TOKEN),
            log_level="WARNING",
        )
        made.state_directory.mkdir()
        thread = threading.Thread(target=migrate, args=(dsns.owner,))
        thread.start()
        thread.join()
        apart(seed(made, doctors=120))
        yield made
