"""What each operation refuses: nobody, the wrong role, somebody else's, the wrong turn, the stale and the malformed."""

import re
from typing import Any

import httpx
import pytest

from registry_api.kit.roles import Realm
from tests.support.operations import BODIES, SOME, on_cases
from tests.support.people import FORM, Chain, Person
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")


def members_of(chain: Chain) -> dict[Realm, Person]:
    return {"doctor": chain.doctor, "institution": chain.institution, "authority": chain.approver}


async def ask(person: Person, method: str, path: str) -> httpx.Response:
    body = {} if method in ("GET", "DELETE") else BODIES.get(path, {})
    return await person.call(method, path, **body)


async def test_a_missing_application_is_not_found(chain: Chain) -> None:
    people = members_of(chain)
    for method, path, realm in on_cases(chain.cast.app):
        answer = await ask(people[realm], method, path)
        assert (method, path, *problem(answer)) == (method, path, 404, "not_found")
    answer = await chain.doctor.call("POST", f"/me/notices/{SOME}/read")
    assert problem(answer) == (404, "not_found")


async def test_a_foreign_application_is_as_missing(chain: Chain) -> None:
    await chain.advance("authority_review")
    _, other_doctor = await chain.cast.doctor()
    place = next(
        place
        for place in chain.cast.institutions("330000")
        + chain.cast.institutions("370000")
        + chain.cast.institutions("510000")
        + chain.cast.institutions("440000")
        if place.authority_handler != chain.place.authority_handler
    )
    people: dict[Realm, Person] = {
        "doctor": other_doctor,
        "institution": await chain.cast.sign_in(place.handler),
        "authority": await chain.cast.sign_in(place.authority_approver),
    }
    photo = chain.application["attachments"][0]["id"]
    for method, path, realm in on_cases(chain.cast.app):
        where = path.replace(f"attachments/{SOME}", f"attachments/{photo}").replace(SOME, chain.id)
        body = {} if method in ("GET", "DELETE") else BODIES.get(path, {})
        answer = await people[realm].call(method, where, version=chain.application["version"], **body)
        assert (method, path, *problem(answer)) == (method, path, 404, "not_found")
    for person in people.values():
        await person.client.aclose()


async def test_wrong_turn_names_the_status_and_what_is_allowed(chain: Chain) -> None:
    await chain.take(chain.doctor, "submit")
    answer = await chain.act(chain.doctor, "submit")
    assert problem(answer) == (409, "wrong_state")
    assert answer.json()["application_status"] == "institution_review"
    assert answer.json()["available_actions"] == ["withdraw"]
    await chain.take(chain.institution, "endorse")
    again = await chain.act(chain.institution, "endorse")
    assert (*problem(again), again.json()["available_actions"]) == (409, "wrong_state", [])
    early = await chain.act(chain.handler, "approve")
    assert problem(early) == (403, "role_not_allowed")
    for method in ("PATCH", "DELETE"):
        body: dict[str, Any] = {"json": {"payload": {}}} if method == "PATCH" else {}
        changed = await chain.doctor.call(method, f"/doctor/applications/{chain.id}", version=1, **body)
        assert problem(changed) == (409, "wrong_state")


async def test_a_decision_names_the_version_it_was_made_on(chain: Chain) -> None:
    stale = await chain.act(chain.doctor, "submit", version=99)
    assert (*problem(stale), stale.json()["current_version"]) == (412, "stale_version", 2)
    path = f"/doctor/applications/{chain.id}"
    blank = await chain.doctor.call("POST", f"{path}/submission")
    assert problem(blank) == (428, "precondition_required")
    unsaved = await chain.doctor.call("PATCH", path, json={"payload": {}})
    assert problem(unsaved) == (428, "precondition_required")
    await chain.take(chain.doctor, "submit")
    unread = await chain.institution.call(
        "POST", f"/institution/applications/{chain.id}/decisions", json={"action": "endorse"}
    )
    assert problem(unread) == (428, "precondition_required")
    blind = await chain.doctor.call("POST", f"{path}/withdrawal", json={})
    assert problem(blind) == (428, "precondition_required")
    assert problem(await chain.act(chain.institution, "endorse", version=1)) == (412, "stale_version")
    # Whose turn it is comes first: a stale version of a finished matter says that it is finished.
    assert problem(await chain.act(chain.doctor, "submit", version=1)) == (409, "wrong_state")


