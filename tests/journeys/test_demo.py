"""`registry demo` against the service, and seeded content as the service sees it."""

import json
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from registry_api.demo import chain as chain_module
from registry_api.demo.defects import DEFECTS, Defect
from registry_api.demo.desk import DriveFailed
from registry_api.demo.drive import drive
from registry_api.demo.logins import POOL_FILE, Login, read_pool
from registry_api.demo.seed import SeedRefused, seed
from registry_api.demo.staff import PASSWORDS
from registry_api.kit.settings import Settings
from tests.support.database import apart
from tests.support.people import Cast

INVARIANTS = {
    "one open application per subject and type": """
        SELECT 1 FROM application
        WHERE status IN ('draft', 'institution_review', 'institution_returned', 'authority_review',
                         'correction_required', 'accepted')
        GROUP BY practitioner_id, type, subject_id HAVING count(*) > 1""",
    "an approved application has its register entry": """
        SELECT 1 FROM application a WHERE status = 'approved' AND NOT EXISTS (
            SELECT 1 FROM register_entry e
            WHERE e.application_id = a.id AND e.registration_id = a.registration_id)""",
    "an entry by application comes from an approved one": """
        SELECT 1 FROM register_entry e JOIN application a ON a.id = e.application_id WHERE a.status <> 'approved'""",
    "what the authority decided was endorsed by another person": """
        SELECT 1 FROM application a WHERE status IN ('accepted', 'approved', 'refused') AND (
            endorsed_by IS NULL OR endorsed_digest IS NULL OR EXISTS (
                SELECT 1 FROM application_step s WHERE s.application_id = a.id
                AND s.action IN ('accept', 'approve', 'refuse') AND s.actor_id = a.endorsed_by))""",
    "versions are gap-free": """
        SELECT 1 FROM application a LEFT JOIN application_step s ON s.application_id = a.id GROUP BY a.id
        HAVING a.version <> 1 + count(s.id) OR coalesce(max(s.version), 1) <> a.version""",
    "each step begins where the one before ended": """
        SELECT 1 FROM application_step s JOIN application_step p
            ON p.application_id = s.application_id AND p.version = s.version - 1
        WHERE p.to_status <> s.from_status OR p.occurred_at > s.occurred_at""",
    "the last step made the status": """
        SELECT 1 FROM application a JOIN application_step s
            ON s.application_id = a.id AND s.version = a.version WHERE s.to_status <> a.status""",
    "a valid registration has its main institution": """
        SELECT 1 FROM registration r WHERE status = 'valid' AND NOT EXISTS (
            SELECT 1 FROM practice p
            WHERE p.registration_id = r.id AND p.kind = 'main' AND p.valid_to IS NULL)""",
    "a submitted application has its photo": """
        SELECT 1 FROM application a WHERE status <> 'draft' AND NOT EXISTS (
            SELECT 1 FROM attachment t WHERE t.application_id = a.id AND t.id::text = a.payload->>'photo_id')""",
    "endorsement approves the photo, and nothing else does": """
        SELECT 1 FROM application a JOIN attachment t ON t.id::text = a.payload->>'photo_id'
        WHERE (a.endorsed_by IS NOT NULL AND t.status <> 'approved')
           OR (t.status = 'approved' AND t.decided_by IS NULL)""",
    "an application is with the authority that registered its institution": """
        SELECT 1 FROM application a JOIN institution i ON i.id = a.institution_id
        WHERE a.authority_id <> i.authority_id""",
}


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
    for words in (journey.number, defect.comment, "退回", "同意", "受理", "准予", "注册有效", "201", " ms"):
        assert words in story


async def test_each_run_of_the_demo_takes_another_doctor(cast: Cast, transport: httpx.ASGITransport) -> None:
    before = len(read_pool(cast.settings.state_directory).doctors)
    runs = [
        await drive(cast.settings, origin=cast.settings.origin, say=lambda _: None, transport=transport)
        for _ in range(2)
    ]
    assert runs[0].registration_id != runs[1].registration_id
    assert len(read_pool(cast.settings.state_directory).doctors) <= before - 2


async def test_demo_makes_another_doctor_when_all_have_applied(
    cast: Cast, transport: httpx.ASGITransport
) -> None:
    file = cast.settings.state_directory / POOL_FILE
    kept = file.read_text("utf-8")
    file.write_text(json.dumps(json.loads(kept) | {"doctors": []}), "utf-8")
    said: list[str] = []
    try:
        await drive(cast.settings, origin=cast.settings.origin, say=said.append, transport=transport)
    finally:
        file.write_text(kept, "utf-8")
    assert "新增一位" in said[0]


async def test_demo_says_what_is_missing_without_seeded_logins(cast: Cast) -> None:
    elsewhere = cast.settings.model_copy(update={"state_directory": cast.settings.state_directory / "none"})
    with pytest.raises(DriveFailed, match="registry seed"):
        await drive(elsewhere, origin=cast.settings.origin)


async def test_demo_says_when_nobody_answers(cast: Cast) -> None:
    with pytest.raises(DriveFailed, match="没有应答"):
        await drive(cast.settings, origin="http://127.0.0.1:1", say=lambda _: None)


async def test_seeded_content_keeps_every_invariant(settings: Settings) -> None:
    connection = await asyncpg.connect(settings.owner_dsn)
    try:
        broken = [name for name, query in INVARIANTS.items() if await connection.fetch(query)]
    finally:
        await connection.close()
    assert broken == []


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
