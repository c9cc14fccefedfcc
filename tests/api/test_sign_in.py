"""Signing in with a password: by which name, how often, and what guessing comes to."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from registry_api.accounts.sign_in import ATTEMPTS, FAILURES_IN_A_ROW, FREE_ATTEMPTS, WINDOW
from tests.support.factors import Entrance, phone_of
from tests.support.human import human_proof
from tests.support.people import Cast
from tests.support.problems import codes_at, problem

WRONG = "Falsch2026"


async def test_a_doctor_signs_in_with_the_verified_phone(
    cast: Cast, entrance: Entrance, superuser: Any
) -> None:
    fresh, doctor = await cast.doctor()
    account = UUID((await doctor.get("/me"))["account"]["id"])
    phone = phone_of(cast, await superuser.fetchrow("SELECT * FROM account WHERE id = $1", account))
    body = {"realm": "doctor", "password": fresh.login.password}
    for typed in (phone, f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}"):
        opened = await doctor.call("POST", "/sessions", json=body | {"login_name": typed})
        assert opened.status_code == 201, opened.text
        assert opened.json()["account"]["id"] == str(account)
    await superuser.execute("UPDATE account SET phone_verified_at = NULL WHERE id = $1", account)
    refused = await doctor.call("POST", "/sessions", json=body | {"login_name": phone})
    assert problem(refused) == (401, "wrong_credentials")
    del entrance
    await doctor.client.aclose()


async def test_guesses_elsewhere_do_not_lock_out_a_known_device(cast: Cast, entrance: Entrance) -> None:
    fresh, doctor = await cast.doctor()
    attacker = entrance.browser("doctor")
    for _ in range(FREE_ATTEMPTS):
        assert (await entrance.password(attacker, fresh.login, password=WRONG)).status_code == 401
    for _ in range(ATTEMPTS - FREE_ATTEMPTS):
        proof = await human_proof(attacker)
        await entrance.password(attacker, fresh.login, password=WRONG, human_proof=proof)
    assert problem(await entrance.password(attacker, fresh.login)) == (429, "too_many_requests")
    assert (await entrance.password(doctor, fresh.login)).status_code == 201
    await doctor.client.aclose()


async def test_login_name_and_phone_share_one_limit(cast: Cast, entrance: Entrance, superuser: Any) -> None:
    fresh, doctor = await cast.doctor()
    account = UUID((await doctor.get("/me"))["account"]["id"])
    phone = phone_of(cast, await superuser.fetchrow("SELECT * FROM account WHERE id = $1", account))
    attacker = entrance.browser("doctor")
    for number in range(FREE_ATTEMPTS):
        name = {"login_name": phone} if number % 2 else {}
        assert (await entrance.password(attacker, fresh.login, password=WRONG, **name)).status_code == 401
    refused = await entrance.password(attacker, fresh.login, login_name=phone)
    assert problem(refused) == (403, "human_proof_required")
    await doctor.client.aclose()


async def test_an_unknown_name_is_answered_like_a_known_one_all_the_way(
    cast: Cast, entrance: Entrance
) -> None:
    fresh, doctor = await cast.doctor()
    known: list[tuple[int, Any]] = []
    unknown: list[tuple[int, Any]] = []
    for answers, name in ((known, fresh.login.login_name), (unknown, "nobody-of-this-name")):
        stranger = entrance.browser("doctor")
        for attempt in range(ATTEMPTS + 1):
            proof = {"human_proof": await human_proof(stranger)} if attempt > FREE_ATTEMPTS else {}
            answer = await entrance.password(stranger, fresh.login, login_name=name, password=WRONG, **proof)
            document = answer.json()
            document.pop("request_id")
            answers.append((answer.status_code, document))
    assert known == unknown
    assert [status for status, _ in known] == [401] * FREE_ATTEMPTS + [403] + [401] * 5
    await doctor.client.aclose()


async def test_a_wrong_human_proof_costs_no_attempt(cast: Cast, entrance: Entrance) -> None:
    fresh, doctor = await cast.doctor()
    stranger = entrance.browser("doctor")
    for _ in range(FREE_ATTEMPTS):
        await entrance.password(stranger, fresh.login, password=WRONG)
    for _ in range(ATTEMPTS):
        refused = await entrance.password(stranger, fresh.login, human_proof={"proof_of_work": "eA=="})
        assert codes_at(refused, "/human_proof") == ["wrong_proof"]
    proof = await human_proof(stranger)
    answer = await entrance.password(stranger, fresh.login, human_proof=proof)
    assert problem(answer) == (403, "second_factor_required")
    replayed = await entrance.password(stranger, fresh.login, human_proof=proof)
    assert codes_at(replayed, "/human_proof") == ["wrong_proof"]
    await doctor.client.aclose()


async def test_after_a_hundred_failures_the_password_alone_is_not_looked_at(
    cast: Cast, entrance: Entrance, superuser: Any
) -> None:
    fresh, doctor = await cast.doctor()
    account = UUID((await doctor.get("/me"))["account"]["id"])
    failures = "SELECT failures_in_a_row FROM account WHERE id = $1"
    await superuser.execute(
        "UPDATE account SET failures_in_a_row = $2 WHERE id = $1", account, FAILURES_IN_A_ROW - 1
    )
    stranger = entrance.browser("doctor")
    assert (await entrance.challenge(stranger, fresh.login))["methods"] == ["sms"]
    assert (await entrance.password(stranger, fresh.login, password=WRONG)).status_code == 401
    assert await superuser.fetchval(failures, account) == FAILURES_IN_A_ROW
    right = await entrance.password(stranger, fresh.login)
    assert problem(right) == (401, "wrong_credentials")
    assert (await entrance.password(doctor, fresh.login)).status_code == 201
    assert await superuser.fetchval(failures, account) == 0
    assert (await entrance.challenge(stranger, fresh.login))["methods"] == ["sms"]
    await doctor.client.aclose()


async def test_of_two_hundred_guesses_of_a_known_device_ten_are_evaluated(
    cast: Cast, entrance: Entrance, superuser: Any
) -> None:
    fresh, doctor = await cast.doctor()
    account = UUID((await doctor.get("/me"))["account"]["id"])
    answers = await asyncio.gather(
        *(entrance.password(doctor, fresh.login, password=f"Geraten{number}") for number in range(200))
    )
    assert {answer.status_code for answer in answers} <= {401, 403, 429}
    evaluated = await superuser.fetchval(
        "SELECT count(*) FROM audit_event WHERE action = 'session.refused' AND object_id = $1", account
    )
    assert 0 < evaluated <= ATTEMPTS
    cast.clock.advance(WINDOW + timedelta(seconds=1))
    assert (await entrance.password(doctor, fresh.login)).status_code == 201
    await doctor.client.aclose()


async def test_an_account_disabled_between_the_two_steps_stays_out(
    cast: Cast, entrance: Entrance, superuser: Any
) -> None:
    fresh, doctor = await cast.doctor()
    row = await superuser.fetchrow(
        "SELECT * FROM account WHERE id = $1", UUID((await doctor.get("/me"))["account"]["id"])
    )
    browser = entrance.browser("doctor")
    challenge = await entrance.challenge(browser, fresh.login)
    code = await entrance.sms_code(browser, challenge, phone_of(cast, row))
    await superuser.execute("UPDATE account SET status = 'disabled' WHERE id = $1", row["id"])
    refused = await entrance.answer(browser, challenge, "sms", code=code)
    assert problem(refused) == (410, "ticket_gone")
    await doctor.client.aclose()
