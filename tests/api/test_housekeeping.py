"""What has served its time goes, and nothing before it."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry_api.accounts.sessions import LIMITS
from registry_api.enrolment.privacy import policy_text
from registry_api.housekeeping import A_DAY, AT_ONCE, ENDED, FOR_COMPLAINTS, NETWORK_LOG, Ended
from registry_api.identity_cases.retention import EVIDENCE_KEPT
from registry_api.kit.ids import new_id
from registry_api.kit.storage import BlobMissing
from registry_api.worker import clean
from tests.support.identity_desk import IdentityDesk
from tests.support.newcomers import newcomer
from tests.support.own_account import OwnAccount, account_of
from tests.support.problems import problem
from tests.support.scopes import undone

# How a row is made whose life ends, or whose age counts, at $2; $3 is an account, $1 an id.
ROWS: dict[str, tuple[str, timedelta]] = {
    "idempotency_record": (
        "(id, account_id, key_hash, operation, request_digest, created_at)"
        " VALUES ($1, $3, uuid_send($1), 'x', '', $2)",
        A_DAY,
    ),
    "outbox_event": (
        "(id, kind, payload, created_at, run_at, finished_at) SELECT $1, $3::uuid::text, '{}', $2, $2, $2",
        timedelta(days=30),
    ),
    "attempt_counter": ("(key, window_start, attempts) SELECT concat($1::uuid, $3::uuid), $2, 1", A_DAY),
    "message": (
        "(id, channel, template, language, account_id, to_sealed, created_at, expires_at)"
        " VALUES ($1, 'sms', 'x', 'zh-CN', $3, '', $2, $2)",
        FOR_COMPLAINTS,
    ),
    "one_time_ticket": (
        "(id, kind, token_hash, account_id, created_at, expires_at)"
        " VALUES ($1, 'wechat_binding', uuid_send($1), $3, $2, $2)",
        FOR_COMPLAINTS,
    ),
    "verification_code": (
        "(id, account_id, purpose, phone_sealed, code_hash, created_at, expires_at)"
        " VALUES ($1, $3, 'step_up', '', '', $2, $2)",
        FOR_COMPLAINTS,
    ),
    "refresh_token": (
        "(id, session_id, account_id, token_hash, created_at, expires_at) SELECT $1, s.id, $3, uuid_send($1), $2, $2"
        " FROM account_session s WHERE s.account_id = $3 LIMIT 1",
        A_DAY,
    ),
    "wechat_login": (
        "(id, purpose, status, poll_hash, scan_hash, network, account_id, created_at, expires_at)"
        " VALUES ($1, 'bind', 'waiting', uuid_send($1), uuid_send($1), '', $3, $2, $2)",
        A_DAY,
    ),
    "captcha": (
        "(id, purpose, answer_hash, answer_sealed, created_at, expires_at) SELECT $1, $3::uuid::text, '', '', $2, $2",
        AT_ONCE,
    ),
    "spent_proof": (
        "(challenge_hash, expires_at) SELECT uuid_send($1::uuid) || uuid_send($3::uuid), $2",
        AT_ONCE,
    ),
    "account_session": (
        "(id, account_id, token_hash, created_at, last_seen_at, idle_seconds, expires_at, user_agent)"
        " VALUES ($1, $3, uuid_send($1), $2, $2, 60, $2, '')",
        NETWORK_LOG,
    ),
    "known_device": (
        "(id, account_id, token_hash, user_agent, created_at, last_seen_at, expires_at)"
        " VALUES ($1, $3, uuid_send($1), '', $2, $2, $2)",
        NETWORK_LOG + A_DAY,
    ),
}


def table_of(ended: Ended) -> str:
    return ended.deletion.sql.split()[2]


async def add(superuser: Any, table: str, since: datetime, account: UUID) -> None:
    await superuser.execute(f"INSERT INTO {table} {ROWS[table][0]}", new_id(), since, account)


async def count(superuser: Any, table: str) -> int:
    return int(await superuser.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608


def test_there_is_a_row_for_each_table_that_is_cleaned() -> None:
    assert {table_of(ended) for ended in ENDED} == set(ROWS)


@pytest.mark.parametrize("table", ROWS)
async def test_a_row_goes_when_its_time_has_passed(own_account: OwnAccount, table: str) -> None:
    clock, root = own_account.clock, own_account.superuser
    _, person = await own_account.cast.doctor()
    own_account.clients.append(person.client)
    account = await account_of(person)
    await clean(own_account.cast.app.state.worker_system)
    before = await count(root, table)
    await add(root, table, clock.now() - ROWS[table][1], account)
    await clean(own_account.cast.app.state.worker_system)
    assert await count(root, table) == before + 1
    clock.advance(timedelta(seconds=1))
    await clean(own_account.cast.app.state.worker_system)
    assert await count(root, table) == before


async def test_more_rows_than_fit_into_one_transaction_go_in_one_round(own_account: OwnAccount) -> None:
    await clean(own_account.cast.app.state.worker_system)
    others = await count(own_account.superuser, "spent_proof")
    await own_account.superuser.execute(
        "INSERT INTO spent_proof (challenge_hash, expires_at)"
        " SELECT n::text::bytea, $1 FROM generate_series(1, 2500) n",
        own_account.clock.now() - timedelta(hours=1),
    )
    await clean(own_account.cast.app.state.worker_system)
    assert await count(own_account.superuser, "spent_proof") == others


async def test_a_device_stays_until_the_last_session_on_it_is_gone(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    root, clock = own_account.superuser, own_account.clock
    await root.execute(
        "UPDATE known_device SET expires_at = $2 WHERE account_id = $1", owner.account_id, clock.now()
    )

    async def left_after(span: timedelta) -> tuple[int, int]:
        clock.advance(span)
        await clean(own_account.cast.app.state.worker_system)
        counts = [
            await root.fetchval(f"SELECT count(*) FROM {table} WHERE account_id = $1", owner.account_id)  # noqa: S608
            for table in ("account_session", "known_device")
        ]
        return counts[0], counts[1]

    assert await left_after(NETWORK_LOG + timedelta(seconds=1)) == (1, 1)
    assert await left_after(LIMITS["doctor"][1]) == (0, 1)
    assert await left_after(A_DAY - LIMITS["doctor"][1]) == (0, 0)


async def test_each_deletion_finds_its_rows_by_an_index(superuser: Any) -> None:
    async with undone(superuser):
        await superuser.execute("SET LOCAL enable_seqscan = off")
        for ended in ENDED:
            table = table_of(ended)
            await superuser.execute(f"PREPARE planned AS {ended.deletion.sql}")
            marks = ", ".join("'1000'" if "LIMIT" in part else "now()" for part in _parameters(ended))
            plan = await superuser.fetch(f"EXPLAIN EXECUTE planned({marks})")
            await superuser.execute("DEALLOCATE planned")
            assert f"ix_{table}_" in "\n".join(row[0] for row in plan), table


def _parameters(ended: Ended) -> list[str]:
    """What stands before each parameter of the statement, in their order."""
    return ended.deletion.sql.split("$")[:-1]


async def test_the_proofs_of_a_case_go_a_year_after_its_decision(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    assert timedelta(days=365) == EVIDENCE_KEPT
    assert "自作出处理决定起一年" in policy_text("zh-CN")
    assert "one year from the decision" in policy_text("en")
    worker = own_account.cast.app.state.worker_system
    decided, waiting = [await _case(own_account, identity_desk) for _ in range(2)]
    await identity_desk.decide(await identity_desk.find(decided), "reject")
    keys = await _keys(own_account, decided)
    own_account.clock.advance(EVIDENCE_KEPT - timedelta(minutes=1))
    await _clean(own_account)
    assert await _keys(own_account, decided) == keys
    assert await worker.storage.get(keys[0])

    own_account.clock.advance(timedelta(minutes=2))
    await _clean(own_account)
    assert await _keys(own_account, decided) == []
    with pytest.raises(BlobMissing):
        await worker.storage.get(keys[0])
    (kept,) = await _keys(own_account, waiting)
    assert await worker.storage.get(kept)
    # The decision can still be followed.
    assert (await identity_desk.status(decided))["status"] == "rejected"


async def test_a_form_that_is_refused_leaves_no_file(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    who: dict[str, Any] = {
        "name": somebody.person.name,
        "id_number": somebody.person.id_number,
        "phone": own_account.free_phone(),
    }
    assert (await identity_desk.dispute(**who)).status_code == 201
    folder = own_account.cast.settings.storage / "identity-cases"
    before = set(folder.iterdir())
    assert problem(await identity_desk.dispute(**who)) == (409, "identity_case_open")
    assert set(folder.iterdir()) == before


async def _case(own_account: OwnAccount, desk: IdentityDesk) -> Any:
    somebody = await newcomer(own_account, in_register=False)
    opened = await desk.dispute(
        name=somebody.person.name, id_number=somebody.person.id_number, phone=own_account.free_phone()
    )
    assert opened.status_code == 201, opened.text
    return opened


async def _keys(own_account: OwnAccount, opened: Any) -> list[str]:
    evidence = await own_account.superuser.fetchval(
        "SELECT evidence FROM identity_case WHERE number = $1", opened.json()["number"]
    )
    keys: list[str] = json.loads(evidence)
    return keys


async def _clean(own_account: OwnAccount) -> None:
    await clean(own_account.cast.app.state.worker_system)
    await own_account.cast.work_off()
