"""Who of an office works on a case, and what its staff note for each other."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.practising import Scene
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("sound")


async def assign(
    scene: Scene, who: str, account: Any, *, instead_of: Any = None, place: int = 0
) -> httpx.Response:
    realm = "institution" if who.startswith("institution") else "authority"
    body = {
        "account_id": account and str(account),
        "instead_of": instead_of and str(instead_of),
    }
    return await scene.call(who, "POST", f"/{realm}/applications/{scene.id}/assignment", place, json=body)


async def note(scene: Scene, who: str, words: str, place: int = 0) -> httpx.Response:
    realm = "institution" if who.startswith("institution") else "authority"
    path = f"/{realm}/applications/{scene.id}/notes"
    return await scene.call(who, "POST", path, place, json={"text": words})


async def notes(scene: Scene, who: str, place: int = 0) -> httpx.Response:
    realm = "institution" if who.startswith("institution") else "authority"
    return await scene.call(who, "GET", f"/{realm}/applications/{scene.id}/notes", place)


@pytest.fixture
async def received(scene: Scene) -> Scene:
    """A case on the authority's desk."""
    await scene.apply("filing", {"reason_code": "02"})
    await scene.take("institution", "endorse")
    return scene


async def test_of_two_who_claim_at_once_one_has_it(received: Scene) -> None:
    scene = received
    people = {who: await scene.account_of(who) for who in ("handler", "approver", "second")}
    answers = await asyncio.gather(*(assign(scene, who, account) for who, account in people.items()))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    winner = next(who for who, answer in zip(people, answers, strict=True) if answer.status_code == 200)
    for who, answer in zip(people, answers, strict=True):
        seen = (await scene.read(who))["assignee"]
        assert (seen["account_id"], seen["me"]) == (str(people[winner]), who == winner)
        if answer.status_code == 409:
            assert (*problem(answer), answer.json()["assignee_name"]) == (
                409,
                "assigned_to_another",
                seen["name"],
            )


async def test_who_works_on_a_case_decides_it(received: Scene) -> None:
    scene = received
    handler, approver = await scene.account_of("handler"), await scene.account_of("approver")
    assert (await assign(scene, "handler", handler)).status_code == 200
    refused = await scene.act("approver", "approve")
    assert problem(refused) == (409, "assigned_to_another")
    assert (await assign(scene, "approver", approver, instead_of=handler)).status_code == 200
    assert problem(await scene.act("handler", "accept")) == (409, "assigned_to_another")
    await scene.take("approver", "approve")
    assert scene.application["assignee"] is None


async def test_a_case_is_given_back_and_loses_its_clerk_with_the_desk(received: Scene) -> None:
    scene = received
    handler = await scene.account_of("handler")
    await assign(scene, "handler", handler)
    assert (await scene.read("handler"))["version"] == scene.application["version"]
    given = await assign(scene, "handler", None, instead_of=handler)
    assert (given.status_code, given.json()["assignee"]) == (200, None)
    await assign(scene, "handler", handler)
    await scene.take("handler", "accept")
    assert scene.application["assignee"]["me"] is True, "the same desk"
    await scene.take("doctor", "withdraw")
    assert (await scene.read("handler"))["assignee"] is None


async def test_an_administrator_gives_a_case_to_a_colleague_and_others_only_to_themselves(
    received: Scene,
) -> None:
    scene = received
    handler, approver = await scene.account_of("handler"), await scene.account_of("approver")
    assert (await assign(scene, "handler", approver)).status_code in (403, 422)
    given = await assign(scene, "authority_administrator", handler)
    assert given.status_code == 200, given.text
    assert given.json()["assignee"]["account_id"] == str(handler)
    auditor = await scene.account_of("auditor")
    for account in (
        auditor,
        uuid4(),
        await scene.account_of("institution"),
        await scene.account_of("handler", 1),
    ):
        wrong = await assign(scene, "authority_administrator", account, instead_of=handler)
        assert wrong.status_code in (403, 422), account
    assert (await scene.read("handler"))["assignee"]["me"] is True


