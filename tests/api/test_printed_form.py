"""业务打印表单: what each side gets as PDF, from the draft to the decision, and who gets none."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from registry_api.applications import printed_form
from registry_api.practitioners.identity import mask_code
from tests.api.test_first_wall_removed import strangers
from tests.support.pages import page_count, running_text
from tests.support.people import FORM, Chain, Person, StartChain
from tests.support.problems import problem
from tests.support.registered import Registered

pytestmark = pytest.mark.usefixtures("fresh_counters")

REMEDIES = (
    "如不服本决定，可自收到本决定之日起60日内依法申请行政复议，"
    "也可自收到之日起6个月内依法向人民法院提起行政诉讼。"
)


async def form_of(person: Person, application_id: str) -> httpx.Response:
    return await person.call("GET", f"/{person.realm}/applications/{application_id}/form.pdf")


async def printed(person: Person, application_id: str) -> str:
    answer = await form_of(person, application_id)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert b"<pdfaid:part>2</pdfaid:part>" in answer.content
    return running_text(answer.content)


async def test_a_draft_prints_with_empty_boxes_and_says_that_it_is_one(chain: Chain) -> None:
    text = await printed(chain.doctor, chain.id)
    assert "草稿，尚未提交" in text
    assert "中医（专长）医师执业、变更执业、多机构备案申请审核表" in text
    assert text.count("负责人签字：（公章）年月日") == 2
    assert "申请人：年月日" in text


async def test_the_boxes_fill_as_the_chain_proceeds(chain: Chain) -> None:
    me = (await chain.doctor.get("/me"))["account"]
    await chain.take(chain.doctor, "submit")
    text = await printed(chain.doctor, chain.id)
    assert f"申请人：{me['name']}" in text
    assert "本人已实名登录" in text
    assert "同意。" not in text
    await chain.take(chain.institution, "endorse", "符合本机构聘用条件")
    text = await printed(chain.institution, chain.id)
    assert "同意。符合本机构聘用条件" in text
    assert "受理。" not in text
    await chain.take(chain.handler, "accept")
    assert "受理。" in await printed(chain.handler, chain.id)
    await chain.take(chain.approver, "approve")
    for person in (chain.doctor, chain.institution, chain.approver):
        text = await printed(person, chain.id)
        application = await person.get(f"/{person.realm}/applications/{chain.id}")
        assert f"受理号{application['number']}" in text
        assert "准予。" in text
        assert text.count("负责人签字") == 0
        by = {step["action"]: step["actor_name"] for step in application["timeline"]}
        assert f"经办人：{by['endorse']}（公章）" in text
        assert f"经办人：{by['approve']}（公章）" in text


async def test_the_certificate_number_enters_with_the_approval(registered: Registered) -> None:
    text = await printed(registered.chain.doctor, registered.chain.id)
    held = await registered.registration()
    found = re.search(r"准予。执业证书编码：([A-Z0-9]+)", text)
    assert found is not None
    assert mask_code(found[1]) == held["certificate_number_masked"]


async def test_numbers_of_the_person_stay_masked(chain: Chain) -> None:
    answer = await form_of(chain.doctor, chain.id)
    applicant = (await chain.doctor.get(f"/doctor/applications/{chain.id}"))["applicant"]
    text = running_text(answer.content)
    assert applicant["id_number_masked"] in text
    assert applicant["qualification"]["certificate_number_masked"] in text
    assert answer.headers["content-disposition"] == 'attachment; filename="application-form-draft.pdf"'


async def test_what_was_written_is_printed(chain: Chain) -> None:
    application = await chain.doctor.get(f"/doctor/applications/{chain.id}")
    form = application["payload"]["form"] | {
        "home_address": '#read("/etc/passwd")路㛃𰻝号',
        "remarks": "一\n二",
    }
    await save(chain, application, form)
    text = await printed(chain.doctor, chain.id)
    assert '#read("/etc/passwd")路㛃〓号' in text
    assert "依次为U+30EDD" in text
    assert "1995.07—2020.06丙村卫生室医师丁一" in text


async def test_a_change_names_both_institutions_and_the_reason(registered: Registered) -> None:
    other = await registered.other_office()
    payload = {"institution_id": other.place.id, "form": FORM, "reason": "离家更近"}
    application = await registered.apply("change", payload)
    before = await printed(registered.chain.doctor, application["id"])
    old = registered.office.place.name
    assert f"执业机构{old}" in before
    assert other.place.name in before
    assert "变更理由离家更近" in before
    # The registration's photo: the frame for a print of it is not needed.
    assert "2寸白底免冠" not in before
    await registered.pass_through(application, other)
    after = await printed(other.approver, application["id"])
    assert f"执业机构{old}" in after


async def test_a_multi_institution_filing_names_its_days(registered: Registered) -> None:
    other = await registered.other_office()
    payload = {
        "institution_id": other.place.id,
        "form": FORM,
        "valid_from": "2026-12-01",
        "valid_to": "2027-11-30",
    }
    draft = await registered.draft("multi_institution", payload)
    text = await printed(registered.chain.doctor, draft["id"])
    assert "有效期开始时间2026年12月1日" in text
    assert "有效期结束时间2027年11月30日" in text


async def test_a_type_without_a_form_says_so(registered: Registered) -> None:
    draft = await registered.draft("filing", {"reason_code": "01", "remarks": ""})
    assert problem(await form_of(registered.chain.doctor, draft["id"])) == (404, "no_printable_form")


async def test_a_stranger_gets_none(chain: Chain, start_chain: StartChain) -> None:
    await chain.advance("authority_review")
    for person in [*await strangers(chain), (await start_chain()).doctor]:
        assert problem(await form_of(person, chain.id)) == (404, "not_found")
    draft = await start_chain()
    assert problem(await form_of(draft.institution, draft.id)) == (404, "not_found")


async def test_staff_who_print_it_have_opened_it(chain: Chain, superuser: Any) -> None:
    await chain.advance("authority_review")
    count = "SELECT count(*) FROM audit_event WHERE action = 'application.viewed' AND object_id = $1"
    await printed(chain.doctor, chain.id)
    before = await superuser.fetchval(count, UUID(chain.id))
    colleague = await chain.cast.sign_in(chain.place.authority_approver)
    await printed(colleague, chain.id)
    assert await superuser.fetchval(count, UUID(chain.id)) == before + 1


async def test_a_drawing_that_fails_is_an_error_that_says_which_request_it_was(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bytes:
        raise RuntimeError("no fonts")

    monkeypatch.setattr(printed_form, "draw_form", broken)
    answer = await form_of(chain.doctor, chain.id)
    assert problem(answer) == (500, "internal")
    assert answer.json()["request_id"]


async def test_a_form_of_what_was_withdrawn_says_so(chain: Chain) -> None:
    await chain.take(chain.doctor, "submit")
    assert "办理状态：待机构审核" in await printed(chain.doctor, chain.id)
    await chain.take(chain.doctor, "withdraw")
    assert "办理状态：已撤回" in await printed(chain.doctor, chain.id)


async def test_a_form_is_small(chain: Chain) -> None:
    answer = await form_of(chain.doctor, chain.id)
    assert page_count(answer.content) == 2
    assert len(answer.content) < 150_000


async def test_a_returned_application_shows_why_and_a_new_submission_clears_the_box(chain: Chain) -> None:
    await chain.take(chain.doctor, "submit")
    await chain.take(chain.institution, "return", "学历与证书不符")
    assert "退回申请人修改。学历与证书不符" in await printed(chain.doctor, chain.id)
    await chain.take(chain.doctor, "submit")
    text = await printed(chain.doctor, chain.id)
    assert "退回申请人修改" not in text
    assert text.count("负责人签字") == 2


async def test_a_correction_and_a_refusal_are_printed_with_their_reasons(chain: Chain) -> None:
    await chain.take(chain.doctor, "submit")
    await chain.take(chain.institution, "endorse")
    await chain.take(chain.handler, "request_correction", "缺少照片说明")
    assert "通知补正。缺少照片说明" in await printed(chain.doctor, chain.id)
    await chain.take(chain.doctor, "submit")
    assert "通知补正" not in await printed(chain.doctor, chain.id)
    await chain.take(chain.approver, "refuse", "考核内容与拟执业范围不符")
    text = await printed(chain.doctor, chain.id)
    # Refusing implies acceptance, which is recorded as a step of its own (行政许可法 32).
    assert f"受理。不予。考核内容与拟执业范围不符{REMEDIES}" in text
    assert "执业证书编码：" not in text


async def test_what_is_not_accepted_says_why_and_how_to_contest_it(chain: Chain) -> None:
    await chain.take(chain.doctor, "submit")
    await chain.take(chain.institution, "endorse")
    await chain.take(chain.approver, "decline", "不属于本机关职权范围")
    for person in (chain.doctor, chain.institution, chain.approver):
        assert f"不予受理。不属于本机关职权范围{REMEDIES}" in await printed(person, chain.id)


async def test_a_character_that_will_not_print_is_named_at_intake_and_hinders_nobody(chain: Chain) -> None:
    application = await chain.doctor.get(f"/doctor/applications/{chain.id}")
    assert "characters_drawn" not in {check["code"] for check in application["checks"]}
    form = application["payload"]["form"] | {"home_address": "㛃𰻝路"}
    await save(chain, application, form)
    draft = await chain.doctor.get(f"/doctor/applications/{chain.id}")
    (found,) = [check for check in draft["checks"] if check["code"] == "characters_drawn"]
    assert (found["passed"], found["severity"]) == (False, "warn")
    assert found["message"] == "有字库未收的字：𰻝（U+30EDD）"
    chain.application = draft
    await chain.take(chain.doctor, "submit")
    for person, action in (
        (chain.institution, "endorse"),
        (chain.handler, "accept"),
        (chain.approver, "approve"),
    ):
        seen = await person.get(f"/{person.realm}/applications/{chain.id}")
        assert "characters_drawn" in {check["code"] for check in seen["checks"]}
        assert "checks_warned" in {reason["code"] for reason in seen["triage"]["reasons"]}
        await chain.take(person, action)
    assert chain.application["status"] == "approved"


async def save(chain: Chain, application: dict[str, Any], form: dict[str, Any]) -> None:
    answer = await chain.doctor.call(
        "PATCH",
        f"/doctor/applications/{chain.id}",
        version=application["version"],
        json={"payload": application["payload"] | {"form": form}},
    )
    assert answer.status_code == 200, answer.text
