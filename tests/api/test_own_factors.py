"""One's own second factors, and the fresh proof that changing them asks for."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from registry_api.accounts.step_up import FRESH
from registry_api.demo.logins import Login, read_pool
from tests.support.factors import Entrance, phone_of
from tests.support.inbox import last_message
from tests.support.people import Cast, Person
from tests.support.problems import codes_at, problem

FACTORS = "/me/second-factors"


@pytest.fixture
def approver(cast: Cast) -> Login:
    """Somebody at an authority, with an authenticator."""
    return read_pool(cast.settings.state_directory).institutions[0].authority_approver


@pytest.fixture
async def desk(cast: Cast, entrance: Entrance, superuser: Any, approver: Login) -> Any:
    """The approver, signed in on a device that is known; what is enrolled goes again afterwards."""
    person = await cast.sign_in(approver)
    account = UUID((await person.get("/me"))["account"]["id"])
    yield person
    await superuser.execute(
        "UPDATE second_factor SET removed_at = now() WHERE account_id = $1 AND name <> '演示动态口令'",
        account,
    )
    await superuser.execute(
        "UPDATE second_factor SET removed_at = NULL WHERE account_id = $1 AND name = '演示动态口令'", account
    )
    await person.client.aclose()
    del entrance


async def enrol_passkey(entrance: Entrance, person: Person, **more: Any) -> tuple[Any, str]:
    """A new passkey of somebody who gave a fresh proof; the authenticator and the factor's id."""
    passkey = entrance.passkey(**more)
    options = await person.call("POST", f"{FACTORS}/passkeys/options")
    assert options.status_code == 200, options.text
    made = await person.call(
        "POST", f"{FACTORS}/passkeys", json={"name": "钥匙", "credential": passkey.create(options.json())}
    )
    assert made.status_code == 201, made.text
    return passkey, made.json()["id"]


async def test_a_change_asks_for_a_proof_of_the_last_ten_minutes(
    desk: Person, entrance: Entrance, approver: Login
) -> None:
    listed = (await desk.get(FACTORS))["items"]
    assert [(one["kind"], one["name"]) for one in listed] == [("totp", "演示动态口令")]
    for method, path in (
        ("POST", f"{FACTORS}/totp"),
        ("POST", f"{FACTORS}/passkeys/options"),
        ("DELETE", f"{FACTORS}/{listed[0]['id']}"),
    ):
        refused = await desk.call(method, path, json={})
        assert problem(refused) == (403, "step_up_required")
        assert refused.json()["methods"] == ["totp"]
    await entrance.prove(desk, approver)
    assert (await desk.call("POST", f"{FACTORS}/totp", json={})).status_code == 201
    entrance.cast.clock.advance(FRESH)
    stale = await desk.call("POST", f"{FACTORS}/totp", json={})
    assert problem(stale) == (403, "step_up_required")


async def test_signing_in_with_a_second_factor_is_a_proof(entrance: Entrance, approver: Login) -> None:
    browser = entrance.browser("authority")
    challenge = await entrance.challenge(browser, approver)
    await entrance.answer(browser, challenge, "totp", code=entrance.totp(approver))
    assert (await browser.call("POST", f"{FACTORS}/totp", json={})).status_code == 201


