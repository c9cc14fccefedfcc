"""执业注册 from an empty draft to a valid registration, and every way it can turn."""

from datetime import timedelta
from uuid import uuid4

import httpx

from tests.support.people import FORM, Chain
from tests.support.problems import problem


async def amend(chain: Chain, **changes: str) -> None:
    """The applicant changes fields of the form."""
    answer = await save(chain, changes)
    assert answer.status_code == 200, answer.text
    chain.application = answer.json()


async def save(chain: Chain, changes: dict[str, str], version: int | None = None) -> httpx.Response:
    """The form with some changes, saved on the version seen last or on another one."""
    return await chain.doctor.call(
        "PATCH",
        f"/doctor/applications/{chain.id}",
        version=version or chain.application["version"],
        json={"payload": {**chain.application["payload"], "form": {**FORM, **changes}}},
    )


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
    await amend(chain, remarks="已补充")
    await chain.take(chain.doctor, "submit")

    assert chain.application["status"] == "institution_review"
    assert chain.application["number"] == number


async def test_correction_goes_back_to_the_institution_only_if_its_part_changed(chain: Chain) -> None:
    await chain.advance("authority_review")
    await chain.take(chain.handler, "request_correction", "请核对")
    await chain.take(chain.doctor, "submit")
    assert chain.application["status"] == "authority_review"


async def test_what_the_applicant_alone_answers_for_is_not_endorsed_again(chain: Chain) -> None:
    await chain.advance("authority_review")
    await chain.take(chain.handler, "request_correction", "请核对家庭地址")
    await amend(chain, home_address="甲市戊区己路2号", postcode="250001")
    await chain.take(chain.doctor, "submit")
    assert chain.application["status"] == "authority_review"
    assert chain.application["changed_places"] == ["/payload/form/home_address", "/payload/form/postcode"]
    await chain.take(chain.approver, "approve")


async def test_changed_correction_is_endorsed_again(chain: Chain) -> None:
    await chain.advance("authority_review")
    await chain.take(chain.handler, "request_correction", "请补正健康状况")
    await amend(chain, health="良好")
    await chain.take(chain.doctor, "submit")
    assert chain.application["status"] == "institution_review"


async def test_a_second_list_is_closed_when_the_correction_changed_nothing(chain: Chain) -> None:
    await chain.advance("authority_review")
    await chain.take(chain.handler, "request_correction", "请核对")
    await chain.take(chain.doctor, "submit")

    read = await chain.handler.get(f"/authority/applications/{chain.id}")
    assert "request_correction" not in [one["action"] for one in read["available_actions"]]
    assert read["changed_places"] == []
    refused = await chain.act(chain.handler, "request_correction", "还缺一份材料")
    assert refused.status_code == 409
    assert "request_correction" not in refused.json()["available_actions"]


async def test_a_second_list_names_only_what_the_correction_changed(chain: Chain) -> None:
    await chain.advance("authority_review")
    await chain.take(chain.handler, "request_correction", "请补正健康状况")
    payload = {**chain.application["payload"], "form": {**FORM, "health": "良好"}}
    saved = await chain.doctor.call(
        "PATCH",
        f"/doctor/applications/{chain.id}",
        version=chain.application["version"],
        json={"payload": payload},
    )
    chain.application = saved.json()
    await chain.take(chain.doctor, "submit")
    await chain.take(chain.institution, "endorse")
    assert chain.application["changed_places"] == ["/payload/form/health"]

    def again(*pointers: str) -> dict[str, object]:
        return {"field_comments": [{"pointer": one, "comment": "请核对"} for one in pointers]}

    for body, place, code in (
        ({}, "/field_comments", "missing"),
        (again("/payload/form/health", "/payload/form/sex"), "/field_comments/1/pointer", "unchanged"),
    ):
        refused = await chain.act(chain.handler, "request_correction", "请再核对", body=body)
        assert refused.status_code == 422
        assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [(place, code)]
    asked = await chain.act(
        chain.handler, "request_correction", "请再核对", body=again("/payload/form/health")
    )
    assert asked.status_code == 200, asked.text


async def test_another_role_of_the_same_office_is_told_that_it_is_not_theirs(chain: Chain) -> None:
    await chain.advance("accepted")
    refused = await chain.act(chain.handler, "approve")
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")
    assert (await chain.act(chain.handler, "accept")).status_code == 409


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


async def test_of_two_windows_the_slower_hears_of_the_other(chain: Chain) -> None:
    seen = chain.application["version"]
    await amend(chain, health="良好")
    assert chain.application["version"] == seen + 1

    late = await save(chain, {"health": "一般"}, version=seen)

    assert (*problem(late), late.json()["current_version"]) == (412, "stale_version", seen + 1)
    stored = await chain.doctor.get(f"/doctor/applications/{chain.id}")
    assert stored["payload"]["form"]["health"] == "良好"


async def test_saving_what_is_stored_changes_nothing(chain: Chain) -> None:
    await amend(chain, health="良好")
    again = await save(chain, {"health": " 良好 "})

    assert again.status_code == 200, again.text
    assert again.json() == chain.application
    assert again.headers["ETag"] == f'"v{chain.application["version"]}"'
