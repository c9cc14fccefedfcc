"""Proofs of an application: who adds them when, who sees them, and what is refused."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry_api.kit.storage import BlobMissing
from tests.support.people import Chain, Person, portrait
from tests.support.problems import codes_at, problem
from tests.support.proofs import attach, scan, send_proof
from tests.support.registered import Registered

pytestmark = pytest.mark.usefixtures("fresh_counters")


async def seen(person: Person, application_id: str) -> list[dict[str, Any]]:
    read = await person.get(f"/{person.realm}/applications/{application_id}")
    return [one for one in read["attachments"] if one["kind"] == "evidence"]


async def delete(person: Person, application_id: str, attachment_id: str) -> Any:
    return await person.call(
        "DELETE", f"/{person.realm}/applications/{application_id}/attachments/{attachment_id}"
    )


async def test_whoever_sees_the_application_sees_its_proofs(chain: Chain, superuser: Any) -> None:
    proof = await attach(chain.doctor, chain.id, "  考核合格证明 ")
    assert (proof["kind"], proof["name"], proof["uploaded_by"]) == ("evidence", "考核合格证明", "doctor")
    assert (proof["status"], proof["advice"]) == (None, [])
    await chain.advance("authority_review")
    for person in (chain.doctor, chain.institution, chain.handler):
        assert [one["name"] for one in await seen(person, chain.id)] == ["考核合格证明"]
        answer = await person.call(
            "GET", f"/{person.realm}/applications/{chain.id}/attachments/{proof['id']}"
        )
        assert answer.status_code == 200
        assert answer.content.startswith(b"\xff\xd8")
        assert answer.headers["cache-control"] == "no-store"
    row = await superuser.fetchrow("SELECT * FROM attachment WHERE id = $1", UUID(proof["id"]))
    assert "考核".encode() not in row["name_sealed"]
    stored = await chain.cast.app.state.system.storage.get(row["storage_key"])
    assert not stored.startswith(b"\xff\xd8"), "it lies sealed"
    assert (row["size"], row["width"], row["height"]) == (len(answer.content), 900, 600)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7 " + b"x" * 500, "not_an_image"),
        (b"%PDF-1.7\n" + scan(), "not_an_image"),
        (scan("WEBP"), "wrong_format"),
        (scan(size=(200, 200)), "too_small"),
        (scan()[:300], "broken"),
        (scan() + b"\0" * 5 * 1024 * 1024, "too_large"),
    ],
)
async def test_what_is_no_picture_is_refused(chain: Chain, content: bytes, reason: str) -> None:
    answer = await send_proof(chain.doctor, chain.id, content=content)
    assert problem(answer) == (422, "evidence_invalid")
    assert answer.json()["reason"] == reason
    assert await seen(chain.doctor, chain.id) == []


async def test_a_polyglot_leaves_everything_but_its_pixels_behind(chain: Chain) -> None:
    answer = await send_proof(chain.doctor, chain.id, content=scan("PNG") + b"PK\x03\x04<script>canary")
    path = f"/doctor/applications/{chain.id}/attachments/{answer.json()['id']}"
    content = (await chain.doctor.call("GET", path)).content
    assert content.startswith(b"\xff\xd8")
    assert b"canary" not in content


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("字" * 61, "string_too_long"),
        ("甲\n乙", "string_pattern_mismatch"),
    ],
)
async def test_a_proof_has_a_short_name(chain: Chain, name: str, code: str) -> None:
    answer = await send_proof(chain.doctor, chain.id, name)
    assert codes_at(answer, "/name") == [code]


async def test_an_application_holds_twenty_files(chain: Chain, superuser: Any) -> None:
    proof = await attach(chain.doctor, chain.id)
    columns = (
        "application_id, practitioner_id, kind, name_sealed, storage_key, content_type, sha256, size, width, height,"
        " advice, created_at"
    )
    await superuser.execute(
        f"INSERT INTO attachment (id, {columns}) SELECT gen_random_uuid(), {columns} FROM attachment,"  # noqa: S608
        " generate_series(1, 18) WHERE id = $1",
        UUID(proof["id"]),
    )
    assert problem(await send_proof(chain.doctor, chain.id)) == (409, "too_many_attachments")
    assert (await delete(chain.doctor, chain.id, proof["id"])).status_code == 204
    again = await attach(chain.doctor, chain.id)
    # The row's copies share one content, which went with the first.
    await superuser.execute(
        "DELETE FROM attachment WHERE application_id = $1 AND kind = 'evidence' AND id <> $2",
        UUID(chain.id),
        UUID(again["id"]),
    )


async def test_a_doctor_changes_proofs_only_of_what_is_with_them(chain: Chain) -> None:
    proof = await attach(chain.doctor, chain.id)
    await chain.advance("institution_review")
    assert problem(await send_proof(chain.doctor, chain.id)) == (409, "wrong_state")
    refused = await delete(chain.doctor, chain.id, proof["id"])
    assert problem(refused) == (409, "wrong_state")
    assert refused.json()["available_actions"] == ["withdraw"]
    await chain.take(chain.institution, "return", "请换一份")
    assert (await delete(chain.doctor, chain.id, proof["id"])).status_code == 204
    await attach(chain.doctor, chain.id, "新的证明")
    assert [one["name"] for one in await seen(chain.doctor, chain.id)] == ["新的证明"]
    assert problem(await delete(chain.doctor, chain.id, proof["id"])) == (404, "not_found")


async def test_what_was_deleted_is_gone_from_the_storage(chain: Chain, superuser: Any) -> None:
    proof = await attach(chain.doctor, chain.id)
    key = await superuser.fetchval("SELECT storage_key FROM attachment WHERE id = $1", UUID(proof["id"]))
    storage = chain.cast.app.state.system.storage
    assert await storage.get(key)
    await delete(chain.doctor, chain.id, proof["id"])
    await chain.cast.work_off()
    with pytest.raises(BlobMissing):
        await storage.get(key)
    recorded = await superuser.fetch(
        "SELECT action FROM audit_event WHERE object_id = $1 AND action LIKE 'evidence.%' ORDER BY id",
        UUID(chain.id),
    )
    assert [row["action"] for row in recorded] == ["evidence.uploaded", "evidence.deleted"]


async def test_the_photo_that_the_payload_names_stays(chain: Chain) -> None:
    photo_id = chain.application["payload"]["photo_id"]
    assert problem(await delete(chain.doctor, chain.id, photo_id)) == (409, "photo_in_use")
    path = f"/doctor/applications/{chain.id}"
    other = await chain.doctor.call(
        "POST",
        f"{path}/attachments",
        data={"kind": "photo"},
        files={"file": ("p.jpg", portrait(), "image/jpeg")},
    )
    assert (await delete(chain.doctor, chain.id, other.json()["id"])).status_code == 204


async def test_a_proof_is_no_photo(chain: Chain) -> None:
    proof = await attach(chain.doctor, chain.id)
    path = f"/doctor/applications/{chain.id}"
    payload = {**chain.application["payload"], "photo_id": proof["id"]}
    refused = await chain.doctor.call(
        "PATCH", path, version=chain.application["version"], json={"payload": payload}
    )
    assert codes_at(refused, "/payload/photo_id") == ["unknown_reference"]


async def test_an_upload_that_is_repeated_is_one_file(chain: Chain) -> None:
    request: dict[str, Any] = {
        "content": (
            b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nevidence\r\n'
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nproof\r\n'
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
            + scan()
            + b"\r\n--x--\r\n"
        ),
        "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    }
    path, key = f"/doctor/applications/{chain.id}/attachments", str(uuid4())
    answers = [await chain.doctor.call("POST", path, key=key, **request) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(await seen(chain.doctor, chain.id)) == 1


async def report(registered: Registered) -> str:
    held = await registered.registration()
    answer = await registered.office.institution.call(
        "POST",
        "/institution/applications",
        key=str(uuid4()),
        json={
            "type": "deregistration",
            "registration_id": held["id"],
            "payload": {"reason_code": "05"},
            "comment": "两次定期考核不合格",
        },
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_an_institution_proves_what_it_reported(registered: Registered) -> None:
    office, doctor = registered.office, registered.chain.doctor
    case = await report(registered)
    first = await attach(office.institution, case, "考核结果")
    assert first["uploaded_by"] == "institution"
    assert problem(await delete(office.institution, case, first["id"])) == (409, "wrong_state")
    assert problem(await send_proof(doctor, case)) == (409, "wrong_state")

    version = (await office.handler.get(f"/authority/applications/{case}"))["version"]
    asked = await office.handler.call(
        "POST",
        f"/authority/applications/{case}/decisions",
        version=version,
        key=str(uuid4()),
        json={
            "action": "request_correction",
            "comment": "证明不清楚",
            "field_comments": [{"pointer": f"/attachments/{first['id']}", "comment": "看不清公章"}],
        },
    )
    assert asked.status_code == 200, asked.text
    assert asked.json()["timeline"][-1]["field_comments"][0]["pointer"] == f"/attachments/{first['id']}"
    # The doctor whom it concerns sees the proof, but cannot remove it.
    assert [one["name"] for one in await seen(doctor, case)] == ["考核结果"]
    assert problem(await delete(doctor, case, first["id"])) == (409, "wrong_state")
    assert (await delete(office.institution, case, first["id"])).status_code == 204
    await attach(office.institution, case, "考核结果（清晰）")

    version = (await office.institution.get(f"/institution/applications/{case}"))["version"]
    sent = await office.institution.call(
        "POST", f"/institution/applications/{case}/submission", version=version, key=str(uuid4())
    )
    assert sent.status_code == 200, sent.text
    assert len(sent.json()["changed_places"]) == 2

    accepted = await office.handler.call(
        "POST",
        f"/authority/applications/{case}/decisions",
        version=sent.json()["version"],
        key=str(uuid4()),
        json={"action": "accept"},
    )
    assert accepted.status_code == 200
    assert problem(await send_proof(office.institution, case)) == (409, "wrong_state")


async def test_an_institution_adds_nothing_to_what_a_doctor_applies_for(chain: Chain) -> None:
    await chain.advance("institution_review")
    assert problem(await send_proof(chain.institution, chain.id)) == (409, "wrong_state")
    await chain.take(chain.institution, "endorse")
    assert problem(await send_proof(chain.institution, chain.id)) == (409, "wrong_state")


async def test_an_authority_adds_to_what_lies_on_its_desk(chain: Chain) -> None:
    await chain.advance("authority_review")
    await attach(chain.handler, chain.id, "核查记录")
    await chain.take(chain.handler, "accept")
    await attach(chain.approver, chain.id, "第二份")
    await chain.take(chain.approver, "approve")
    assert problem(await send_proof(chain.approver, chain.id)) == (409, "wrong_state")
    assert {one["uploaded_by"] for one in await seen(chain.doctor, chain.id)} == {"authority"}


async def test_an_authority_proves_what_it_handled_directly_on_the_same_day(
    registered: Registered, superuser: Any
) -> None:
    cast, office = registered.chain.cast, registered.office
    held = await registered.registration()
    practitioner_id = await superuser.fetchval(
        "SELECT practitioner_id FROM registration WHERE id = $1", UUID(held["id"])
    )
    answer = await office.approver.call(
        "POST",
        "/authority/direct-handlings",
        key=str(uuid4()),
        json={
            "type": "deregistration",
            "practitioner_id": str(practitioner_id),
            "registration_id": held["id"],
            "payload": {"reason_code": "01"},
            "basis": {"document": "卫执〔2026〕1号", "reason": "已故"},
        },
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "approved"
    case = answer.json()["id"]
    await attach(office.handler, case, "死亡医学证明")
    assert problem(await send_proof(office.institution, case)) == (409, "wrong_state")
    cast.clock.set(cast.clock.now() + timedelta(days=1))
    again = await cast.sign_in(office.place.authority_handler)
    assert problem(await send_proof(again, case)) == (409, "wrong_state")
    assert [one["name"] for one in await seen(again, case)] == ["死亡医学证明"]
