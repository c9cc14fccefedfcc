"""What the system knows about me: events, views, and the copy of everything."""

import ast
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from registry_api.kit.texts import LANGUAGES, has_text
from tests.house.source import modules
from tests.support.own_account import OwnAccount, account_of, prove_doctor
from tests.support.people import Cast, Chain, Person
from tests.support.problems import problem

WRONG = "Falsch2026"


async def all_pages(person: Person, path: str, limit: int) -> list[dict[str, Any]]:
    """Every item of a list, page by page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await person.get(f"{path}?limit={limit}{cursor}")
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = f"&cursor={page['next_cursor']}"


# Events


async def test_my_events_are_mine_the_newest_first_with_the_network_only(own_account: OwnAccount) -> None:
    owner, other = await own_account.owner(), await own_account.owner()
    own_account.clock.advance(timedelta(seconds=1))
    await owner.call(
        "PUT",
        "/me/password",
        old_password=WRONG,
        new_password="Kaihua2027x",
        new_password_confirmation="Kaihua2027x",
    )
    await other.call("GET", "/me")
    events = await all_pages(owner.person, "/me/events", 1)
    assert [(one["action"], one["outcome"]) for one in events] == [
        ("password.refused", "refused"),
        ("session.opened", "done"),
    ]
    assert {one["address_masked"] for one in events} <= {"127.0.0.*", None, "127.0.0.0/24"}
    assert [one["title"] for one in events] == ["密码核对未通过", "登录"]
    assert events[0]["occurred_at"] > events[1]["occurred_at"]


async def test_i_see_who_tried_my_password(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    assert not await owner.signs_in(WRONG)
    events = (await owner.person.get("/me/events"))["items"]
    assert ("session.refused", "refused") in [(one["action"], one["outcome"]) for one in events]


async def test_a_bad_cursor_is_refused(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    for path in ("/me/events", "/me/views"):
        answer = await owner.call("GET", f"{path}?cursor=x")
        assert problem(answer) == (422, "invalid_query")


def test_every_recorded_action_has_a_title() -> None:
    actions = {
        node.value
        for name, tree in modules()
        if not name.startswith(("demo/", "launcher/"))
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in ("record", "record_refusal", "event_values")
        for node in call.args
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value
    }
    assert len(actions) > 15
    missing = {
        (action, language)
        for action in actions
        for language in LANGUAGES
        if not has_text(f"event.{action}", language)
    }
    assert missing == set()


# Views


async def test_a_view_is_noted_once_a_day_and_person_and_shown_to_the_doctor(chain: Chain) -> None:
    chain.cast.clock.set(chain.cast.clock.now().replace(hour=2))
    await chain.take(chain.doctor, "submit")
    path = f"/institution/applications/{chain.id}"
    for _ in range(3):
        assert (await chain.institution.call("GET", path)).status_code == 200
    await chain.doctor.get(f"/doctor/applications/{chain.id}")
    views = (await chain.doctor.get("/me/views"))["items"]
    assert len(views) == 1
    assert views[0]["office"] == chain.place.name
    assert views[0]["application_number"] == chain.application["number"]
    assert views[0]["role_title"]
    assert "name" not in json.dumps(list(views[0]))
    await chain.take(chain.institution, "endorse")
    assert (await chain.handler.call("GET", f"/authority/applications/{chain.id}")).status_code == 200
    views = await all_pages(chain.doctor, "/me/views", 1)
    assert len(views) == 2
    assert views[0]["office"] != chain.place.name


async def test_the_next_day_is_another_view(chain: Chain, superuser: Any) -> None:
    await chain.take(chain.doctor, "submit")
    path = f"/institution/applications/{chain.id}"
    await chain.institution.call("GET", path)
    viewer = await account_of(chain.institution)
    chain.cast.clock.advance(timedelta(days=1))
    await superuser.execute(
        "UPDATE account_session SET idle_seconds = 200000, expires_at = expires_at + interval '3 days'"
        " WHERE account_id = $1",
        viewer,
    )
    assert (await chain.institution.call("GET", path)).status_code == 200
    days = await superuser.fetch("SELECT day FROM application_view WHERE application_id = $1", UUID(chain.id))
    assert len({row["day"] for row in days}) == 2
    recorded = await superuser.fetchval(
        "SELECT count(*) FROM audit_event WHERE action = 'application.viewed' AND object_id = $1",
        UUID(chain.id),
    )
    assert recorded == 2


async def test_views_are_the_doctors_alone(chain: Chain) -> None:
    await chain.take(chain.doctor, "submit")
    await chain.institution.call("GET", f"/institution/applications/{chain.id}")
    assert problem(await chain.institution.call("GET", "/me/views")) == (403, "forbidden")
    _, stranger = await chain.cast.doctor()
    assert (await stranger.get("/me/views"))["items"] == []
    await stranger.client.aclose()


async def test_nobody_who_may_not_see_the_application_leaves_a_view(
    chain: Chain, cast: Cast, superuser: Any
) -> None:
    await chain.take(chain.doctor, "submit")
    elsewhere = next(
        place
        for province in ("370000", "110000", "440000")
        for place in cast.institutions(province)
        if place.id != chain.place.id
    )
    stranger = await cast.sign_in(elsewhere.handler)
    path = f"/institution/applications/{chain.id}"
    assert (await stranger.call("GET", path)).status_code == 404
    seen = await superuser.fetchval(
        "SELECT count(*) FROM application_view WHERE application_id = $1", UUID(chain.id)
    )
    assert seen == 0
    await stranger.client.aclose()


# The copy


async def test_the_copy_holds_everything_and_explains_itself(chain: Chain, superuser: Any) -> None:
    await chain.advance("approved")
    await chain.cast.work_off()
    account = await account_of(chain.doctor)
    await prove_doctor(chain, superuser, account)
    answer = await chain.doctor.call("POST", "/me/exports")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert "attachment; filename=" in answer.headers["content-disposition"]
    copy = answer.json()
    assert copy["left_off"] == []
    assert len(copy["account"]["id_number"]) == 18
    assert "*" not in copy["account"]["phone"] + copy["person"]["id_number"]
    assert copy["applications"][0]["payload"]["form"]["home_address"] == "甲市乙区丙路1号"
    assert [step["action"] for step in copy["applications"][0]["timeline"]] == [
        "submit",
        "endorse",
        "accept",
        "approve",
    ]
    assert copy["registrations"][0]["status"] == "valid"
    assert copy["practices"][0]["institution"] == chain.place.name
    assert copy["notices"]
    assert any(one["title"] == "登录" for one in copy["events"])
    assert copy["qualifications"][0]["certificate_number"]
    assert chain.cast.settings.field_keys.get_secret_value() not in answer.text

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            inner = {name: one for name, one in value.items() if name != "key_meanings"}
            return set(value).union(*map(keys, inner.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    assert keys(copy) - set(copy["key_meanings"]) == set()
    actions = [one["action"] for one in (await chain.doctor.get("/me/events"))["items"]]
    assert actions[0] == "personal_data.exported"


async def test_the_copy_needs_a_fresh_proof_and_is_made_three_times_a_day(own_account: OwnAccount) -> None:
    owner, other = await own_account.owner(), await own_account.owner()
    own_account.clock.advance(timedelta(minutes=11))
    assert problem(await owner.call("POST", "/me/exports")) == (403, "step_up_required")
    await owner.prove()
    answers = [await owner.person.call("POST", "/me/exports") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    for secret in (other.id_number, other.phone, str(other.account_id)):
        assert secret not in answers[0].text


# 账号注销


@pytest.mark.parametrize("path", ["/me/events", "/me/views"])
async def test_nobody_sees_anything_without_signing_in(own_account: OwnAccount, path: str) -> None:
    assert problem(await own_account.stranger().call("GET", path)) == (401, "unauthenticated")