async def test_an_authenticator_counts_once_a_code_confirms_it(
    desk: Person, entrance: Entrance, approver: Login
) -> None:
    await entrance.prove(desk, approver)
    made = (await desk.call("POST", f"{FACTORS}/totp", json={"name": "新手机"})).json()
    assert made["uri"].startswith("otpauth://totp/")
    assert made["secret"] in made["uri"]
    assert made["qr_svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    path = f"{FACTORS}/totp/{made['id']}/confirmation"
    assert len((await desk.get(FACTORS))["items"]) == 1
    wrong = await desk.call("POST", path, json={"code": "000000"})
    assert codes_at(wrong, "/code") == ["wrong_code"]
    code = entrance.totp_of(made["secret"])
    assert (await desk.call("POST", path, json={"code": code})).status_code == 204
    assert [one["name"] for one in (await desk.get(FACTORS))["items"]] == ["演示动态口令", "新手机"]
    assert (await desk.call("POST", path, json={"code": code})).status_code == 404
    browser = entrance.browser("authority")
    challenge = await entrance.challenge(browser, approver)
    replayed = await entrance.answer(browser, challenge, "totp", code=code)
    assert codes_at(replayed, "/code") == ["wrong_code"]
    entrance.cast.clock.advance(timedelta(seconds=60))
    fresh = await entrance.answer(browser, challenge, "totp", code=entrance.totp_of(made["secret"]))
    assert fresh.status_code == 201


async def test_only_the_newest_unconfirmed_authenticator_can_be_confirmed(
    desk: Person, entrance: Entrance, approver: Login
) -> None:
    await entrance.prove(desk, approver)
    first = (await desk.call("POST", f"{FACTORS}/totp", json={})).json()
    await desk.call("POST", f"{FACTORS}/totp", json={})
    path = f"{FACTORS}/totp/{first['id']}/confirmation"
    gone = await desk.call("POST", path, json={"code": entrance.totp_of(first["secret"])})
    assert gone.status_code == 404


async def test_a_passkey_signs_in_and_proves(desk: Person, entrance: Entrance, approver: Login) -> None:
    await entrance.prove(desk, approver)
    passkey, _ = await enrol_passkey(entrance, desk)
    browser = entrance.browser("authority")
    challenge = await entrance.challenge(browser, approver)
    assert challenge["methods"] == ["totp", "passkey"]
    options = await browser.call(
        "POST", "/sessions/second-factor-challenges", json={"challenge": challenge["challenge"]}
    )
    assertion = passkey.get(options.json())
    opened = await entrance.answer(browser, challenge, "passkey", assertion=assertion)
    assert opened.status_code == 201, opened.text
    entrance.cast.clock.advance(FRESH)
    options = await browser.call("POST", "/me/step-up/challenges")
    assertion = passkey.get(options.json())
    body = {"method": "passkey", "assertion": assertion}
    assert (await browser.call("POST", "/me/step-up", json=body)).status_code == 204
    assert (await browser.call("POST", f"{FACTORS}/totp", json={})).status_code == 201
    again = await browser.call("POST", "/me/step-up", json=body)
    assert codes_at(again, "/assertion") == ["wrong_passkey"]


@pytest.mark.parametrize("fault", ["origin", "host", "key", "challenge", "cloned"])
async def test_an_assertion_of_another_making_is_refused(
    desk: Person, entrance: Entrance, approver: Login, fault: str
) -> None:
    await entrance.prove(desk, approver)
    passkey, _ = await enrol_passkey(entrance, desk)
    browser = entrance.browser("authority")

    async def attempt() -> Any:
        challenge = await entrance.challenge(browser, approver)
        options = (
            await browser.call(
                "POST", "/sessions/second-factor-challenges", json={"challenge": challenge["challenge"]}
            )
        ).json()
        if fault == "challenge":
            options["challenge"] = "AAAA" + options["challenge"][4:]
        return await entrance.answer(browser, challenge, "passkey", assertion=passkey.get(options))

    if fault == "origin":
        passkey.origin = "https://evil.example"
    elif fault == "host":
        passkey.host = "evil.example"
    elif fault == "key":
        passkey.key = entrance.passkey().key
    elif fault == "cloned":
        assert (await attempt()).status_code == 201
        passkey.uses = 0
    assert codes_at(await attempt(), "/assertion") == ["wrong_passkey"]


async def test_a_passkey_that_does_not_count_works_on(
    desk: Person, entrance: Entrance, approver: Login
) -> None:
    await entrance.prove(desk, approver)
    passkey, _ = await enrol_passkey(entrance, desk, counts=False)
    for _ in range(2):
        browser = entrance.browser("authority")
        challenge = await entrance.challenge(browser, approver)
        options = await browser.call(
            "POST", "/sessions/second-factor-challenges", json={"challenge": challenge["challenge"]}
        )
        opened = await entrance.answer(browser, challenge, "passkey", assertion=passkey.get(options.json()))
        assert opened.status_code == 201, opened.text


async def test_what_is_no_credential_is_refused(desk: Person, entrance: Entrance, approver: Login) -> None:
    await entrance.prove(desk, approver)
    for credential in ({}, {"id": "x", "rawId": "x", "response": {}}, {"rawId": ["x"]}, {"id": "x" * 20_000}):
        refused = await desk.call("POST", f"{FACTORS}/passkeys", json={"credential": credential})
        assert codes_at(refused, "/credential") == ["wrong_passkey"]
    passkey, _ = await enrol_passkey(entrance, desk)
    options = (await desk.call("POST", f"{FACTORS}/passkeys/options")).json()
    twice = await desk.call("POST", f"{FACTORS}/passkeys", json={"credential": passkey.create(options)})
    assert problem(twice) == (409, "passkey_known")


async def test_staff_keep_one_factor_also_when_both_go_at_once(
    desk: Person, entrance: Entrance, approver: Login
) -> None:
    await entrance.prove(desk, approver)
    _, passkey_id = await enrol_passkey(entrance, desk)
    ids = [one["id"] for one in (await desk.get(FACTORS))["items"]]
    assert passkey_id in ids
    # Both find a connection ready, or the first would be done before the second has one.
    await asyncio.gather(*(desk.get(FACTORS) for _ in range(8)))
    answers = await asyncio.gather(*(desk.call("DELETE", f"{FACTORS}/{one}") for one in ids))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    assert problem(refused) == (409, "last_second_factor")
    assert len((await desk.get(FACTORS))["items"]) == 1


async def test_nobody_touches_the_factors_of_another(
    cast: Cast, desk: Person, entrance: Entrance, superuser: Any
) -> None:
    (factor,) = (await desk.get(FACTORS))["items"]
    fresh, doctor = await cast.doctor()
    body = {"method": "password", "password": fresh.login.password}
    assert (await doctor.call("POST", "/me/step-up", json=body)).status_code == 204
    assert (await doctor.get(FACTORS))["items"] == []
    assert (await doctor.call("DELETE", f"{FACTORS}/{factor['id']}")).status_code == 404
    del entrance, superuser
    await doctor.client.aclose()


async def test_a_doctor_proves_by_password_or_sms_until_there_is_an_authenticator(
    cast: Cast, entrance: Entrance, superuser: Any
) -> None:
    fresh, doctor = await cast.doctor()
    account = UUID((await doctor.get("/me"))["account"]["id"])
    phone = phone_of(cast, await superuser.fetchrow("SELECT * FROM account WHERE id = $1", account))
    refused = await doctor.call("POST", f"{FACTORS}/totp", json={})
    assert refused.json()["methods"] == ["sms", "password"]
    assert refused.json()["phone_masked"] == f"{phone[:3]}****{phone[-4:]}"
    wrong = await doctor.call("POST", "/me/step-up", json={"method": "password", "password": "Falsch2026"})
    assert codes_at(wrong, "/password") == ["wrong_password"]
    assert (await doctor.call("POST", "/me/step-up/codes")).status_code == 204
    code = (await last_message(cast, phone))["values"]["code"]
    proved = await doctor.call("POST", "/me/step-up", json={"method": "sms", "code": code})
    assert proved.status_code == 204, proved.text
    made = (await doctor.call("POST", f"{FACTORS}/totp", json={})).json()
    path = f"{FACTORS}/totp/{made['id']}/confirmation"
    confirmed = await doctor.call("POST", path, json={"code": entrance.totp_of(made["secret"])})
    assert confirmed.status_code == 204, confirmed.text
    assert (await last_message(cast, phone))["template"] == "second_factor_changed"
    cast.clock.advance(FRESH)
    refused = await doctor.call("DELETE", f"{FACTORS}/{made['id']}")
    assert refused.json()["methods"] == ["totp", "sms"]
    by_password = {"method": "password", "password": fresh.login.password}
    not_offered = await doctor.call("POST", "/me/step-up", json=by_password)
    assert codes_at(not_offered, "/method") == ["method_not_offered"]
    body = {"method": "totp", "code": entrance.totp_of(made["secret"])}
    assert (await doctor.call("POST", "/me/step-up", json=body)).status_code == 204
    assert (await doctor.call("DELETE", f"{FACTORS}/{made['id']}")).status_code == 204
    assert (await doctor.get(FACTORS))["items"] == []
    await doctor.client.aclose()
