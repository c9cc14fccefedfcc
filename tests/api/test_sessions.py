"""Sessions and tokens: who gets in, for how long, from where, and when it ends."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from jose import jwt

from registry_api.accounts.sessions import LIMITS, TOKEN_LIFE
from registry_api.accounts.sign_in import ATTEMPTS, FREE_ATTEMPTS
from registry_api.kit.tokens import TokenKeyRing, TokenSigner, generate_key_pem
from tests.support.human import human_proof
from tests.support.people import Cast, Chain, Person
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")


async def status_of(person: Person) -> int:
    return (await person.call("GET", "/me")).status_code


async def test_each_realm_has_an_entrance_of_its_own(cast: Cast) -> None:
    fresh, doctor = await cast.doctor()
    elsewhere = await doctor.call(
        "POST",
        "/sessions",
        json={
            "realm": "authority",
            "login_name": fresh.login.login_name,
            "password": fresh.login.password,
        },
    )
    assert problem(elsewhere) == (401, "wrong_credentials")
    doctor.realm = "authority"
    assert await status_of(doctor) == 401
    await doctor.client.aclose()


async def test_login_names_do_not_differ_by_case(cast: Cast) -> None:
    fresh, doctor = await cast.doctor()
    login = fresh.login
    body = {"realm": "doctor", "login_name": f" {login.login_name.upper()} ", "password": login.password}
    assert (await doctor.call("POST", "/sessions", json=body)).status_code == 201
    await doctor.client.aclose()


async def test_wrong_password_and_unknown_name_get_one_answer_and_are_recorded(
    cast: Cast, superuser: Any
) -> None:
    fresh, doctor = await cast.doctor()
    answers = []
    for name in (fresh.login.login_name, "nobody-of-this-name"):
        body = {"realm": "doctor", "login_name": name, "password": "Falsch2026"}
        answers.append(await doctor.call("POST", "/sessions", json=body))
    for answer in answers:
        assert problem(answer) == (401, "wrong_credentials")
        recorded = await superuser.fetchrow(
            "SELECT action, outcome FROM audit_event WHERE request_id = $1", answer.json()["request_id"]
        )
        assert tuple(recorded) == ("session.refused", "refused")
    assert {answer.json()["detail"] for answer in answers} == {answers[0].json()["detail"]}
    await doctor.client.aclose()


async def test_the_eleventh_attempt_waits_for_the_window(cast: Cast) -> None:
    fresh, doctor = await cast.doctor()
    wrong = {"realm": "doctor", "login_name": fresh.login.login_name, "password": "Falsch2026"}
    right = {**wrong, "password": fresh.login.password}
    for attempt in range(ATTEMPTS):
        proof = {"human_proof": await human_proof(doctor)} if attempt >= FREE_ATTEMPTS else {}
        answer = await doctor.call("POST", "/sessions", json=wrong | proof)
        assert problem(answer) == (401, "wrong_credentials")
        assert answer.json()["human_proof_required"] == (attempt + 1 >= FREE_ATTEMPTS)
        if attempt + 1 == FREE_ATTEMPTS:
            unproved = await doctor.call("POST", "/sessions", json=right)
            assert problem(unproved) == (403, "human_proof_required")
    refused = await doctor.call("POST", "/sessions", json=right)
    assert problem(refused) == (429, "too_many_requests")
    cast.clock.advance(timedelta(seconds=int(refused.headers["retry-after"])))
    assert (await doctor.call("POST", "/sessions", json=right)).status_code == 201
    await doctor.client.aclose()


async def test_cookie_is_out_of_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    fresh, doctor = await cast.doctor()
    login = fresh.login
    answer = await doctor.call(
        "POST",
        "/sessions",
        json={"realm": "doctor", "login_name": login.login_name, "password": login.password},
    )
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("doctor=")
    assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.split("; "))
    assert login.password not in answer.text
    assert answer.json()["access_token"] is None
    await doctor.client.aclose()


@pytest.mark.parametrize("realm", ["doctor", "institution", "authority"])
async def test_a_session_ends_when_idle_and_at_its_limit(chain: Chain, realm: Any) -> None:
    person = {"doctor": chain.doctor, "institution": chain.institution, "authority": chain.handler}[realm]
    idle, life = LIMITS[realm]
    clock = chain.cast.clock
    begin = clock.now()
    while clock.now() + idle - timedelta(seconds=1) < begin + life:
        clock.advance(idle - timedelta(seconds=1))
        assert await status_of(person) == 200
    clock.set(begin + life - timedelta(seconds=1))
    assert await status_of(person) == 200
    clock.set(begin + life)
    assert problem(await person.call("GET", "/me")) == (401, "unauthenticated")


async def test_a_refused_request_counts_as_use(chain: Chain) -> None:
    idle, _ = LIMITS["doctor"]
    chain.cast.clock.advance(idle - timedelta(seconds=1))
    assert (await chain.act(chain.doctor, "submit", version=99)).status_code == 412
    chain.cast.clock.advance(idle - timedelta(seconds=1))
    assert await status_of(chain.doctor) == 200


async def test_an_idle_session_is_gone(chain: Chain) -> None:
    chain.cast.clock.advance(LIMITS["doctor"][0])
    assert await status_of(chain.doctor) == 401


@pytest.mark.parametrize("delivery", ["cookie", "bearer"])
async def test_sign_out_counts_at_once(cast: Cast, delivery: str) -> None:
    fresh, first = await cast.doctor()
    person = await cast.sign_in(fresh.login, delivery)
    kept = dict(person.client.cookies)
    assert await status_of(person) == 200
    assert (await person.call("DELETE", "/sessions/current")).status_code == 204
    person.client.cookies.update(kept)
    assert await status_of(person) == 401
    assert await status_of(first) == 200
    await person.client.aclose()
    await first.client.aclose()


@pytest.mark.parametrize("delivery", ["cookie", "bearer"])
async def test_a_disabled_account_is_out_at_its_next_request(
    cast: Cast, superuser: Any, delivery: str
) -> None:
    fresh, other = await cast.doctor()
    person = await cast.sign_in(fresh.login, delivery)
    account = UUID((await person.get("/me"))["account"]["id"])
    await superuser.execute("UPDATE account SET status = 'disabled' WHERE id = $1", account)
    assert await status_of(person) == 401
    body = {"realm": "doctor", "login_name": fresh.login.login_name, "password": fresh.login.password}
    assert problem(await other.call("POST", "/sessions", json=body)) == (401, "wrong_credentials")
    await person.client.aclose()
    await other.client.aclose()


async def test_a_forged_request_of_another_site_is_refused(chain: Chain) -> None:
    path = f"/api/v1/doctor/applications/{chain.id}"
    client = chain.doctor.client
    bare = await client.delete(path)
    assert problem(bare) == (403, "wrong_realm")
    assert problem(await client.delete(path, headers={"X-Registry-Realm": "x"})) == (403, "wrong_realm")
    foreign = {"X-Registry-Realm": "doctor", "Origin": "https://evil.example"}
    assert problem(await client.delete(path, headers=foreign)) == (403, "origin_refused")
    login = {"realm": "doctor", "login_name": "x", "password": "y"}
    signing_in = await client.post("/api/v1/sessions", json=login, headers={"Origin": "https://evil.example"})
    assert problem(signing_in) == (403, "origin_refused")
    own = {"X-Registry-Realm": "doctor", "Origin": chain.cast.settings.origin}
    assert (await client.delete(path, headers=own)).status_code == 204


async def test_reading_needs_no_header_while_one_session_is_there(chain: Chain) -> None:
    assert (await chain.doctor.client.get("/api/v1/me")).status_code == 200
    chain.doctor.client.cookies.set("authority", "x")
    assert (await chain.doctor.client.get("/api/v1/me")).status_code == 401


async def test_a_bearer_token_lasts_ten_minutes(cast: Cast) -> None:
    fresh, doctor = await cast.doctor()
    person = await cast.sign_in(fresh.login, "bearer")
    cast.clock.advance(TOKEN_LIFE - timedelta(seconds=1))
    assert await status_of(person) == 200
    cast.clock.advance(timedelta(seconds=1))
    assert await status_of(person) == 401
    await person.client.aclose()
    await doctor.client.aclose()


async def test_a_token_of_another_making_is_refused(cast: Cast) -> None:
    fresh, doctor = await cast.doctor()
    person = await cast.sign_in(fresh.login, "bearer")
    good = person.headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.get_unverified_claims(good)
    unsigned = f"{jwt_part({'alg': 'none', 'typ': 'at+jwt', 'kid': 'test'})}.{good.split('.')[1]}."
    now = cast.clock.now()
    own = {key: claims[key] for key in ("sub", "sid")}

    def issue(ring: TokenKeyRing, issuer: str, audience: str) -> str:
        return TokenSigner(ring, issuer).issue(own, audience=audience, lifetime=TOKEN_LIFE, now=now)

    origin = cast.settings.origin
    ours = cast.app.state.system.token_keys
    forged = [
        unsigned,
        good[:-4] + ("AAAA" if not good.endswith("AAAA") else "BBBB"),
        issue(TokenKeyRing([("test", generate_key_pem())]), origin, claims["aud"]),
        issue(TokenKeyRing([("other", generate_key_pem())]), origin, claims["aud"]),
        issue(ours, "https://elsewhere.example", claims["aud"]),
        issue(ours, origin, "another-service"),
        jwt.encode({**claims}, "secret", algorithm="HS256", headers={"kid": "test", "typ": "at+jwt"}),
        "x",
        "",
    ]
    for token in forged:
        person.headers["Authorization"] = f"Bearer {token}"
        assert problem(await person.call("GET", "/me")) == (401, "unauthenticated"), token
    person.headers["Authorization"] = f"Basic {good}"
    assert await status_of(person) == 401
    person.headers["Authorization"] = f"Bearer {good}"
    assert await status_of(person) == 200
    await person.client.aclose()
    await doctor.client.aclose()


def jwt_part(header: dict[str, str]) -> str:
    return str(jwt.encode({}, "x", algorithm="HS256", headers=header)).split(".", maxsplit=1)[0]
