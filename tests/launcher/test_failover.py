"""`registry run` on a fail-over pair: the primary dies, its standby takes over, and the service goes on by itself."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest

from registry_api.demo.logins import Login, read_pool
from registry_api.kit.db import Database
from registry_api.kit.settings import Settings
from registry_api.launcher import children, cluster, isolation
from registry_api.launcher.postgres import EmbeddedPostgres, free_port
from tests.support.people import FORM, portrait

PATIENCE_SECONDS = 60.0
_CLEAN_SERVER = (
    # The embedded server comes with the registry's roles; somebody else's server does not.
    "DROP DATABASE registry",
    "DROP ROLE registry_owner, registry_app, registry_worker",
    "CREATE ROLE administrator LOGIN CREATEROLE PASSWORD 'of-the-administrator'",
    "CREATE DATABASE registry OWNER administrator",
)


def sql(dsn: str, *statements: str) -> Any:
    """Executes the statements and gives the first value of the last."""

    async def run() -> Any:
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            value = None
            for statement in statements:
                value = await connection.fetchval(statement)
            return value
        finally:
            await connection.close()

    return asyncio.run(run())


def eventually(holds: Callable[[], Any]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(0.05)


def takes_connections(dsn: str) -> bool:
    try:
        return bool(sql(dsn, "SELECT true"))
    except (OSError, asyncpg.PostgresError):
        return False


@dataclass
class Pair:
    """A primary and its standby, which has everything that the primary has confirmed."""

    primary: EmbeddedPostgres
    standby_dsn: str

    @property
    def url(self) -> str:
        """What an operator gives to `make run`."""
        hosts = ",".join(urlsplit(dsn).netloc.split("@")[1] for dsn in (self.primary_dsn, self.standby_dsn))
        return f"postgresql://administrator:of-the-administrator@{hosts}/registry?target_session_attrs=read-write"

    @property
    def primary_dsn(self) -> str:
        return self.primary.superuser_dsn

    def lose_primary(self) -> None:
        """As `pg_ctl stop -m immediate` does: no word to anybody, nothing written down."""
        process = self.primary.process_id
        assert process is not None
        os.kill(process, signal.SIGQUIT)
        eventually(lambda: self.primary.process_id is None)

    def promote(self) -> None:
        assert sql(self.standby_dsn, "SELECT pg_promote(true, 20)")


@contextmanager
def standby_of(primary_dsn: str, folder: Path) -> Iterator[str]:
    """A streaming standby; gives the superuser's URL on it."""
    account = isolation.choose()
    home = account.home(folder)
    account.hand_over(home)
    copy = (
        "-D",
        str(home / "data"),
        "-d",
        primary_dsn,
        "-R",
        "-X",
        "stream",
        "--checkpoint=fast",
        "--no-sync",
    )
    subprocess.run(
        account.command("pg_basebackup", *copy),
        env=cluster.SERVER_ENVIRONMENT,
        check=True,
        capture_output=True,
    )
    port = free_port()
    settings = (
        f"port={port}",
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=200",
    )
    options = [part for setting in settings for part in ("-c", setting)]
    with (folder / "standby.log").open("wb") as log:
        server = children.start_bound(
            account.command("postgres", "-D", str(home / "data"), *options, ends_with_parent=True),
            at_parent_death=signal.SIGINT,
            environment=cluster.SERVER_ENVIRONMENT,
            output=log,
        )
    dsn = primary_dsn.replace(f":{urlsplit(primary_dsn).port}/", f":{port}/")
    try:
        eventually(lambda: server.poll() is not None or takes_connections(dsn))
        assert server.poll() is None, (folder / "standby.log").read_text("utf-8")
        yield dsn
    finally:
        children.stop(server, ((signal.SIGINT, 20.0),))


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    primary = EmbeddedPostgres(tmp_path / "primary", durable=True)
    with primary:
        dsn = primary.superuser_dsn
        sql(dsn, *_CLEAN_SERVER)
        with standby_of(dsn, tmp_path / "standby") as standby:
            sql(dsn, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
            eventually(lambda: sql(dsn, "SELECT sync_state = 'sync' FROM pg_stat_replication"))
            yield Pair(primary, standby)


@dataclass
class Run:
    """What `registry run` started."""

    origin: str
    state: Path
    log: Path
    launcher: subprocess.Popen[bytes]

    def says(self, text: str) -> bool:
        assert self.launcher.poll() is None, self.log.read_text("utf-8")[-3000:]
        return text in self.log.read_text("utf-8")

    @contextmanager
    def signed_in(self, login: Login) -> Iterator[httpx.Client]:
        headers = {"X-Registry-Realm": login.realm, "X-Registry-Device": login.device_token}
        account = {"realm": login.realm, "login_name": login.login_name, "password": login.password}
        with httpx.Client(base_url=f"{self.origin}/api/v1", headers=headers, timeout=20) as client:
            answer = client.post("/sessions", json=account)
            assert answer.status_code == 201, answer.text
            yield client


@pytest.fixture
def run(pair: Pair, tmp_path: Path) -> Iterator[Run]:
    state, log, port = tmp_path / "state", tmp_path / "run.log", free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    environment |= {
        "REGISTRY_ENVIRONMENT": "development",
        "REGISTRY_DATABASE_URL": pair.url,
        "REGISTRY_STATE_DIRECTORY": str(state),
        "REGISTRY_PORT": str(port),
    }
    with log.open("wb") as output:
        launcher = children.start_bound(
            (sys.executable, "-m", "registry_api.cli", "run"),
            at_parent_death=signal.SIGTERM,
            environment=environment,
            output=output,
        )
    try:
        made = Run(f"http://127.0.0.1:{port}", state, log, launcher)
        eventually(lambda: made.says("Ctrl-C"))
        yield made
    finally:
        children.stop(launcher, ((signal.SIGINT, PATIENCE_SECONDS),))


def started(doctor: httpx.Client, institution_id: str) -> tuple[str, str]:
    """A filled application: its path, and the version that a submission has to name."""
    answer = doctor.post("/doctor/applications", json={"type": "registration", "payload": {}})
    assert answer.status_code == 201, answer.text
    path, version = f"/doctor/applications/{answer.json()['id']}", answer.headers["etag"]
    photo = doctor.post(
        f"{path}/attachments", data={"kind": "photo"}, files={"file": ("p.jpg", portrait(), "image/jpeg")}
    )
    assert photo.status_code == 201, photo.text
    payload = {"institution_id": institution_id, "photo_id": photo.json()["id"], "form": FORM}
    saved = doctor.patch(path, headers={"If-Match": version}, json={"payload": payload})
    assert saved.status_code == 200, saved.text
    return path, saved.headers["etag"]


def notices(person: httpx.Client) -> int:
    """How many the worker has written."""
    return len(person.get("/me/notices").json()["items"])


def test_the_service_survives_the_loss_of_the_primary(pair: Pair, run: Run) -> None:
    pool = read_pool(run.state)
    applicant = pool.doctors[0]
    place = next(place for place in pool.institutions if place.province_code == applicant.province_code)
    with run.signed_in(applicant.login) as doctor, run.signed_in(place.handler) as handler:
        path, version = started(doctor, place.id)
        once = {"If-Match": version, "Idempotency-Key": str(uuid4())}
        submitted = doctor.post(f"{path}/submission", headers=once)
        assert submitted.json()["status"] == "institution_review", submitted.text

        eventually(lambda: notices(doctor))
        told = notices(doctor)

        pair.lose_primary()
        for answer in (doctor.get("/me"), doctor.get(path), httpx.get(f"{run.origin}/readyz", timeout=20)):
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["retry-after"]) > 0
        assert httpx.get(f"{run.origin}/healthz").status_code == 200

        pair.promote()
        eventually(lambda: httpx.get(f"{run.origin}/readyz", timeout=20).status_code == 200)
        # Everything that was answered is there: the session, the application, the answer to a repeated request.
        assert doctor.get(path).json()["status"] == "institution_review"
        assert doctor.post(f"{path}/submission", headers=once).json() == submitted.json()

        endorsed = handler.post(
            f"{path.replace('doctor', 'institution')}/decisions",
            headers={"If-Match": submitted.headers["etag"], "Idempotency-Key": str(uuid4())},
            json={"action": "endorse", "comment": ""},
        )
        assert endorsed.json()["status"] == "authority_review", endorsed.text
        # The worker has found the new primary too.
        eventually(lambda: notices(doctor) > told)
    assert not run.says(" ended (")


async def test_a_host_that_is_silent_leaves_time_for_the_others(settings: Settings) -> None:
    """A machine that has lost its power does not refuse, it says nothing; the next one is asked all the same."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        parts = urlsplit(settings.database_url.get_secret_value())
        account, _, place = parts.netloc.rpartition("@")
        hosts = f"127.0.0.1:{silent.getsockname()[1]},{place}"
        dsn = parts._replace(netloc=f"{account}@{hosts}", query="target_session_attrs=read-write").geturl()
        database = Database(dsn, connections=1, connect_timeout=0.5)
        await database.open()
        try:
            async with database.connection() as connection:
                assert await connection.fetchval("SELECT 1") == 1
        finally:
            await database.close()
