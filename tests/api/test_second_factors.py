"""Signing in on a device that is not known: what is asked for, what counts, and what is remembered."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from registry_api.accounts.factor_proofs import ATTEMPTS
from registry_api.demo.logins import Login, read_pool
from tests.support.factors import Entrance, phone_of
from tests.support.inbox import last_message
from tests.support.people import Cast, Person
from tests.support.problems import codes_at, problem


@pytest.fixture
def handler(cast: Cast) -> Login:
    """Somebody at an institution, with an authenticator."""
    return read_pool(cast.settings.state_directory).institutions[0].handler


async def account_row(superuser: Any, person: Person) -> Any:
    account = (await person.get("/me"))["account"]["id"]
    return await superuser.fetchrow("SELECT * FROM account WHERE id = $1", UUID(account))


async def test_staff_on_a_new_device_show_their_authenticator(entrance: Entrance, handler: Login) -> None:
    browser = entrance.browser("institution")
    challenge = await entrance.challenge(browser, handler)
    assert challenge["methods"] == ["totp"]
    assert (await browser.call("GET", "/me")).status_code == 401
    wrong = await entrance.answer(browser, challenge, "totp", code="000000")
    assert codes_at(wrong, "/code") == ["wrong_code"]
    opened = await entrance.answer(browser, challenge, "totp", code=entrance.totp(handler))
    assert opened.status_code == 201, opened.text
    assert (await browser.get("/me"))["account"]["login_name"] == handler.login_name


async def test_a_challenge_opens_one_session_and_lives_five_minutes(
    entrance: Entrance, handler: Login
) -> None:
    browser = entrance.browser("institution")
    first = await entrance.challenge(browser, handler)
    second = await entrance.challenge(browser, handler)
    assert (await entrance.answer(browser, first, "totp", code=entrance.totp(handler))).status_code == 201
    entrance.cast.clock.advance(timedelta(minutes=1))
    again = await entrance.answer(browser, first, "totp", code=entrance.totp(handler))
    assert problem(again) == (410, "ticket_gone")
    entrance.cast.clock.advance(timedelta(minutes=4))
    late = await entrance.answer(browser, second, "totp", code=entrance.totp(handler))
    assert problem(late) == (410, "ticket_gone")


async def test_a_code_counts_once_also_in_parallel(entrance: Entrance, handler: Login) -> None:
    browsers = [entrance.browser("institution") for _ in range(4)]
    challenges = [await entrance.challenge(browser, handler) for browser in browsers]
    code = entrance.totp(handler)
    answers = await asyncio.gather(
        *(
            entrance.answer(browser, challenge, "totp", code=code)
            for browser, challenge in zip(browsers, challenges, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 201), (1, 201), (2, 422)])
async def test_an_authenticator_may_be_one_step_off(
    entrance: Entrance, handler: Login, steps: int, status: int
) -> None:
    browser = entrance.browser("institution")
    challenge = await entrance.challenge(browser, handler)
    clock = entrance.cast.clock
    clock.advance(timedelta(seconds=30 * steps))
    code = entrance.totp(handler)
    clock.advance(timedelta(seconds=-30 * steps))
    assert (await entrance.answer(browser, challenge, "totp", code=code)).status_code == status


async def test_of_two_hundred_codes_at_once_ten_are_looked_at(
    entrance: Entrance, handler: Login, superuser: Any
) -> None:
    browser = entrance.browser("institution")
    challenge = await entrance.challenge(browser, handler)
    counted = "SELECT count(*) FROM audit_event WHERE action = 'second_factor.refused'"
    before = await superuser.fetchval(counted)
    answers = await asyncio.gather(
        *(entrance.answer(browser, challenge, "totp", code=f"{number:06d}") for number in range(200))
    )
    looked_at = await superuser.fetchval(counted) - before
    assert looked_at <= ATTEMPTS
    assert sum(answer.status_code == 429 for answer in answers) >= 200 - ATTEMPTS
    locked = await entrance.answer(browser, challenge, "totp", code=entrance.totp(handler))
    assert problem(locked) == (429, "too_many_requests")


async def test_a_doctor_gets_a_code_by_sms_and_hears_of_the_new_device(
    cast: Cast, entrance: Entrance, superuser: Any
) -> None:
    fresh, known = await cast.doctor()
    phone = phone_of(cast, await account_row(superuser, known))
    browser = entrance.browser("doctor")
    challenge = await entrance.challenge(browser, fresh.login)
    assert challenge["methods"] == ["sms"]
    assert challenge["phone_masked"] == f"{phone[:3]}****{phone[-4:]}"
    code = await entrance.sms_code(browser, challenge, phone)
    too_soon = await browser.call(
        "POST", "/sessions/second-factor-codes", json={"challenge": challenge["challenge"]}
    )
    assert problem(too_soon) == (429, "too_many_requests")
    opened = await entrance.answer(browser, challenge, "sms", code=code)
    assert opened.status_code == 201, opened.text
    assert (await last_message(cast, phone))["template"] == "new_device"
    other = await entrance.answer(browser, challenge, "sms", code=code)
    assert problem(other) == (410, "ticket_gone")
    await known.client.aclose()


async def test_of_two_hundred_sms_codes_at_once_five_are_looked_at(
    cast: Cast, entrance: Entrance, superuser: Any
) -> None:
    fresh, known = await cast.doctor()
    row = await account_row(superuser, known)
    browser = entrance.browser("doctor")
    challenge = await entrance.challenge(browser, fresh.login)
    code = await entrance.sms_code(browser, challenge, phone_of(cast, row))
    guesses = [f"{(int(code) + 1 + number) % 1_000_000:06d}" for number in range(200)]
    answers = await asyncio.gather(
        *(entrance.answer(browser, challenge, "sms", code=guess) for guess in guesses)
    )
    assert sum(answer.status_code == 422 for answer in answers) == 5
    assert sum(answer.status_code == 429 for answer in answers) == 195
    await superuser.execute("DELETE FROM attempt_counter")
    used_up = await entrance.answer(browser, challenge, "sms", code=code)
    assert problem(used_up) == (429, "too_many_requests")
    await known.client.aclose()


async def test_a_method_that_the_account_has_not_is_refused(entrance: Entrance, handler: Login) -> None:
    browser = entrance.browser("institution")
    challenge = await entrance.challenge(browser, handler)
    refused = await entrance.answer(browser, challenge, "sms", code="123456")
    assert codes_at(refused, "/method") == ["method_not_offered"]
    sent = await browser.call(
        "POST", "/sessions/second-factor-codes", json={"challenge": challenge["challenge"]}
    )
    assert codes_at(sent, "/challenge") == ["method_not_offered"]
    assert codes_at(await entrance.answer(browser, challenge, "totp"), "") == ["incomplete_proof"]


async def test_a_remembered_device_is_asked_no_more_until_it_is_forgotten(
    entrance: Entrance, handler: Login
) -> None:
    browser = entrance.browser("institution")
    challenge = await entrance.challenge(browser, handler)
    opened = await entrance.answer(
        browser, challenge, "totp", code=entrance.totp(handler), remember_device=True
    )
    cookies = [cookie.lower() for cookie in opened.headers.get_list("set-cookie")]
    (device,) = [cookie for cookie in cookies if cookie.startswith("institution-device=")]
    assert {"httponly", "samesite=strict", "path=/", f"max-age={7 * 24 * 3600}"} <= set(device.split("; "))
    assert opened.json()["device_token"] is None
    assert (await entrance.password(browser, handler)).status_code == 201
    listed = (await browser.get("/sessions"))["items"]
    assert [one["known_device"] for one in listed if one["current"]] == [True]
    entrance.cast.clock.advance(timedelta(days=7))
    assert (await entrance.challenge(browser, handler))["methods"] == ["totp"]


async def test_a_program_keeps_its_device_token(entrance: Entrance, handler: Login) -> None:
    program = entrance.browser("institution")
    challenge = await entrance.challenge(program, handler, delivery="bearer")
    opened = await entrance.answer(
        program, challenge, "totp", code=entrance.totp(handler), remember_device=True
    )
    assert opened.status_code == 201
    assert not opened.headers.get_list("set-cookie")
    assert opened.json()["access_token"]
    program.headers["X-Registry-Device"] = opened.json()["device_token"]
    assert (await entrance.password(program, handler, delivery="bearer")).status_code == 201


async def test_a_device_of_somebody_else_is_not_known(cast: Cast, entrance: Entrance, handler: Login) -> None:
    fresh, known = await cast.doctor()
    browser = entrance.browser("institution")
    browser.headers["X-Registry-Device"] = fresh.login.device_token
    assert (await entrance.challenge(browser, handler))["methods"] == ["totp"]
    await known.client.aclose()


async def test_staff_without_a_second_factor_are_sent_to_their_administrator(
    entrance: Entrance, handler: Login, superuser: Any
) -> None:
    browser = entrance.browser("institution")
    account = await superuser.fetchval(
        "SELECT id FROM account WHERE realm = 'institution' AND login_name = $1", handler.login_name
    )
    await superuser.execute("UPDATE second_factor SET removed_at = now() WHERE account_id = $1", account)
    try:
        refused = await entrance.password(browser, handler)
        assert problem(refused) == (403, "second_factor_missing")
        assert handler.office is not None
        assert handler.office in refused.json()["detail"]
    finally:
        await superuser.execute("UPDATE second_factor SET removed_at = NULL WHERE account_id = $1", account)


async def test_a_doctor_without_a_verified_phone_comes_in_and_verifies_first(
    cast: Cast, entrance: Entrance, superuser: Any
) -> None:
    fresh, known = await cast.doctor()
    row = await account_row(superuser, known)
    await superuser.execute(
        "UPDATE account SET phone_verified_at = NULL, activated_at = NULL WHERE id = $1", row["id"]
    )
    opened = await entrance.password(entrance.browser("doctor"), fresh.login)
    assert opened.status_code == 201
    assert opened.json()["next_step"] == "verify_phone"
    assert opened.json()["account"]["phone_verified"] is False
    # A phone that an office put there is good for codes although nobody has verified it yet.
    await superuser.execute(
        "UPDATE account SET activated_at = now(), phone_changed_at = now() WHERE id = $1", row["id"]
    )
    challenge = await entrance.challenge(entrance.browser("doctor"), fresh.login)
    assert challenge["methods"] == ["sms"]
    await known.client.aclose()


async def test_a_page_of_another_site_starts_nothing(entrance: Entrance, handler: Login) -> None:
    browser = entrance.browser("institution")
    challenge = await entrance.challenge(browser, handler)
    for path, body in (
        ("second-factor", {"challenge": challenge["challenge"], "method": "totp", "code": "1"}),
        ("second-factor-codes", {"challenge": challenge["challenge"]}),
        ("second-factor-challenges", {"challenge": challenge["challenge"]}),
        ("refresh", {"refresh_token": "x"}),
    ):
        answer = await browser.call(
            "POST", f"/sessions/{path}", json=body, headers={"Origin": "https://evil.example"}
        )
        assert problem(answer) == (403, "origin_refused")
