"""Opening an account by invitation: once, in time, with a second factor, and never twice at once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from registry_api.staff.invitations import LIFETIME
from tests.support.administrators import (
    PASSWORD,
    STEP,
    Administration,
    acceptance,
    administration,
    join,
    prove,
    start_totp,
    stranger,
    token_of,
)
from tests.support.people import Cast, Person
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")
ACCEPT = "/staff-invitations"


@pytest.fixture
async def desk(cast: Cast) -> AsyncIterator[Administration]:
    made = await administration(cast, cast.institutions("370000")[2], "authority")
    yield made
    await made.person.client.aclose()


@pytest.fixture
async def guest(cast: Cast) -> AsyncIterator[Person]:
    """Somebody with the link in a browser of their own."""
    made = stranger(cast, "authority")
    yield made
    await made.client.aclose()


@pytest.fixture
async def invited(desk: Administration) -> dict[str, Any]:
    return await desk.invite("authority_approver", name="欧阳新来")


@pytest.fixture
def token(invited: dict[str, Any]) -> str:
    return token_of(invited["invitation"]["link"])


async def ready(cast: Cast, guest: Person, token: str, **over: Any) -> dict[str, Any]:
    """A body that would be accepted."""
    chosen = acceptance(token, **over)
    totp = await start_totp(guest, chosen)
    return {**chosen, "totp_code": totp.at(cast.clock.now())}


async def test_the_link_shows_who_is_invited_to_what_and_is_not_used_up_by_it(
    guest: Person, invited: dict[str, Any], token: str
) -> None:
    for _ in range(2):
        answer = await guest.call("POST", f"{ACCEPT}/lookups", json={"token": token})
        assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["realm"], shown["name"], shown["role_title"]) == ("authority", "欧阳新来", "审批人")
    assert shown["expires_at"] == invited["invitation"]["expires_at"]
    assert shown["login_name"] is None


async def test_an_accepted_invitation_opens_the_account_with_its_second_factor(
    cast: Cast, desk: Administration, invited: dict[str, Any], superuser: Any
) -> None:
    person, login = await join(cast, "authority", invited["invitation"]["link"])
    me = (await person.get("/me"))["account"]
    assert (me["login_name"], me["role"], me["name"]) == (login.login_name, "authority_approver", "欧阳新来")
    member = await desk.member(invited["account"]["id"])
    assert (member["status"], member["login_name"]) == ("active", login.login_name)
    assert member["invitation_expires_at"] is None
    factor = await superuser.fetchrow(
        "SELECT kind, confirmed_at, secret_sealed FROM second_factor WHERE account_id = $1::uuid", me["id"]
    )
    assert (factor["kind"], factor["confirmed_at"] is not None) == ("totp", True)
    assert (login.totp_secret or "").encode() not in factor["secret_sealed"]
    assert login.login_name in [one["login_name"] for one in await desk.listed("?status=active&limit=100")]
    await person.client.aclose()


async def test_an_invitation_is_good_once(cast: Cast, guest: Person, token: str) -> None:
    body = await ready(cast, guest, token)
    assert (await guest.call("POST", ACCEPT, json=body)).status_code == 201
    for path, again in (
        (ACCEPT, body),
        (f"{ACCEPT}/lookups", {"token": token}),
        (f"{ACCEPT}/totp", {"token": token, "login_name": "xin.lai"}),
        (f"{ACCEPT}/passkey", {"token": token, "login_name": "xin.lai"}),
    ):
        assert problem(await guest.call("POST", path, json=again)) == (410, "ticket_gone"), path


async def test_of_parallel_acceptances_one_succeeds(cast: Cast, guest: Person, token: str) -> None:
    body = await ready(cast, guest, token)
    bodies = [{**body, "login_name": f"{body['login_name']}{n}"} for n in range(5)]
    answers = await asyncio.gather(*(guest.call("POST", ACCEPT, json=one) for one in bodies))
    assert sorted(one.status_code for one in answers) == [201, 410, 410, 410, 410]


async def test_an_invitation_ends_after_three_days(cast: Cast, guest: Person, token: str) -> None:
    cast.clock.advance(LIFETIME - timedelta(seconds=1))
    body = await ready(cast, guest, token)
    cast.clock.advance(timedelta(seconds=1))
    assert problem(await guest.call("POST", ACCEPT, json=body)) == (410, "ticket_gone")


async def test_an_unknown_token_is_gone_too(guest: Person) -> None:
    answer = await guest.call("POST", f"{ACCEPT}/lookups", json={"token": "x" * 43})
    assert problem(answer) == (410, "ticket_gone")


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"totp_code": "000000"}, "/totp_code"),
        ({"password": "kurz-2027", "password_confirmation": "kurz-2027"}, "/password"),
        ({"password_confirmation": "anders-als-zuvor"}, "/password_confirmation"),
        ({"login_name": "abc"}, "/login_name"),
        ({"login_name": "有汉字的名"}, "/login_name"),
        ({"login_name": "invited/abcdef"}, "/login_name"),
        ({"totp_code": None}, ""),
    ],
)
async def test_a_refused_acceptance_leaves_the_invitation_good(
    cast: Cast, guest: Person, token: str, over: dict[str, Any], pointer: str
) -> None:
    body = await ready(cast, guest, token)
    refused = await guest.call("POST", ACCEPT, json={**body, **over})
    assert problem(refused) == (422, "invalid_body")
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
    assert (await guest.call("POST", ACCEPT, json=body)).status_code == 201


async def test_a_password_is_not_made_of_the_login_name(cast: Cast, guest: Person, token: str) -> None:
    weak = "chunfeng.huayu"
    body = await ready(cast, guest, token, login_name=weak, password=weak, password_confirmation=weak)
    refused = await guest.call("POST", ACCEPT, json=body)
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [("/password", "personal")]


async def test_a_login_name_is_one_persons_whatever_its_case(
    cast: Cast, desk: Administration, guest: Person, token: str
) -> None:
    taken = (await desk.person.get("/me"))["account"]["login_name"]
    body = await ready(cast, guest, token, login_name=taken.upper())
    refused = await guest.call("POST", ACCEPT, json=body)
    assert [one["code"] for one in refused.json()["errors"]] == ["login_name_taken"]


async def test_a_new_secret_makes_the_former_worthless(cast: Cast, guest: Person, token: str) -> None:
    former = await ready(cast, guest, token)
    newer = await ready(cast, guest, token)
    assert problem(await guest.call("POST", ACCEPT, json=former)) == (422, "invalid_body")
    assert (await guest.call("POST", ACCEPT, json=newer)).status_code == 201


async def test_a_withdrawn_invitation_is_gone(
    cast: Cast, desk: Administration, guest: Person, invited: dict[str, Any], token: str
) -> None:
    body = await ready(cast, guest, token)
    account_id = invited["account"]["id"]
    again = await desk.call("POST", f"/{account_id}/invitation", json={})
    assert problem(await guest.call("POST", ACCEPT, json=body)) == (410, "ticket_gone")
    body = await ready(cast, guest, token_of(again.json()["invitation"]["link"]))
    assert (await desk.call("POST", f"/{account_id}/disable")).status_code == 200
    assert problem(await guest.call("POST", ACCEPT, json=body)) == (410, "ticket_gone")


async def test_who_lost_the_second_factor_begins_again(
    cast: Cast, desk: Administration, guest: Person, invited: dict[str, Any]
) -> None:
    person, login = await join(cast, "authority", invited["invitation"]["link"])
    account_id = invited["account"]["id"]
    again = await desk.call("POST", f"/{account_id}/invitation", json={})
    assert again.json()["account"]["status"] == "invited"
    assert (await person.call("GET", "/me")).status_code == 401
    old = {"realm": "authority", "login_name": login.login_name, "password": login.password}
    assert problem(await guest.call("POST", "/sessions", json=old)) == (401, "wrong_credentials")

    token = token_of(again.json()["invitation"]["link"])
    shown = await guest.call("POST", f"{ACCEPT}/lookups", json={"token": token})
    assert shown.json()["login_name"] == login.login_name
    body = acceptance(token, login_name=login.login_name)
    totp = await start_totp(guest, body)
    body["totp_code"] = totp.at(cast.clock.now() - STEP)
    assert (await guest.call("POST", ACCEPT, json=body)).status_code == 201
    assert problem(await prove(cast, person, login)) == (422, "invalid_body")
    renewed = replace(login, totp_secret=totp.secret)
    assert (await prove(cast, person, renewed)).status_code == 201
    await person.client.aclose()


async def test_codes_of_an_authenticator_are_not_guessed(cast: Cast, guest: Person, token: str) -> None:
    body = await ready(cast, guest, token)
    answers = [await guest.call("POST", ACCEPT, json={**body, "totp_code": "000000"}) for _ in range(31)]
    assert problem(answers[-1]) == (429, "too_many_requests")
    assert PASSWORD not in answers[0].text
