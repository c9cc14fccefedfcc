"""What stood at each place that a correction changed, beside what stands there now."""

from typing import Any

from tests.support.people import Chain, Person
from tests.support.problems import codes_at
from tests.support.proofs import attach


async def edit(chain: Chain, **fields: Any) -> None:
    path = f"/doctor/applications/{chain.id}"
    own = await chain.doctor.get(path)
    payload = {**own["payload"], "form": {**own["payload"]["form"], **fields}}
    saved = await chain.doctor.call("PATCH", path, version=own["version"], json={"payload": payload})
    assert saved.status_code == 200, saved.text
    chain.application = saved.json()


async def previous(person: Person, chain: Chain) -> dict[str, Any]:
    read = await person.get(f"/{person.realm}/applications/{chain.id}")
    assert sorted(read["previous_values"]) == read["changed_places"]
    values: dict[str, Any] = read["previous_values"]
    return values


async def ask(chain: Chain, *pointers: str) -> Any:
    pins = [{"pointer": one, "comment": "请核对"} for one in pointers]
    return await chain.act(chain.handler, "request_correction", "请补正", body={"field_comments": pins})


async def test_old_and_new_stand_beside_each_pin(chain: Chain) -> None:
    await chain.advance("authority_review")
    assert await previous(chain.handler, chain) == {}
    assert (await ask(chain, "/payload/form/health")).status_code == 200
    assert await previous(chain.doctor, chain) == {}

    before = chain.application["payload"]["form"]["work_history"]
    await edit(chain, health="良好", work_history=[*before, {**before[0], "post": "主治医师"}])
    chain.application = await chain.take(chain.doctor, "submit")
    expected = {"/payload/form/health": "健康", "/payload/form/work_history": before}
    for person in (chain.doctor, chain.institution):
        assert await previous(person, chain) == expected
    await chain.take(chain.institution, "endorse")
    assert await previous(chain.handler, chain) == expected


async def test_a_proof_that_came_or_went_is_a_change_and_can_be_pinned_again(chain: Chain) -> None:
    gone = await attach(chain.doctor, chain.id, "旧的证明")
    kept = await attach(chain.doctor, chain.id, "不变的证明")
    await chain.advance("authority_review")
    answer = await ask(chain, f"/attachments/{gone['id']}")
    assert answer.status_code == 200, answer.text
    deleted = await chain.doctor.call("DELETE", f"/doctor/applications/{chain.id}/attachments/{gone['id']}")
    assert deleted.status_code == 204
    new = await attach(chain.doctor, chain.id, "新的证明")
    await chain.take(chain.doctor, "submit")
    # The institution endorsed the payload, which is the same: a proof that the authority asked for goes to it.
    assert chain.application["status"] == "authority_review"
    was, now = f"/attachments/{gone['id']}", f"/attachments/{new['id']}"
    assert await previous(chain.handler, chain) == {was: "旧的证明", now: None}

    refused = await ask(chain, f"/attachments/{kept['id']}")
    assert codes_at(refused, "/field_comments/0/pointer") == ["unchanged"]
    assert (await ask(chain, now)).status_code == 200
    # Until it is submitted again, the places are those of the first correction, and so are their values.
    assert await previous(chain.doctor, chain) == {was: "旧的证明", now: None}
    await edit(chain, remarks="证明已重新盖章")
    await chain.take(chain.doctor, "submit")
    assert await previous(chain.institution, chain) == {"/payload/form/remarks": ""}


async def test_after_the_institution_returned_a_correction_it_still_counts(chain: Chain) -> None:
    await chain.advance("authority_review")
    assert (await ask(chain)).status_code == 200
    await edit(chain, health="良好")
    await chain.take(chain.doctor, "submit")
    await chain.take(chain.institution, "return", "请写明")
    await edit(chain, remarks="说明")
    await chain.take(chain.doctor, "submit")
    expected = {"/payload/form/health": "健康", "/payload/form/remarks": ""}
    assert await previous(chain.institution, chain) == expected
