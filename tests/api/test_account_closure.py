"""Closing an account (账号注销): what goes, what stays, and who may."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from registry_api.accounts.codes import PAUSE
from registry_api.demo.staff import PASSWORDS
from registry_api.kit.settings import Settings
from tests.support.own_account import OwnAccount, Owner, account_of, prove_doctor
from tests.support.people import Chain
from tests.support.problems import problem
from tests.support.superuser import superuser_dsn

WRONG = "Falsch2026"


async def close(owner: Owner, **more: Any) -> Any:
    body = {"password": owner.login.password, "understood": True, **more}
    return await owner.call("DELETE", "/me", **body)


async def test_a_closed_account_is_gone_and_the_register_stays(chain: Chain, superuser: Any) -> None:
    await chain.advance("approved")
    desk = OwnAccount(chain.cast, superuser)
    account = await account_of(chain.doctor)
    before = await superuser.fetchrow("SELECT * FROM account WHERE id = $1", account)
    await prove_doctor(chain, superuser, account)
    password = PASSWORDS["doctor"]
    answer = await chain.doctor.call("DELETE", "/me", json={"password": password, "understood": True})
    assert answer.status_code == 204, answer.text
    assert (await chain.doctor.call("GET", "/me")).status_code == 401
    row = await superuser.fetchrow("SELECT * FROM account WHERE id = $1", account)
    assert row["status"] == "closed"
    gone = ("phone_sealed", "phone_index", "email_sealed", "email_index", "practitioner_id")
    assert [row[name] for name in gone] == [None] * len(gone)
    for table, ended in (
        ("account_session", "revoked_at"),
        ("known_device", "revoked_at"),
        ("second_factor", "removed_at"),
        ("wechat_binding", "removed_at"),
    ):
        alive = await superuser.fetchval(
            f"SELECT count(*) FROM {table} WHERE account_id = $1 AND {ended} IS NULL",  # noqa: S608
            account,
        )
        assert (table, alive) == (table, 0)
    status = await superuser.fetchval(
        "SELECT status FROM registration WHERE practitioner_id = $1", before["practitioner_id"]
    )
    assert status == "valid"
    signing_in = await desk.stranger().call(
        "POST",
        "/sessions",
        json={"realm": "doctor", "login_name": before["login_name"], "password": password},
    )
    assert problem(signing_in)[0] == 401
    assert (await chain.handler.call("GET", f"/authority/applications/{chain.id}")).status_code == 200
    for client in desk.clients:
        await client.aclose()


async def test_an_open_application_is_named_and_keeps_the_account(chain: Chain, superuser: Any) -> None:
    await chain.take(chain.doctor, "submit")
    account = await account_of(chain.doctor)
    await prove_doctor(chain, superuser, account)
    body = {"password": PASSWORDS["doctor"], "understood": True}
    refused = await chain.doctor.call("DELETE", "/me", json=body)
    assert problem(refused) == (409, "open_business")
    assert [one["number"] for one in refused.json()["applications"]] == [chain.application["number"]]
    assert (await chain.doctor.call("GET", "/me")).status_code == 200


async def test_drafts_go_with_the_account(chain: Chain, superuser: Any) -> None:
    account = await account_of(chain.doctor)
    await prove_doctor(chain, superuser, account)
    body = {"password": PASSWORDS["doctor"], "understood": True}
    assert (await chain.doctor.call("DELETE", "/me", json=body)).status_code == 204
    left = await superuser.fetchval("SELECT count(*) FROM application WHERE id = $1", UUID(chain.id))
    assert left == 0


async def test_a_draft_that_is_begun_meanwhile_goes_with_the_account(
    own_account: OwnAccount, settings: Settings
) -> None:
    owner = await own_account.owner()
    practitioner = (await owner.row())["practitioner_id"]
    await owner.prove()
    beginning = owner.call("POST", "/doctor/applications", type="registration", payload={})
    connection = await asyncpg.connect(superuser_dsn(settings))
    try:
        async with connection.transaction():
            # Whatever writes comes as far as its line in the log, and no further.
            await connection.execute("LOCK TABLE audit_event IN SHARE MODE")
            begun = asyncio.create_task(beginning)
            await _waiting(connection, 1)
            closed = asyncio.create_task(close(owner))
            await _waiting(connection, 2)
    finally:
        await connection.close()
    assert (await begun).status_code == 201
    assert (await closed).status_code == 204
    left = "SELECT count(*) FROM application WHERE practitioner_id = $1"
    assert await own_account.superuser.fetchval(left, practitioner) == 0


async def _waiting(connection: Any, number: int) -> None:
    """Until so many others wait for a lock."""
    for _ in range(1000):
        if await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") >= number:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def test_closing_takes_a_proof_the_password_and_a_word(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    own_account.clock.advance(timedelta(minutes=11))
    assert problem(await close(owner)) == (403, "step_up_required")
    await owner.prove()
    wrong = await close(owner, password=WRONG)
    assert [(one["pointer"], one["code"]) for one in wrong.json()["errors"]] == [
        ("/password", "wrong_password")
    ]
    assert problem(await close(owner, understood=False)) == (422, "invalid_body")
    assert (await owner.row())["status"] == "active"


async def test_staff_cannot_close_their_own_account(chain: Chain) -> None:
    body = {"password": "x", "understood": True}
    assert problem(await chain.institution.call("DELETE", "/me", json=body)) == (403, "forbidden")


async def test_who_closed_an_account_can_register_and_be_matched_again(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    practitioner = (await owner.row())["practitioner_id"]
    await owner.prove()
    assert (await close(owner)).status_code == 204
    assert (await owner.told())[0] == "account_closed"
    own_account.clock.advance(PAUSE)
    stranger = own_account.stranger()
    policy = await stranger.get("/privacy-policy")
    started = await stranger.call(
        "POST",
        "/accounts/registrations",
        json={
            "name": owner.name,
            "id_number": owner.id_number,
            "human_proof": await own_account.proof("account_registration"),
            "privacy_policy_version": policy["version"],
        },
    )
    assert started.status_code == 201, started.text
    made = await stranger.call(
        "POST",
        "/accounts",
        json={
            "registration_ticket": started.json()["registration_ticket"],
            "phone": owner.phone,
            "login_name": owner.login.login_name,
            "password": "Kaihua2027x",
            "password_confirmation": "Kaihua2027x",
        },
    )
    assert made.status_code == 201, made.text
    matched = await own_account.superuser.fetchval(
        "SELECT practitioner_id FROM match_identity($1) WHERE NOT taken", UUID(made.json()["account_id"])
    )
    assert matched == practitioner
