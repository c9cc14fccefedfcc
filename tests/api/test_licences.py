"""Claiming a licence, reading it, and showing it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.licences import LICENCES, Licensed, claim, show, verify
from tests.support.people import Chain
from tests.support.practising import Scene
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")


def failed(checks: list[dict[str, Any]]) -> list[str]:
    return [check["code"] for check in checks if not check["passed"]]


async def test_a_registered_doctor_with_an_approved_photo_may_claim(photographed: Scene) -> None:
    doctor, held = await photographed.person("doctor"), await photographed.registration()
    (item,) = (await doctor.get(f"{LICENCES}/eligibility"))["items"]
    assert (item["registration_id"], item["eligible"], item["licence_id"]) == (held["id"], True, None)
    assert failed(item["checks"]) == []
    assert {"registration_valid", "licence_photo", "licence_scope"} <= {one["code"] for one in item["checks"]}


async def test_who_is_not_registered_is_told_so(chain: Chain) -> None:
    (item,) = (await chain.doctor.get(f"{LICENCES}/eligibility"))["items"]
    assert (item["registration_id"], item["eligible"]) == (None, False)
    (check,) = item["checks"]
    assert check["code"] == "registration_valid"
    assert "执业注册" in check["remedy"]
    assert problem(await claim(chain.doctor, str(uuid4()))) == (404, "not_found")


async def test_every_reason_against_a_licence_is_named(photographed: Scene, superuser: Any) -> None:
    doctor, held = await photographed.person("doctor"), await photographed.registration()
    await superuser.execute(
        "UPDATE qualification q SET conditions = '{}' FROM registration r WHERE r.qualification_id = q.id"
        " AND r.id::text = $1",
        held["id"],
    )
    await superuser.execute(
        "UPDATE practitioner p SET name = '王\U0002b9f7?' FROM registration r WHERE r.practitioner_id = p.id"
        " AND r.id::text = $1",
        held["id"],
    )
    (item,) = (await doctor.get(f"{LICENCES}/eligibility"))["items"]
    assert failed(item["checks"]) == ["licence_scope", "licence_characters"]
    assert all(one["remedy"] for one in item["checks"] if not one["passed"])
    assert (
        "\U0002b9f7 ?"
        in next(one for one in item["checks"] if one["code"] == "licence_characters")["message"]
    )
    refused = await claim(doctor, held["id"])
    assert problem(refused) == (409, "licence_not_eligible")
    assert failed(refused.json()["checks"]) == ["licence_scope", "licence_characters"]
    assert (await doctor.get(LICENCES))["items"] == []


async def test_a_claimed_licence_says_what_the_register_says(licensed: Licensed) -> None:
    held, licence = await licensed.scene.registration(), licensed.licence
    assert (licence["status"], licence["version"], licence["presentable"]) == ("valid", 1, True)
    assert licence["institution_name"] == licensed.scene.places[0].name
    for same in ("certificate_number_masked", "techniques", "conditions", "authority_name"):
        assert licence[same] == held[same]
    assert await licensed.read() == licence
    assert (await licensed.doctor.get(LICENCES))["items"] == [licence]
    (item,) = (await licensed.doctor.get(f"{LICENCES}/eligibility"))["items"]
    assert item["licence_id"] == licence["id"]


async def test_claiming_again_gives_the_same_licence(licensed: Licensed) -> None:
    again = await claim(licensed.doctor, licensed.licence["registration_id"])
    assert (again.status_code, again.json()) == (201, licensed.licence)
    assert len(await licensed.versions()) == 1


async def test_a_stranger_finds_neither_the_registration_nor_the_licence(
    licensed: Licensed, chain: Chain
) -> None:
    _, stranger = await chain.cast.doctor()
    licence = licensed.licence
    assert problem(await claim(stranger, licence["registration_id"])) == (404, "not_found")
    assert problem(await show(stranger, licence["id"])) == (404, "not_found")
    for path in (licence["id"], f"{licence['id']}.pdf", f"{licence['id']}/photo"):
        assert problem(await stranger.call("GET", f"{LICENCES}/{path}")) == (404, "not_found")
    await stranger.client.aclose()


async def test_the_document_is_a_pdf_whose_name_tells_nothing(licensed: Licensed) -> None:
    answer = await licensed.doctor.call("GET", f"{LICENCES}/{licensed.licence['id']}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="licence.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) <= 150_000
    photo = await licensed.doctor.call("GET", f"{LICENCES}/{licensed.licence['id']}/photo")
    assert (photo.headers["content-type"], photo.content[:2]) == ("image/jpeg", b"\xff\xd8")


async def test_the_stored_file_does_not_show_what_it_holds(licensed: Licensed) -> None:
    folder = licensed.scene.cast.settings.storage / "licences"
    content = (folder / licensed.licence["id"]).read_bytes()
    assert b"%PDF" not in content


async def test_a_shown_code_lives_thirty_seconds(licensed: Licensed) -> None:
    clock = licensed.scene.cast.clock
    shown = await licensed.show()
    assert shown["refresh_after_seconds"] == 20
    assert shown["qr_svg"].startswith("<svg")
    seen = await licensed.verify(shown["url"])
    assert (seen["outcome"], seen["kind"]) == ("valid", "presentation")
    clock.advance(timedelta(seconds=31))
    replayed = await licensed.verify(shown["url"])
    assert (replayed["outcome"], replayed["kind"]) == ("expired", "presentation")
    assert (replayed["licence"], replayed["holder"], replayed["practice"]) == (None, None, None)


async def test_each_show_is_recorded_and_no_two_codes_are_the_same(
    licensed: Licensed, superuser: Any
) -> None:
    urls = {(await licensed.show())["url"] for _ in range(3)}
    assert len(urls) == 3
    recorded = await superuser.fetch(
        "SELECT realm, details FROM audit_event WHERE action = 'licence.shown' AND object_id::text = $1",
        licensed.licence["id"],
    )
    assert [row["realm"] for row in recorded] == ["doctor"] * 3
    assert len({row["details"] for row in recorded}) == 3


async def test_showing_has_a_limit(licensed: Licensed) -> None:
    answers = [(await show(licensed.doctor, licensed.licence["id"])).status_code for _ in range(91)]
    assert answers == [201] * 90 + [429]


async def test_verification_has_a_limit(licensed: Licensed) -> None:
    answers = {(await verify(licensed.doctor, "no code"))["outcome"] for _ in range(300)}
    assert answers == {"forged"}
    refused = await licensed.doctor.client.post(
        "/api/v1/licences/verifications", json={"token": "no code"}, headers={"X-Registry-Realm": "doctor"}
    )
    assert problem(refused) == (429, "too_many_requests")
