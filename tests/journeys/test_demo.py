"""`registry demo` against the service, and seeded content as the service sees it."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from registry_api.demo import chain as chain_module
from registry_api.demo.defects import DEFECTS, Defect
from registry_api.demo.desk import DriveFailed
from registry_api.demo.drive import drive
from registry_api.demo.logins import POOL_FILE, Login, read_pool
from registry_api.demo.proofs import device_token
from registry_api.demo.seed import SeedRefused, seed
from registry_api.demo.staff import PASSWORDS
from registry_api.kit.settings import Settings
from tests.support.database import apart, fresh_system
from tests.support.invariants import broken_invariants
from tests.support.people import Cast


@pytest.fixture
def transport(app: FastAPI) -> httpx.ASGITransport:
    return httpx.ASGITransport(app, raise_app_exceptions=False)


@pytest.fixture(autouse=True)
def _without_waiting_for_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_module, "NOTICE_SECONDS", 0)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.pointer)
async def test_demo_goes_the_whole_chain_with_a_return(
    cast: Cast, transport: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch, defect: Defect
) -> None:
    monkeypatch.setattr(chain_module, "DEFECTS", (defect,))
    said: list[str] = []

    journey = await drive(cast.settings, origin=cast.settings.origin, say=said.append, transport=transport)

    assert journey.number.startswith("ZC-")
    story = "\n".join(said)
    for words in (
        "账户注册",
        "校验码",
        "账户已激活",
        journey.number,
        defect.comment,
        "退回",
        "同意",
        "受理",
        "准予",
        "注册有效",
        "申领电子证照",
        "亮照",
        "核验",
        "201",
        " ms",
    ):
        assert words in story


async def test_each_run_of_the_demo_is_somebody_elses(cast: Cast, transport: httpx.ASGITransport) -> None:
    before = read_pool(cast.settings.state_directory)
    runs = [
        await drive(cast.settings, origin=cast.settings.origin, say=lambda _: None, transport=transport)
        for _ in range(2)
    ]
    assert runs[0].registration_id != runs[1].registration_id
    assert read_pool(cast.settings.state_directory) == before


async def test_demo_takes_a_doctor_of_the_pool_where_it_may_enter_none(
    cast: Cast, transport: httpx.ASGITransport
) -> None:
    elsewhere = SecretStr("postgresql://nobody:nothing@127.0.0.1:1/none")
    settings = cast.settings.model_copy(update={"migration_database_url": elsewhere})
    before = len(read_pool(settings.state_directory).doctors)
    said: list[str] = []
    await drive(settings, origin=settings.origin, say=said.append, transport=transport)
    assert "演示医师" in said[0]
    assert len(read_pool(settings.state_directory).doctors) == before - 1
    file = settings.state_directory / POOL_FILE
    kept = file.read_text("utf-8")
    file.write_text(json.dumps(json.loads(kept) | {"doctors": []}), "utf-8")
    try:
        with pytest.raises(DriveFailed, match="演示医师已用完"):
            await drive(settings, origin=settings.origin, say=said.append, transport=transport)
    finally:
        file.write_text(kept, "utf-8")


async def test_demo_says_what_is_missing_without_seeded_logins(cast: Cast) -> None:
    elsewhere = cast.settings.model_copy(update={"state_directory": cast.settings.state_directory / "none"})
    with pytest.raises(DriveFailed, match="registry seed"):
        await drive(elsewhere, origin=cast.settings.origin)


async def test_demo_says_when_nobody_answers(cast: Cast) -> None:
    with pytest.raises(DriveFailed, match="没有应答"):
        await drive(cast.settings, origin="http://127.0.0.1:1", say=lambda _: None)


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[Settings]:
    """A seeded system of its own: other tests move the clock, and what has served its time is deleted."""
    with fresh_system(tmp_path) as (made, _):
        yield made


async def test_seeded_content_keeps_every_invariant(untouched: Settings) -> None:
    connection = await asyncpg.connect(untouched.owner_dsn)
    try:
        assert await broken_invariants(connection) == {}
    finally:
        await connection.close()


async def test_a_seeded_application_can_be_approved(cast: Cast) -> None:
    connection = await asyncpg.connect(cast.settings.owner_dsn)
    try:
        row = await connection.fetchrow(
            "SELECT a.id, a.version, o.division_code FROM application a JOIN authority o ON o.id = a.authority_id"
            " WHERE a.status = 'accepted' ORDER BY a.id LIMIT 1"
        )
    finally:
        await connection.close()
    login = Login(
        "authority",
        None,
        "authority_approver",
        f"wj{row['division_code']}sp",
        PASSWORDS["authority"],
        "",
        device_token("authority", f"wj{row['division_code']}sp"),
    )
    approver = await cast.sign_in(login)
    answer = await approver.call(
        "POST",
        f"/authority/applications/{row['id']}/decisions",
        version=row["version"],
        key=str(uuid4()),
        json={"action": "approve"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "approved"
    await approver.client.aclose()


async def test_a_database_that_holds_doctors_is_not_seeded_again(settings: Settings) -> None:
    assert await seed(settings, doctors=1, if_empty=True) == 0
    with pytest.raises(SeedRefused, match="holds doctors"):
        await seed(settings, doctors=1)


def test_known_passwords_are_never_made_in_production(settings: Settings) -> None:
    production = settings.model_copy(update={"environment": "production"})
    with pytest.raises(SeedRefused, match="production"):
        apart(seed(production, doctors=1))
