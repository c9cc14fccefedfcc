"""What anybody learns of a licence: from its code, from the status lists, from the published keys."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from registry_api.kit.key_bundles import make_demonstration_ring
from registry_api.licences import tokens
from registry_api.licences.issuing import LIST_SIZE
from registry_api.licences.keys import LicenceKeyRing, PublishedKeys
from registry_api.licences.status_list import Status, StatusList, read
from tests.support.licences import Licensed
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")
LISTS = "/api/v1/licences/status-lists"


@pytest.fixture
async def anybody(licensed: Licensed) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a session."""
    async with httpx.AsyncClient(
        transport=licensed.doctor.client._transport, base_url=licensed.scene.cast.settings.origin
    ) as client:
        yield client


async def published(anybody: httpx.AsyncClient) -> PublishedKeys:
    return PublishedKeys.parse((await anybody.get("/.well-known/jwks.json")).content)


async def claims_of(licensed: Licensed, anybody: httpx.AsyncClient) -> tokens.LicenceClaims:
    token = tokens.find_token(await licensed.code())
    now = licensed.scene.cast.clock.now()
    claims = tokens.verify(token, await published(anybody), now=now)
    assert isinstance(claims, tokens.LicenceClaims)
    return claims


async def fetch_list(
    licensed: Licensed, anybody: httpx.AsyncClient
) -> tuple[int, StatusList, httpx.Response]:
    """The place of the licence, and its list as published."""
    claims = await claims_of(licensed, anybody)
    path = claims.status_uri.removeprefix(licensed.scene.cast.settings.origin)
    answer = await anybody.get(path)
    assert answer.status_code == 200, answer.text
    return claims.status_index, read(answer.content, await published(anybody)), answer


async def test_the_code_of_a_valid_licence_says_what_the_register_says_now(licensed: Licensed) -> None:
    held, now = await licensed.scene.registration(), licensed.scene.cast.clock.now()
    learned = await licensed.verify(await licensed.code())
    assert (learned["outcome"], learned["kind"], learned["reason"]) == ("valid", "licence", None)
    assert learned["checked_at"].startswith(now.isoformat()[:19])
    assert learned["licence"] == {
        "number": licensed.licence["number"],
        "version": 1,
        "issued_on": licensed.scene.today.isoformat(),
        "ended_on": None,
    }
    photo = await licensed.doctor.call("GET", f"/doctor/licences/{licensed.licence['id']}/photo")
    assert learned["holder"] == {
        "name": licensed.licence["name"],
        "sex_title": licensed.licence["sex_title"],
        "photo": f"data:image/jpeg;base64,{base64.b64encode(photo.content).decode()}",
        "certificate_number_masked": held["certificate_number_masked"],
    }
    assert learned["practice"] == {
        "status": "valid",
        "status_title": held["status_title"],
        "institution": licensed.scene.places[0].name,
        "authority": held["authority_name"],
        "techniques": held["techniques"],
        "conditions": held["conditions"],
        "additional": [],
    }


async def test_a_code_may_be_its_address_or_what_stands_behind_the_hash(licensed: Licensed) -> None:
    code = await licensed.code()
    assert code.startswith(f"{licensed.scene.cast.settings.origin}/v#")
    for given in (code, code.partition("#")[2], f"  {code}\n"):
        assert (await licensed.verify(given))["outcome"] == "valid"


async def test_a_licence_has_no_number_of_a_person_in_its_code(licensed: Licensed) -> None:
    number = await licensed.scene.superuser.fetchrow(
        "SELECT p.id_number_sealed FROM practitioner p WHERE p.id = $1", licensed.scene.practitioner_id
    )
    plain = licensed.scene.cast.app.state.system.sealer.open_text(
        number[0], "practitioner.id_number", licensed.scene.practitioner_id
    )
    content = base64.urlsafe_b64decode(tokens.find_token(await licensed.code()) + "==")
    assert plain.encode() not in content
    assert plain[6:14].encode() not in content


async def test_what_is_not_ours_is_called_forged_and_why(licensed: Licensed) -> None:
    code, origin = await licensed.code(), licensed.scene.cast.settings.origin
    token = code.partition("#")[2]
    altered = token[:60] + ("A" if token[60] != "A" else "B") + token[61:]
    system = licensed.scene.cast.app.state.system
    strange = {
        issuer: tokens.issue_licence(
            tokens.LicenceClaims(
                issuer, "DZ37000000000001", 1, "王某", "", "某某诊所", b"0" * 16, licensed.scene.today, "0", 0
            ),
            LicenceKeyRing.parse(make_demonstration_ring(), issuer).signer,
        )
        for issuer in (origin, "https://elsewhere.example")
    }
    learned = {}
    for name, given in (
        ("altered", altered),
        ("wrong key", strange[origin]),
        ("other issuer", strange["https://elsewhere.example"]),
        ("some text", "hello"),
        ("some address", "https://example.com/menu#today"),
    ):
        found = await licensed.verify(given)
        assert (found["outcome"], found["licence"], found["holder"], found["practice"]) == (
            "forged",
            None,
            None,
            None,
        )
        learned[name] = found["reason"]
    assert learned["wrong key"] == "wrong_key"
    assert learned["other issuer"] == "other_issuer"
    assert learned["some address"] == "not_a_licence"
    assert learned["altered"] in ("forged", "malformed")
    assert system.settings.origin == origin


