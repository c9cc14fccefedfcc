"""With the scoped queries gone every role still sees nothing foreign; with both walls gone it would."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Uuid, bindparam

from registry_api.applications import list_queries, queries
from registry_api.demo.logins import Login, read_pool
from registry_api.demo.proofs import device_token
from tests.support.people import Cast, Chain, Person

CACHED = (
    queries.locked_case,
    queries.application_detail,
    queries.applicant_of,
    list_queries.application_page,
    list_queries.application_count,
    list_queries.status_counts,
    queries.visible_application,
)


def everything(_realm: str) -> ColumnElement[bool]:
    return bindparam("scope", type_=Uuid).is_not(None)


@pytest.fixture
def without_first_wall(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`scoped` lets everything pass."""
    for module in (queries, list_queries):
        monkeypatch.setattr(module, "scoped", everything)
    for statement in CACHED:
        statement.cache_clear()
    yield
    monkeypatch.undo()
    for statement in CACHED:
        statement.cache_clear()


def colleague(login: Login, ending: str) -> Login:
    """Another role of the same office: the demonstration names its staff by rule."""
    stem = login.login_name.removesuffix("sp")
    name = stem + ending
    token = device_token(login.realm, name)
    return Login(login.realm, login.office, login.role, name, login.password, "", device_token=token)


async def strangers(chain: Chain) -> list[Person]:
    """Every role of offices that have nothing to do with the application, and another doctor."""
    cast: Cast = chain.cast
    other = next(
        place
        for place in read_pool(cast.settings.state_directory).institutions
        if place.authority_handler != chain.place.authority_handler
    )
    logins = [
        other.handler,
        colleague(other.handler, "gl"),
        other.authority_handler,
        other.authority_approver,
        colleague(other.authority_handler, "gl"),
        colleague(other.authority_handler, "sj"),
    ]
    _, doctor = await cast.doctor()
    return [doctor, *[await cast.sign_in(login) for login in logins]]


async def listed(person: Person, path: str) -> list[str]:
    """Every application on the person's list; with both walls gone it is everybody's."""
    found, cursor = [], ""
    while True:
        page = await person.get(f"{path}?limit=100{cursor and f'&cursor={cursor}'}")
        found += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = page["next_cursor"]


async def seen_by(person: Person, chain: Chain) -> list[str]:
    """Ways by which the application is seen or moved by this person."""
    path = f"/{person.realm}/applications"
    attachment = chain.application["attachments"][0]["id"]
    found = []
    staff = person.realm != "doctor"
    if chain.id in await listed(person, path):
        found.append("list")
    if staff:
        for key, value in (
            ("name", chain.application["applicant"]["name"]),
            ("number", chain.application["number"]),
        ):
            answer = await person.call("POST", f"{path}/searches", json={key: value, "limit": 100})
            if chain.id in [item["id"] for item in answer.json()["items"]]:
                found.append(f"search by {key}")
    for name, where in (
        ("detail", f"{path}/{chain.id}"),
        ("attachment", f"{path}/{chain.id}/attachments/{attachment}"),
    ):
        if (await person.call("GET", where)).status_code != 404:
            found.append(name)
    for name, method, where, body in (
        ("notes", "GET", "notes", None),
        ("note", "POST", "notes", {"text": "看"}),
        ("assignment", "POST", "assignment", {"account_id": None}),
        ("set aside", "POST", "set-aside", {"comment": "否"}),
        ("take over", "POST", "take-over", {"comment": "否"}),
        ("correction", "PATCH", "", {"payload": {}}),
        ("withdrawal", "POST", "withdrawal", {"comment": "否"}),
        ("objection", "POST", "objections", {"comment": "否"}),
    ):
        offered = {
            "authority": where != "" and where not in ("withdrawal", "objections"),
            "institution": where not in ("set-aside", "take-over", "objections"),
            "doctor": where in ("", "withdrawal", "objections"),
        }[person.realm]
        if not offered:
            continue
        sent = {"version": chain.application["version"], "json": body} if body else {}
        if (await person.call(method, f"{path}/{chain.id}/{where}".rstrip("/"), **sent)).status_code != 404:
            found.append(name)
    actions = {
        "doctor": [("submit", "")],
        "institution": [("endorse", ""), ("return", "改")],
        "authority": [("accept", ""), ("approve", ""), ("refuse", "否")],
    }[person.realm]
    for action, comment in actions:
        answer = await chain.act(person, action, comment)
        if answer.status_code != 404:
            found.append(action)
    return found


@pytest.mark.usefixtures("without_first_wall")
@pytest.mark.parametrize("status", ["institution_review", "authority_review", "accepted", "approved"])
async def test_without_the_first_wall_nobody_sees_or_moves_a_foreign_application(
    chain: Chain, status: str
) -> None:
    await chain.advance(status)
    people = await strangers(chain)
    for person in people:
        assert await seen_by(person, chain) == []
        await person.client.aclose()
    read = await chain.doctor.get(f"/doctor/applications/{chain.id}")
    assert read["status"] == status


@pytest.mark.usefixtures("without_first_wall")
async def test_the_check_over_http_notices_that_both_walls_are_gone(chain: Chain, superuser: Any) -> None:
    await chain.advance("accepted")
    people = await strangers(chain)
    tables = ("application", "application_step", "attachment", "practitioner")
    for table in tables:
        await superuser.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    try:
        leaks = [await seen_by(person, chain) for person in people]
    finally:
        for table in tables:
            await superuser.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    assert all({"list", "detail", "attachment"} <= set(leak) for leak in leaks)
    assert all({"search by name", "search by number"} <= set(leak) for leak in leaks[1:])
    assert all({"notes", "assignment"} <= set(leak) for leak in leaks[1:])
    assert all("objection" in leak for leak in leaks[:1])
    for person in people:
        await person.client.aclose()


@pytest.mark.usefixtures("without_first_wall")
async def test_staff_do_not_see_a_draft_even_without_the_first_wall(chain: Chain) -> None:
    for person in (chain.institution, chain.handler, chain.approver):
        assert await seen_by(person, chain) == []
