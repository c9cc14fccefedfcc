"""执业注册 from an empty draft to a valid registration, and every way it can turn."""

from datetime import timedelta
from uuid import uuid4

from tests.support.people import FORM, Chain


async def test_chain_runs_from_draft_to_a_valid_registration(chain: Chain) -> None:
    await chain.advance("approved")

    registrations = (await chain.doctor.get("/doctor/registrations"))["items"]
    assert [one["status"] for one in registrations] == ["valid"]
    assert [
        (one["institution_name"], one["kind"], one["current"]) for one in registrations[0]["practices"]
    ] == [(chain.place.name, "main", True)]
    application = await chain.doctor.get(f"/doctor/applications/{chain.id}")
    assert [step["action"] for step in application["timeline"]] == ["submit", "endorse", "accept", "approve"]
    assert application["registration_id"] == registrations[0]["id"]
    assert [one["status"] for one in application["attachments"]] == ["approved"]
    assert application["number"].startswith("ZC-")


async def test_returned_application_is_amended_and_submitted_again(chain: Chain) -> None:
    await chain.take(chain.doctor, "submit")
    refused = await chain.act(chain.institution, "return")
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/comment"]

    await chain.take(chain.institution, "return", "请补充工作经历")
    number = chain.application["number"]
    payload = {**chain.application["payload"], "form": {**FORM, "remarks": "已补充"}}
    saved = await chain.doctor.call(
        "PATCH",
        f"/doctor/applications/{chain.id}",
        version=chain.application["version"],
        json={"payload": payload},
    )
    assert saved.status_code == 200, saved.text
    await chain.take(chain.doctor, "submit")

    assert chain.application["status"] == "institution_review"
    assert chain.application["number"] == number


async def test_correction_goes_back_to_the_institution_only_if_its_part_changed(chain: Chain) -> None:
    await chain.advance("authority_review")
    await chain.take(chain.handler, "request_correction", "请核对")
    await chain.take(chain.doctor, "submit")
    assert chain.application["status"] == "authority_review"


async def test_changed_correction_is_endorsed_again(chain: Chain) -> None:
    await chain.advance("authority_review")
    await chain.take(chain.handler, "request_correction", "请补正健康状况")
    payload = {**chain.application["payload"], "form": {**FORM, "health": "良好"}}
    await chain.doctor.call(
        "PATCH",
        f"/doctor/applications/{chain.id}",
        version=chain.application["version"],
        json={"payload": payload},
    )
    await chain.take(chain.doctor, "submit")
    assert chain.application["status"] == "institution_review"


async def test_approval_from_review_records_the_acceptance_first(chain: Chain) -> None:
    await chain.advance("authority_review")
    await chain.take(chain.approver, "approve")
    assert [step["action"] for step in chain.application["timeline"]][-2:] == ["accept", "approve"]


async def test_refusal_needs_a_reason_and_leaves_no_registration(chain: Chain) -> None:
    await chain.advance("accepted")
    assert (await chain.act(chain.approver, "refuse")).status_code == 422
    await chain.take(chain.approver, "refuse", "不符合条件")
    assert (await chain.doctor.get("/doctor/registrations"))["items"] == []


async def test_people_concerned_are_told_once(chain: Chain) -> None:
    await chain.advance("approved")
    await chain.cast.work_off()
    await chain.cast.work_off()
    notices = (await chain.doctor.get("/me/notices"))["items"]
    mine = [notice["kind"] for notice in notices if notice["application_id"] == chain.id]
    assert sorted(mine) == ["accept", "approve", "endorse", "submit"]


async def test_second_application_of_the_kind_is_refused(chain: Chain) -> None:
    again = await chain.doctor.call(
        "POST", "/doctor/applications", key=str(uuid4()), json={"type": "registration", "payload": {}}
    )
    assert (again.status_code, again.json()["code"]) == (409, "open_application_exists")


async def test_acceptance_is_supposed_after_five_working_days(chain: Chain) -> None:
    await chain.advance("authority_review")
    await chain.cast.work_off()
    assert (await chain.doctor.get(f"/doctor/applications/{chain.id}"))["status"] == "authority_review"
    chain.cast.clock.advance(timedelta(days=10))
    await chain.cast.work_off()

    login = chain.place.authority_handler
    handler = await chain.cast.sign_in(login)
    application = await handler.get(f"/authority/applications/{chain.id}")
    assert application["status"] == "accepted"
    assert application["timeline"][-1]["actor_role"] == "system"