@pytest.mark.parametrize(
    ("payload", "pointers"),
    [
        ({"unknown": 1}, ["/payload/unknown"]),
        ({"form": {"nickname": "x"}}, ["/payload/form/nickname"]),
        ({"institution_id": "x"}, ["/payload/institution_id"]),
        ({"institution_id": SOME}, ["/payload/institution_id"]),
        ({"photo_id": SOME}, ["/payload/photo_id"]),
        ({"form": {"sex": "7", "postcode": "12"}}, ["/payload/form/sex", "/payload/form/postcode"]),
        ({"form": {"health": "好" * 101}}, ["/payload/form/health"]),
        ({"form": {"work_history": [{"from": "1995-13"}]}}, ["/payload/form/work_history/0/from"]),
        ({"form": {"work_history": "x"}}, ["/payload/form/work_history"]),
    ],
)
async def test_a_wrong_payload_is_pointed_at_in_both_languages(
    chain: Chain, payload: dict[str, Any], pointers: list[str]
) -> None:
    path = f"/doctor/applications/{chain.id}"
    seen = chain.application["version"]
    answer = await chain.doctor.call("PATCH", path, version=seen, json={"payload": payload})
    assert problem(answer) == (422, "invalid_body")
    errors = answer.json()["errors"]
    assert [error["pointer"] for error in errors] == pointers
    assert all(re.search(r"[一-鿿]", error["message"]) for error in errors)
    english = await chain.doctor.call(
        "PATCH", path, version=seen, json={"payload": payload}, headers={"Accept-Language": "en"}
    )
    said = english.json()
    assert [error["pointer"] for error in said["errors"]] == pointers
    texts = [said["title"], said["detail"], *(error["message"] for error in said["errors"])]
    assert all(re.search(r"[A-Za-z]", words) and not re.search(r"[一-鿿]", words) for words in texts)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"content": b"{"}, []),
        ({"content": b"\xff"}, []),
        ({"json": []}, [""]),
        ({"json": {}}, ["/payload"]),
        ({"json": {"payload": {}, "more": 1}}, ["/more"]),
        ({"json": {"payload": 3}}, ["/payload"]),
    ],
)
async def test_a_wrong_body_is_refused(chain: Chain, body: dict[str, Any], pointers: list[str]) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await chain.doctor.call(
        "PATCH", f"/doctor/applications/{chain.id}", version=2, headers=headers, **body
    )
    assert problem(answer) == (422, "invalid_body")
    if "json" in body:
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers


@pytest.mark.parametrize(
    "path", ["/doctor/applications/x", "/doctor/applications?limit=0", "/doctor/applications?cursor=x"]
)
async def test_a_wrong_query_is_refused(chain: Chain, path: str) -> None:
    answer = await chain.doctor.call("GET", path)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_submission_points_at_everything_missing(chain: Chain) -> None:
    path = f"/doctor/applications/{chain.id}"
    form = {name: value for name, value in FORM.items() if name not in ("health", "no_bar_declaration")}
    saved = await chain.doctor.call("PATCH", path, version=2, json={"payload": {"form": form}})
    assert saved.status_code == 200, saved.text
    chain.application = saved.json()
    answer = await chain.act(chain.doctor, "submit")
    assert problem(answer) == (422, "invalid_body")
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/payload/institution_id",
        "/payload/photo_id",
        "/payload/form/health",
        "/payload/form/no_bar_declaration",
    ]


async def test_too_large_a_body_is_refused(chain: Chain) -> None:
    path = f"/doctor/applications/{chain.id}"
    large = await chain.doctor.call(
        "PATCH", path, version=1, json={"payload": {"form": {"health": "x" * 300_000}}}
    )
    assert problem(large) == (413, "body_too_large")

    async def unannounced() -> Any:
        for _ in range(70):
            yield b" " * 4096

    streamed = await chain.doctor.call("PATCH", path, version=1, content=unannounced())
    assert problem(streamed) == (413, "body_too_large")
    photo = await chain.doctor.call(
        "POST",
        f"{path}/attachments",
        data={"kind": "photo"},
        files={"file": ("p.jpg", b"x" * 7_000_000, "image/jpeg")},
    )
    assert problem(photo) == (413, "body_too_large")


async def test_unknown_places_and_methods_are_problems_too(chain: Chain) -> None:
    assert problem(await chain.doctor.call("GET", "/nothing")) == (404, "not_found")
    assert problem(await chain.doctor.call("PUT", "/me")) == (405, "method_not_allowed")
