"""What staff are told of why a case looks simple or not, from what the case really holds."""

from typing import Any
from uuid import UUID, uuid4

from tests.support.people import FORM, Chain, Person, portrait
from tests.support.proofs import attach
from tests.support.registered import Registered


async def told(person: Person, application_id: str) -> tuple[bool, dict[str, str]]:
    read = await person.get(f"/{person.realm}/applications/{application_id}")
    return read["triage"]["simple"], {one["code"]: one["weight"] for one in read["triage"]["reasons"]}


def looked_at(codes: dict[str, str]) -> set[str]:
    return {code for code, weight in codes.items() if weight == "needs_attention"}


async def test_an_ordinary_application_is_simple_for_both_desks_and_none_of_the_applicants_business(
    chain: Chain,
) -> None:
    await chain.take(chain.doctor, "submit")
    assert (await told(chain.institution, chain.id))[0]
    await chain.take(chain.institution, "endorse")
    simple, codes = await told(chain.handler, chain.id)
    assert simple
    assert set(codes) == {"checks_passed", "never_sent_back", "first_of_kind", "same_province", "photo_good"}
    assert (await chain.doctor.get(f"/doctor/applications/{chain.id}"))["triage"] is None
    await chain.take(chain.handler, "accept")
    await chain.take(chain.approver, "approve")
    assert chain.application["triage"] is None, "it is finished"


async def test_words_come_in_the_callers_language(chain: Chain) -> None:
    await chain.take(chain.doctor, "submit")
    path = f"/institution/applications/{chain.id}"
    english = await chain.institution.get(path, headers={"Accept-Language": "en"})
    assert "All conditions are met." in [one["message"] for one in english["triage"]["reasons"]]


async def test_a_bar_that_has_just_ended_and_a_refusal_before_are_looked_at(
    chain: Chain, superuser: Any
) -> None:
    await chain.advance("accepted")
    await chain.take(chain.approver, "refuse", "材料不实")
    person = await superuser.fetchval("SELECT practitioner_id FROM application WHERE id = $1", UUID(chain.id))
    for kind, first, last in (("other_bar", 400, 30), ("criminal_bar", 900, 500), ("training", 60, 1)):
        await superuser.execute(
            "INSERT INTO practitioner_fact (id, practitioner_id, kind, valid_from, valid_to, document, recorded_at)"
            " VALUES (gen_random_uuid(), $1, $2, current_date - $3::int, current_date - $4::int, '', now())",
            person,
            kind,
            first,
            last,
        )
    second = await apply_again(chain)
    assert looked_at((await told(chain.institution, second))[1]) == {"bar_ended_lately", "refused_before"}
    # With the last year alone, not with what lies further back.
    await superuser.execute(
        "DELETE FROM practitioner_fact WHERE practitioner_id = $1 AND kind = 'other_bar'", person
    )
    assert looked_at((await told(chain.institution, second))[1]) == {"refused_before"}


async def test_an_office_hears_of_no_refusal_elsewhere(chain: Chain) -> None:
    await chain.advance("accepted")
    await chain.take(chain.approver, "refuse", "材料不实")
    other = next(
        place for place in chain.cast.institutions(chain.place.province_code) if place.id != chain.place.id
    )
    second = await apply_again(chain, other.id)
    elsewhere = await chain.cast.sign_in(other.handler)
    simple, codes = await told(elsewhere, second)
    assert (simple, "first_of_kind" in codes) == (True, True)


async def apply_again(chain: Chain, institution_id: str | None = None) -> str:
    """Another 执业注册 of the same doctor, submitted."""
    doctor = chain.doctor
    draft = await doctor.call(
        "POST", "/doctor/applications", key=str(uuid4()), json={"type": "registration", "payload": {}}
    )
    assert draft.status_code == 201, draft.text
    path = f"/doctor/applications/{draft.json()['id']}"
    photo = await doctor.call(
        "POST",
        f"{path}/attachments",
        data={"kind": "photo"},
        files={"file": ("p.jpg", portrait(), "image/jpeg")},
    )
    payload = {
        "institution_id": institution_id or chain.place.id,
        "photo_id": photo.json()["id"],
        "form": FORM,
    }
    saved = await doctor.call("PATCH", path, version=1, json={"payload": payload})
    sent = await doctor.call("POST", f"{path}/submission", version=saved.json()["version"], key=str(uuid4()))
    assert sent.status_code == 200, sent.text
    return str(sent.json()["id"])


async def test_a_report_is_looked_at_until_its_paper_is_there_and_when_the_doctor_objects(
    registered: Registered,
) -> None:
    office, held = registered.office, await registered.registration()
    answer = await office.institution.call(
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
    case = answer.json()["id"]
    assert looked_at((await told(office.handler, case))[1]) == {"evidence_missing"}
    await attach(office.institution, case, "考核结果")
    simple, codes = await told(office.handler, case)
    assert (simple, codes["evidence_attached"]) == (True, "eases")
    version = (await registered.chain.doctor.get(f"/doctor/applications/{case}"))["version"]
    objected = await registered.chain.doctor.call(
        "POST",
        f"/doctor/applications/{case}/objections",
        version=version,
        key=str(uuid4()),
        json={"comment": "我通过了第二次考核"},
    )
    assert objected.status_code == 200, objected.text
    assert looked_at((await told(office.handler, case))[1]) == {"objection"}


async def test_a_correction_is_looked_at_for_what_it_changed(chain: Chain) -> None:
    await chain.advance("authority_review")
    await chain.take(chain.handler, "request_correction", "请补正")
    assert "correction_awaited" in looked_at((await told(chain.handler, chain.id))[1])
    await chain.take(chain.doctor, "submit")
    assert chain.application["status"] == "authority_review"
    assert "corrected_unseen" in looked_at((await told(chain.handler, chain.id))[1]), "nothing was changed"


async def test_the_demonstrations_corrections_keep_what_was_before(superuser: Any) -> None:
    rows = await superuser.fetch(
        "SELECT jsonb_array_length(a.changed_places) AS changed, s.payload_sealed IS NOT NULL AS kept"
        " FROM application a JOIN application_step s ON s.application_id = a.id"
        " WHERE s.action = 'request_correction' AND s.occurred_at < now() - interval '12 hours'"
        " AND a.id IN (SELECT application_id"
        " FROM application_step WHERE action = 'resubmit_for_endorsement') AND s.id IN (SELECT min(id::text)::uuid"
        " FROM application_step WHERE action = 'request_correction' GROUP BY application_id)"
    )
    assert rows
    assert all(row["changed"] and row["kept"] for row in rows)
