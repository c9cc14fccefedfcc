"""Forgotten password and login name: for the owner a way back, for a stranger no word about anybody."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest

from registry_api.recovery.identity import IDLE
from registry_api.recovery.service import COMPLETIONS, REFERENCE_LIFE, STARTS_AN_HOUR
from tests.support.own_account import NEW_PASSWORD, OwnAccount
from tests.support.problems import problem

UNKNOWN = {"name": "nobody_of_this_name", "phone": "19900000001"}


async def start(desk: OwnAccount, typed: str) -> httpx.Response:
    proof = await desk.proof("password_reset")
    body = {"login_name_or_phone": typed, "human_proof": proof}
    return await desk.stranger().call("POST", "/password-resets", json=body)


async def reference(desk: OwnAccount, typed: str) -> str:
    answer = await start(desk, typed)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["reset_reference"])


async def complete(desk: OwnAccount, ref: str, code: str, tail: str, **more: str) -> httpx.Response:
    new = more.get("password", NEW_PASSWORD)
    body = {
        "reset_reference": ref,
        "code": code,
        "id_number_tail": tail,
        "new_password": new,
        "new_password_confirmation": new,
    }
    return await desk.stranger().call("POST", "/password-resets/completion", json=body)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


async def recover(desk: OwnAccount, phone: str, tail: str) -> httpx.Response:
    proof = await desk.proof("login_name_recovery")
    body = {"phone": phone, "id_number_tail": tail, "human_proof": proof}
    return await desk.stranger().call("POST", "/login-name-recoveries", json=body)


def bare(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    """The answer without what is new in each."""
    content = answer.json()
    return answer.status_code, {
        key: len(value) if key == "reset_reference" else value
        for key, value in content.items()
        if key not in ("request_id", "expires_at")
    }


@pytest.mark.parametrize("by", ["login_name", "phone"])
async def test_a_forgotten_password_is_set_anew(own_account: OwnAccount, by: str) -> None:
    owner = await own_account.owner()
    typed = owner.phone if by == "phone" else owner.login.login_name.upper()
    ref = await reference(own_account, typed)
    answer = await complete(own_account, ref, await owner.code(), owner.tail.lower())
    assert answer.status_code == 204, answer.text
    assert not answer.headers.get("set-cookie")
    assert (await owner.call("GET", "/me")).status_code == 401
    assert not await owner.signs_in(owner.login.password)
    assert await owner.signs_in(NEW_PASSWORD)
    assert (await owner.told())[0] == "password_changed"
    devices = await own_account.superuser.fetchval(
        "SELECT count(*) FROM known_device WHERE account_id = $1 AND revoked_at IS NULL", owner.account_id
    )
    assert devices == 0
    assert await owner.events("password.reset") == ["done"]


async def test_everybody_gets_the_same_answer(own_account: OwnAccount, superuser: Any) -> None:
    owner, frozen, unverified = [await own_account.owner() for _ in range(3)]
    await superuser.execute("UPDATE account SET status = 'frozen' WHERE id = $1", frozen.account_id)
    await superuser.execute(
        "UPDATE account SET phone_verified_at = NULL WHERE id = $1", unverified.account_id
    )
    staff = await superuser.fetchval("SELECT login_name FROM account WHERE realm = 'authority' LIMIT 1")
    typed = [
        owner.login.login_name,
        owner.phone,
        frozen.login.login_name,
        unverified.login.login_name,
        staff,
        *UNKNOWN.values(),
        "'; DROP TABLE account; --",
    ]
    answers = [bare(await start(own_account, one)) for one in typed]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 202
    assert "管理员" in answers[0][1]["message"]
    assert await frozen.told() == await unverified.told() == []


async def test_whatever_is_wrong_is_told_in_the_same_words(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    ref = await reference(own_account, owner.login.login_name)
    code = await owner.code()
    nobody = await reference(own_account, UNKNOWN["name"])
    answers = [
        await complete(own_account, ref, other(code), owner.tail),
        await complete(own_account, ref, code, f"00000{owner.tail[-1]}"),
        await complete(own_account, nobody, code, owner.tail),
        await complete(own_account, "no-reference-at-all", code, owner.tail),
    ]
    assert {str(bare(answer)) for answer in answers} == {str(bare(answers[0]))}
    assert problem(answers[0]) == (422, "invalid_body")
    assert [(one["pointer"], one["code"]) for one in answers[0].json()["errors"]] == [("/code", "wrong_code")]
    assert await owner.events("password.reset_refused") == ["refused", "refused"]
    # None of it used the code up.
    assert (await complete(own_account, ref, code, owner.tail)).status_code == 204


async def test_a_new_password_obeys_the_rules_and_personal_ones_come_last(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    ref = await reference(own_account, owner.login.login_name)
    code = await owner.code()
    weak = await complete(own_account, ref, other(code), owner.tail, password="abcdefgh")
    assert "no_digit" in [one["code"] for one in weak.json()["errors"]]
    personal = f"a{owner.phone[-8:]}"
    stranger = await complete(own_account, ref, other(code), owner.tail, password=personal)
    assert [one["code"] for one in stranger.json()["errors"]] == ["wrong_code"]
    known = await complete(own_account, ref, code, owner.tail, password=personal)
    assert [one["code"] for one in known.json()["errors"]] == ["personal"]
    assert (await complete(own_account, ref, code, owner.tail)).status_code == 204


async def test_a_reference_resets_once(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    ref = await reference(own_account, owner.login.login_name)
    code = await owner.code()
    answers = await asyncio.gather(
        *(complete(own_account, ref, code, owner.tail) for _ in range(COMPLETIONS))
    )
    assert [answer.status_code for answer in answers].count(204) == 1
    assert (await owner.told()).count("password_changed") == 1


@pytest.mark.parametrize("known", [True, False])
async def test_of_a_burst_five_guesses_are_looked_at(own_account: OwnAccount, known: bool) -> None:
    owner = await own_account.owner()
    ref = await reference(own_account, owner.login.login_name if known else UNKNOWN["name"])
    code = await owner.code() if known else "000000"
    answers = await asyncio.gather(*(complete(own_account, ref, other(code), owner.tail) for _ in range(30)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(422), statuses.count(429)) == (COMPLETIONS, 30 - COMPLETIONS)
    assert (await complete(own_account, ref, code, owner.tail)).status_code == 429


async def test_code_and_reference_end(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    ref = await reference(own_account, owner.login.login_name)
    code = await owner.code()
    own_account.clock.advance(REFERENCE_LIFE)
    assert problem(await complete(own_account, ref, code, owner.tail)) == (422, "invalid_body")
    assert await owner.signs_in(owner.login.password)


async def test_a_number_that_lay_idle_needs_the_whole_id_number(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    own_account.clock.advance(IDLE + timedelta(minutes=1))
    ref = await reference(own_account, owner.phone)
    code = await owner.code()
    refused = await complete(own_account, ref, code, owner.tail)
    assert problem(refused) == (422, "invalid_body")
    assert "完整的身份证号" in refused.json()["errors"][0]["message"]
    assert (await complete(own_account, ref, code, owner.id_number)).status_code == 204


async def test_starts_are_counted_by_what_was_typed_whoever_it_is(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    for typed in (owner.login.login_name, UNKNOWN["name"]):
        statuses = [(await start(own_account, typed)).status_code for _ in range(STARTS_AN_HOUR + 1)]
        assert statuses == [202] * STARTS_AN_HOUR + [429]
    # One minute between two messages: the second to fifth request sent nothing, and did not say so.
    assert await owner.told() == ["code_reset_password"]
    by_phone = await start(own_account, owner.phone)
    assert by_phone.status_code == 202
    assert await owner.told() == ["code_reset_password"]


async def test_a_person_must_be_there(own_account: OwnAccount) -> None:
    stranger = own_account.stranger()
    for path, body in (
        ("/password-resets", {"login_name_or_phone": "x"}),
        ("/login-name-recoveries", {"phone": "13800000000", "id_number_tail": "123456"}),
    ):
        assert problem(await stranger.call("POST", path, json=body)) == (403, "human_proof_required")
        wrong = {**body, "human_proof": await own_account.proof("sign_in")}
        answer = await stranger.call("POST", path, json=wrong)
        assert [one["code"] for one in answer.json()["errors"]] == ["wrong_proof"]


async def test_a_login_name_goes_to_the_verified_phone_of_who_knows_the_id_number(
    own_account: OwnAccount,
) -> None:
    owner = await own_account.owner()
    wrong = await recover(own_account, owner.phone, f"00000{owner.tail[-1]}")
    unknown = await recover(own_account, UNKNOWN["phone"], owner.tail)
    nonsense = await recover(own_account, "no phone", owner.tail)
    assert await owner.told() == []
    right = await recover(own_account, owner.phone, owner.tail)
    assert {str(bare(one)) for one in (wrong, unknown, nonsense, right)} == {str(bare(right))}
    assert right.status_code == 202
    assert await owner.told() == ["recover_login_name"]
    assert owner.login.login_name not in right.text


async def test_time_does_not_tell_who_is_registered(own_account: OwnAccount) -> None:
    owners = [await own_account.owner() for _ in range(25)]
    known: list[float] = []
    unknown: list[float] = []
    for number, owner in enumerate(owners):
        for typed, taken in ((owner.login.login_name, known), (f"stranger_{number}", unknown)):
            proof = await own_account.proof("password_reset")
            client = own_account.stranger()
            begin = time.perf_counter()
            await client.call(
                "POST", "/password-resets", json={"login_name_or_phone": typed, "human_proof": proof}
            )
            taken.append(time.perf_counter() - begin)
    assert all([await one.told() == ["code_reset_password"] for one in owners])
    greater = sum((a > b) + 0.5 * (a == b) for a in known for b in unknown)
    # Area under the ROC curve of a classifier that looks at time alone; 0.5 is guessing, 25 pairs scatter by 0.08.
    assert 0.25 < greater / (len(known) * len(unknown)) < 0.75