async def test_a_case_is_assigned_at_the_desk_where_it_lies(scene: Scene) -> None:
    await scene.apply("filing", {"reason_code": "02"})
    handler, clerk = await scene.account_of("handler"), await scene.account_of("institution")
    early = await assign(scene, "handler", handler)
    assert problem(early) == (409, "wrong_state")
    assert (await assign(scene, "institution", clerk)).status_code == 200
    assert problem(await scene.act("institution_administrator", "endorse")) == (409, "assigned_to_another")
    await scene.take("institution", "endorse")
    assert scene.application["assignee"] is None
    assert problem(await assign(scene, "institution", clerk)) == (409, "wrong_state")


async def test_another_office_and_the_doctor_know_nothing_of_it(received: Scene) -> None:
    scene = received
    await assign(scene, "handler", await scene.account_of("handler"))
    await note(scene, "handler", "电话核实过")
    for who in ("handler", "institution"):
        account = await scene.account_of(who, 1)
        for answer in (
            await assign(scene, who, account, place=1),
            await note(scene, who, "看看", 1),
            await notes(scene, who, 1),
        ):
            assert problem(answer) == (404, "not_found")
    seen = await scene.read()
    assert seen["assignee"] is None
    assert "电话核实过" not in str(seen)
    assert (await scene.read("institution"))["assignee"] is None, "it lies on the authority's desk"
    listed = (await scene.call("institution", "GET", "/institution/applications?limit=100")).json()["items"]
    assert [one["assignee_name"] for one in listed if one["id"] == scene.id] == [None]


async def test_notes_are_the_offices_own(received: Scene) -> None:
    scene = received
    assert (await note(scene, "institution", "已电话联系本人")).status_code == 201
    first = await note(scene, "handler", "  材料齐全 ")
    assert first.status_code == 201, first.text
    await note(scene, "authority_administrator", "请尽快")
    for who in ("handler", "approver", "auditor"):
        found = (await notes(scene, who)).json()["items"]
        assert [one["text"].strip() for one in found] == ["材料齐全", "请尽快"]
        assert all(one["author_name"] and one["written_at"] for one in found)
    found = (await notes(scene, "institution_administrator")).json()["items"]
    assert [one["text"] for one in found] == ["已电话联系本人"]
    stored = await scene.superuser.fetch("SELECT text_sealed FROM application_note ORDER BY id DESC LIMIT 3")
    assert all("材料".encode() not in row["text_sealed"] for row in stored)


@pytest.mark.parametrize("words", ["", "字" * 1001, "a\x00b"])
async def test_a_note_says_something_and_not_too_much(received: Scene, words: str) -> None:
    assert problem(await note(received, "handler", words)) == (422, "invalid_body")
    assert (await notes(received, "handler")).json()["items"] == []


async def test_what_one_works_on_is_a_list_of_its_own(received: Scene) -> None:
    scene = received
    await assign(scene, "second", await scene.account_of("second"))
    mine = (await scene.call("second", "GET", "/authority/applications?assignee=me")).json()["items"]
    assert scene.id in [one["id"] for one in mine]
    assert {one["assignee_name"] for one in mine} == {mine[0]["assignee_name"]}
    others = (await scene.call("handler", "GET", "/authority/applications?assignee=me")).json()["items"]
    assert scene.id not in [one["id"] for one in others]


async def listed(scene: Scene, who: str, place: int = 0, **asked: str) -> list[Any]:
    realm = "institution" if who.startswith("institution") else "authority"
    answer = await scene.call(who, "GET", f"/{realm}/applications", place, params={"limit": "100", **asked})
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def colleagues(scene: Scene, who: str, place: int = 0) -> Any:
    realm = "institution" if who.startswith("institution") else "authority"
    return (await scene.call(who, "GET", f"/{realm}/colleagues", place)).json()