async def test_a_code_that_is_too_long_is_refused_unread(anybody: httpx.AsyncClient) -> None:
    answer = await anybody.post("/api/v1/licences/verifications", json={"token": "A" * 6001})
    assert problem(answer) == (422, "invalid_body")


async def test_a_suspended_holder_is_called_so(licensed: Licensed) -> None:
    code, change = await licensed.code(), "UPDATE registration SET status = $2 WHERE practitioner_id = $1"
    await licensed.scene.superuser.execute(change, licensed.scene.practitioner_id, "suspended")
    learned = await licensed.verify(code)
    await licensed.scene.superuser.execute(change, licensed.scene.practitioner_id, "valid")
    assert (learned["outcome"], learned["holder"]["photo"]) == ("suspended", None)


async def test_a_status_list_tells_of_a_revocation_at_once(
    licensed: Licensed, anybody: httpx.AsyncClient
) -> None:
    place, before, first = await fetch_list(licensed, anybody)
    assert before.find(place) is Status.VALID
    await licensed.scene.effective("filing", {"reason_code": "01"})
    _, after, second = await fetch_list(licensed, anybody)
    assert after.find(place) is Status.REVOKED
    assert first.headers["etag"] != second.headers["etag"]
    assert after.find(LIST_SIZE - 1) is not None, "a list is as long from its first day on"


async def test_a_superseded_version_is_called_so_in_its_list(
    licensed: Licensed, anybody: httpx.AsyncClient
) -> None:
    place, _, _ = await fetch_list(licensed, anybody)
    await licensed.scene.superuser.execute(
        "UPDATE licence SET status = 'superseded', ended_at = now(), end_reason = 'photo_changed' WHERE id::text = $1",
        licensed.licence["id"],
    )
    _, after, _ = await fetch_list(licensed, anybody)
    assert after.find(place) is Status.SUPERSEDED


async def test_every_list_is_named_for_who_keeps_them(licensed: Licensed, anybody: httpx.AsyncClient) -> None:
    claims = await claims_of(licensed, anybody)
    answer = await anybody.get(LISTS)
    assert claims.status_uri in answer.json()["status_lists"]
    assert answer.headers["cache-control"] == "public, max-age=300"
    for address in answer.json()["status_lists"]:
        assert (await anybody.get(address)).status_code == 200


async def test_a_status_list_may_be_kept_for_its_time_and_no_longer(
    licensed: Licensed, anybody: httpx.AsyncClient
) -> None:
    _, before, answer = await fetch_list(licensed, anybody)
    assert answer.headers["content-type"] == "application/statuslist+cwt"
    assert 0 < int(answer.headers["cache-control"].removeprefix("public, max-age=")) <= 300
    path = answer.url.path
    again = await anybody.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    licensed.scene.advance(seconds=200)
    _, later, renewed = await fetch_list(licensed, anybody)
    assert later.issued_at > before.issued_at
    assert renewed.headers["etag"] != answer.headers["etag"]


async def test_a_list_that_nobody_is_in_does_not_exist(anybody: httpx.AsyncClient) -> None:
    assert problem(await anybody.get(f"{LISTS}/999999")) == (404, "not_found")
    assert problem(await anybody.get(f"{LISTS}/-1")) == (422, "invalid_query")


async def test_a_list_of_a_million_of_which_one_in_a_hundred_has_ended_is_small(
    licensed: Licensed, anybody: httpx.AsyncClient, superuser: Any
) -> None:
    """≤ 20 kB."""
    await superuser.execute(
        "INSERT INTO licence SELECT (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'number',"
        " gen_random_uuid(), 'version', 1000 + n, 'status', 'revoked', 'ended_at', now(), 'end_reason', 'filed',"
        " 'list_id', 7, 'list_index', p))).*"
        " FROM licence l, (SELECT n, (n::bigint * 7919 * 104729 + n * n) % $2 AS p"
        "   FROM generate_series(1, $2 / 100) n) places WHERE l.id::text = $1 ON CONFLICT DO NOTHING",
        licensed.licence["id"],
        LIST_SIZE,
    )
    try:
        answer = await anybody.get(f"{LISTS}/7")
        assert answer.status_code == 200
        assert len(answer.content) <= 20_000
    finally:
        await superuser.execute("SET session_replication_role = replica")
        await superuser.execute("DELETE FROM licence WHERE list_id = 7")
        await superuser.execute("SET session_replication_role = origin")


async def test_the_keys_are_published_for_both_kinds_of_readers(
    licensed: Licensed, anybody: httpx.AsyncClient
) -> None:
    token = tokens.find_token(await licensed.code())
    now = licensed.scene.cast.clock.now() + timedelta(days=400)
    for path, kind in (
        ("/.well-known/jwks.json", "application/jwk-set+json"),
        ("/.well-known/cose-keys", "application/cose-key-set"),
    ):
        answer = await anybody.get(path)
        assert answer.headers["content-type"] == kind
        assert answer.headers["cache-control"] == "public, max-age=3600"
        claims = tokens.verify(token, PublishedKeys.parse(answer.content), now=now)
        assert isinstance(claims, tokens.LicenceClaims)
        assert claims.name == licensed.licence["name"]
        again = await anybody.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    keys = (await anybody.get("/.well-known/jwks.json")).json()
    assert not any("d" in key for key in keys["keys"])