async def test_a_queue_shows_what_a_colleague_has_and_what_nobody_has(received: Scene) -> None:
    scene = received
    second, status = str(await scene.account_of("second")), "authority_review"
    assert scene.id in await listed(scene, "handler", assignee="nobody", status=status)
    assert scene.id not in await listed(scene, "handler", assignee=second)
    await assign(scene, "second", second)
    assert scene.id not in await listed(scene, "handler", assignee="nobody", status=status)
    assert scene.id in await listed(scene, "handler", assignee=second)
    assert scene.id not in await listed(scene, "institution", assignee=second), (
        "whose it is, is not its business"
    )
    wrong = await scene.call("handler", "GET", "/authority/applications", params={"assignee": "everybody"})
    assert problem(wrong) == (422, "invalid_query")


async def test_what_is_over_is_not_a_case_that_nobody_has(received: Scene) -> None:
    await received.take("approver", "approve")
    assert received.id not in await listed(received, "handler", assignee="nobody")


async def test_colleagues_are_those_of_the_own_office_who_can_have_a_case(received: Scene) -> None:
    scene = received
    handler = await scene.account_of("handler")
    before = {one["account_id"]: one["cases"] for one in (await colleagues(scene, "handler"))["items"]}
    await assign(scene, "handler", handler)
    seen = await colleagues(scene, "handler")
    office = {str(await scene.account_of(who)) for who in ("handler", "approver", "second")}
    found = {one["account_id"]: one for one in seen["items"]}
    assert office | {str(await scene.account_of("authority_administrator"))} <= set(found)
    assert str(await scene.account_of("auditor")) not in found
    assert str(await scene.account_of("handler", 1)) not in found
    assert str(await scene.account_of("institution")) not in found
    assert found[str(handler)]["me"] is True
    assert found[str(handler)]["cases"] == before[str(handler)] + 1
    assert found[str(handler)]["role_title"] == "经办人"


async def test_a_case_says_whom_the_reader_may_give_it_to(received: Scene) -> None:
    scene = received
    expected = {
        "handler": "self",
        "approver": "self",
        "authority_administrator": "colleagues",
        "auditor": None,
        "institution": None,
        "doctor": None,
    }
    assert {who: (await scene.read(who))["assignment"] for who in expected} == expected
    handler = await scene.account_of("handler")
    await assign(scene, "handler", handler)
    refused = await assign(scene, "auditor", None, instead_of=handler)
    assert problem(refused)[0] == 403, "who only reads takes it from nobody"
    assert (await scene.read("handler"))["assignee"]["me"] is True


async def test_whoever_has_left_is_no_colleague(received: Scene) -> None:
    scene = received
    second = await scene.account_of("second")
    await scene.superuser.execute("UPDATE account SET status = 'disabled' WHERE id = $1", second)
    try:
        found = (await colleagues(scene, "authority_administrator"))["items"]
        assert str(second) not in [one["account_id"] for one in found]
        assert (await assign(scene, "authority_administrator", second)).status_code == 422
    finally:
        await scene.superuser.execute("UPDATE account SET status = 'active' WHERE id = $1", second)


async def test_an_institutions_colleagues_are_its_own(scene: Scene) -> None:
    mine = {one["account_id"] for one in (await colleagues(scene, "institution"))["items"]}
    theirs = {one["account_id"] for one in (await colleagues(scene, "institution", 1))["items"]}
    assert str(await scene.account_of("institution")) in mine
    assert mine & theirs == set()


async def test_a_queue_tells_who_began_a_case(received: Scene) -> None:
    scene = received
    assert scene.id in await listed(scene, "handler", filer="doctor")
    assert scene.id not in await listed(scene, "handler", filer="institution")
    assert scene.id not in await listed(scene, "handler", filer="authority", status="authority_review")
    found = await scene.call(
        "handler", "POST", "/authority/applications/searches", json={"filer": "institution", "name": "王"}
    )
    assert {one["filer"] for one in found.json()["items"]} <= {"institution"}
    wrong = await scene.call("handler", "GET", "/authority/applications", params={"filer": "system"})
    assert problem(wrong) == (422, "invalid_query")
