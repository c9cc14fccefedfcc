"""Staff accounts: who may administer whom, and that what an administrator does counts at once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from registry_api.demo.logins import PoolInstitution, read_pool
from tests.support.administrators import Administration, administration, join, login_of, new_person
from tests.support.people import Cast, Person
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")
REALMS = ("institution", "authority")
OTHER_ROLES = (
    "institution_handler",
    "authority_handler",
    "authority_approver",
    "authority_auditor",
)


@pytest.fixture
def place(cast: Cast) -> PoolInstitution:
    return cast.institutions("370000")[0]


@pytest.fixture(params=REALMS)
async def desk(request: Any, cast: Cast, place: PoolInstitution) -> AsyncIterator[Administration]:
    """An administrator at the accounts of their own office."""
    made = await administration(cast, place, request.param)
    yield made
    await made.person.client.aclose()


def handler(desk: Administration) -> str:
    return f"{desk.person.realm}_handler"


async def colleague(cast: Cast, desk: Administration) -> tuple[Person, dict[str, Any]]:
    """A handler of the administrator's office, just joined and signed in, and the account as the list shows it."""
    invited = await desk.invite(handler(desk))
    person, _ = await join(cast, desk.person.realm, invited["invitation"]["link"])
    return person, await desk.member(invited["account"]["id"])


async def test_an_administrator_sees_the_office_and_nobody_else(desk: Administration, superuser: Any) -> None:
    me = (await desk.person.get("/me"))["account"]
    listed = await desk.listed("?limit=100")
    expected = await superuser.fetch(
        "SELECT id FROM account WHERE $1::uuid IN (institution_id, authority_id)", me["office"]["id"]
    )
    assert {one["id"] for one in listed} == {str(row["id"]) for row in expected}
    own = next(one for one in listed if one["is_self"])
    assert own["id"] == me["id"]
    assert own["last_signed_in_at"] is not None
    assert own["available_actions"] == ["hand_over"]


async def test_a_list_is_filtered_and_paged(desk: Administration) -> None:
    for _ in range(2):
        await desk.invite(handler(desk))
    assert {one["status"] for one in await desk.listed("?status=invited")} == {"invited"}
    role = f"{desk.person.realm}_administrator"
    assert {one["role"] for one in await desk.listed(f"?role={role}")} == {role}
    whole = [one["id"] for one in await desk.listed("?limit=100")]
    paged: list[str] = []
    page = (await desk.call("GET", "?limit=2")).json()
    assert page["total"] == {"value": len(whole), "relation": "eq"}
    while True:
        paged += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        page = (await desk.call("GET", f"?limit=2&cursor={page['next_cursor']}")).json()
    assert paged == whole


async def test_a_new_account_is_invited_with_a_link_and_a_message(
    desk: Administration, superuser: Any
) -> None:
    person = new_person(role=handler(desk), email="xin.lai@example.com")
    answer = await desk.call("POST", json=person)
    assert answer.status_code == 201, answer.text
    account, invitation = answer.json()["account"], answer.json()["invitation"]
    assert (account["status"], account["login_name"], account["role"]) == ("invited", None, handler(desk))
    assert account["available_actions"] == ["change_role", "disable", "invite"]
    assert f"/{desk.person.realm}/invitation#" in invitation["link"]
    assert invitation["sent_to"] == "x***@example.com"
    for secret in (person["id_number"], person["phone"], person["email"]):
        assert secret not in answer.text
    sent = await superuser.fetchrow(
        "SELECT channel, template FROM message WHERE account_id = $1::uuid", account["id"]
    )
    assert tuple(sent) == ("email", "staff_invitation")
    recorded = await superuser.fetchval(
        "SELECT action FROM audit_event WHERE object_id = $1::uuid", account["id"]
    )
    assert recorded == "staff.invited"
    assert (await desk.member(account["id"]))["invitation_expires_at"] == invitation["expires_at"]


async def test_what_is_wrong_with_a_person_is_said_at_its_field(desk: Administration) -> None:
    wrong = {"name": " ", "id_number": "370102198001010001", "phone": "12345678901"}
    answer = await desk.call("POST", json=new_person(role=handler(desk), **wrong))
    assert problem(answer) == (422, "invalid_body")
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/name", "/id_number", "/phone"}
    other = "authority_handler" if desk.person.realm == "institution" else "institution_handler"
    answer = await desk.call("POST", json=new_person(role=other))
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/role"]


async def test_one_person_has_one_account_in_an_office(desk: Administration) -> None:
    person = new_person(role=handler(desk))
    answers = await asyncio.gather(*(desk.call("POST", json=person) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    refused = next(one for one in answers if one.status_code == 409)
    assert problem(refused) == (409, "already_staff")


async def test_a_role_counts_from_the_next_request(cast: Cast, desk: Administration) -> None:
    person, account = await colleague(cast, desk)
    administrator = f"{desk.person.realm}_administrator"
    own_path = desk.path
    assert problem(await person.call("GET", own_path)) == (403, "role_not_allowed")
    change = {"role": administrator, "seen_role": account["role"]}
    changed = await desk.call("PATCH", f"/{account['id']}", json=change)
    assert changed.json()["role"] == administrator
    assert (await person.call("GET", own_path)).status_code == 200
    again = await desk.call("PATCH", f"/{account['id']}", json=change)
    assert problem(again) == (409, "wrong_account_status")
    back = {"role": account["role"], "seen_role": administrator}
    assert (await desk.call("PATCH", f"/{account['id']}", json=back)).status_code == 200
    assert problem(await person.call("GET", own_path)) == (403, "role_not_allowed")
    await person.client.aclose()


async def test_who_is_disabled_is_out_at_the_next_request(cast: Cast, desk: Administration) -> None:
    person, account = await colleague(cast, desk)
    disabled = await desk.call("POST", f"/{account['id']}/disable")
    assert disabled.json()["available_actions"] == ["enable"]
    assert problem(await person.call("GET", "/me")) == (401, "unauthenticated")
    assert problem(await desk.call("POST", f"/{account['id']}/disable")) == (409, "wrong_account_status")
    enabled = await desk.call("POST", f"/{account['id']}/enable")
    assert enabled.json()["status"] == "active"
    # The session that was ended stays ended.
    assert (await person.call("GET", "/me")).status_code == 401
    assert problem(await desk.call("POST", f"/{account['id']}/enable")) == (409, "wrong_account_status")
    await person.client.aclose()


async def test_who_was_disabled_before_accepting_is_invited_again(desk: Administration) -> None:
    invited = (await desk.invite(handler(desk)))["account"]["id"]
    assert (await desk.call("POST", f"/{invited}/disable")).json()["invitation_expires_at"] is None
    assert (await desk.call("POST", f"/{invited}/enable")).json()["status"] == "invited"
    again = await desk.call("POST", f"/{invited}/invitation", json={"phone": "139 0000 0001"})
    assert again.json()["invitation"]["sent_to"] == "139****0001"


async def test_nobody_acts_on_their_own_account(desk: Administration) -> None:
    own = next(one for one in await desk.listed("?limit=100") if one["is_self"])
    change = {"role": handler(desk), "seen_role": own["role"]}
    for method, rest, body in (
        ("PATCH", "", change),
        ("POST", "/disable", None),
        ("POST", "/invitation", {}),
    ):
        refused = await desk.call(method, f"/{own['id']}{rest}", json=body)
        assert problem(refused) == (409, "last_administrator"), rest


async def test_administration_is_handed_over_in_one_step(cast: Cast, desk: Administration) -> None:
    person, account = await colleague(cast, desk)
    own = next(one for one in await desk.listed("?limit=100") if one["is_self"])
    body = {"to_account_id": account["id"], "afterwards": "handler"}
    taken = await desk.call("POST", "/hand-over", json=body)
    assert taken.json()["role"] == own["role"]
    assert problem(await desk.call("GET")) == (403, "role_not_allowed")
    heir = Administration(person, desk.path)
    assert (await heir.member(own["id"]))["role"] == handler(desk)
    back = {"to_account_id": own["id"], "afterwards": "handler"}
    assert (await heir.call("POST", "/hand-over", json=back)).status_code == 200
    assert (await desk.call("GET")).status_code == 200
    await person.client.aclose()


async def test_only_an_active_colleague_takes_over(desk: Administration) -> None:
    invited = (await desk.invite(handler(desk)))["account"]["id"]
    own = next(one for one in await desk.listed("?limit=100") if one["is_self"])
    for account_id in (invited, own["id"]):
        body = {"to_account_id": account_id, "afterwards": "disabled"}
        assert problem(await desk.call("POST", "/hand-over", json=body)) == (409, "cannot_take_over")
    if desk.person.realm == "institution":
        body = {"to_account_id": invited, "afterwards": "approver"}
        assert problem(await desk.call("POST", "/hand-over", json=body)) == (422, "invalid_body")


async def test_two_administrators_cannot_demote_each_other(cast: Cast, desk: Administration) -> None:
    person, account = await colleague(cast, desk)
    administrator = f"{desk.person.realm}_administrator"
    own = next(one for one in await desk.listed("?limit=100") if one["is_self"])
    promote = {"role": administrator, "seen_role": handler(desk)}
    demote = {"role": handler(desk), "seen_role": administrator}
    assert (await desk.call("PATCH", f"/{account['id']}", json=promote)).status_code == 200
    heir = Administration(person, desk.path)
    answers = await asyncio.gather(
        desk.call("PATCH", f"/{account['id']}", json=demote), heir.call("PATCH", f"/{own['id']}", json=demote)
    )
    assert sorted(one.status_code for one in answers) == [200, 403]
    left = desk if answers[0].status_code == 200 else heir
    active = [one for one in await left.listed(f"?role={administrator}") if one["status"] == "active"]
    assert len(active) == 1
    if left is heir:
        back = {"to_account_id": own["id"], "afterwards": "handler"}
        assert (await heir.call("POST", "/hand-over", json=back)).status_code == 200
    await person.client.aclose()


@pytest.mark.parametrize("role", OTHER_ROLES)
async def test_other_roles_administer_nobody(cast: Cast, place: PoolInstitution, role: Any) -> None:
    person = await cast.sign_in(login_of(place, role))
    realm = role.partition("_")[0]
    someone = f"/{realm}/staff/{uuid4()}"
    change = {"role": f"{realm}_handler", "seen_role": f"{realm}_handler"}
    calls: list[tuple[str, str, Any]] = [
        ("GET", f"/{realm}/staff", None),
        ("POST", f"/{realm}/staff", new_person(role=f"{realm}_handler")),
        ("PATCH", someone, change),
        ("POST", f"{someone}/disable", None),
        ("POST", f"{someone}/enable", None),
        ("POST", f"{someone}/invitation", {}),
        ("POST", f"/{realm}/staff/hand-over", {"to_account_id": str(uuid4()), "afterwards": "disabled"}),
    ]
    if realm == "authority":
        calls += [
            ("GET", "/authority/offices", None),
            ("GET", f"/authority/institutions/{place.id}/staff", None),
        ]
    for method, path, body in calls:
        answer = await person.call(method, path, json=body)
        assert problem(answer) == (403, "role_not_allowed"), path
    await person.client.aclose()


async def test_accounts_of_another_office_do_not_exist(
    cast: Cast, place: PoolInstitution, desk: Administration
) -> None:
    elsewhere = next(
        one
        for one in read_pool(cast.settings.state_directory).institutions
        if one.authority_handler.login_name != place.authority_handler.login_name
    )
    stranger = await administration(cast, elsewhere, desk.person.realm)
    foreign = next(one for one in await stranger.listed() if not one["is_self"])
    change = {"role": handler(desk), "seen_role": foreign["role"]}
    for method, rest, body in (
        ("PATCH", f"/{foreign['id']}", change),
        ("POST", f"/{foreign['id']}/disable", None),
        ("POST", f"/{foreign['id']}/enable", None),
        ("POST", f"/{foreign['id']}/invitation", {}),
        ("POST", "/hand-over", {"to_account_id": foreign["id"], "afterwards": "disabled"}),
    ):
        assert problem(await desk.call(method, rest, json=body)) == (404, "not_found"), rest
    assert await stranger.member(foreign["id"]) == foreign
    await stranger.person.client.aclose()


async def test_a_doctor_is_no_staff(cast: Cast) -> None:
    _, doctor = await cast.doctor()
    assert problem(await doctor.call("GET", "/institution/staff")) == (403, "forbidden")
    await doctor.client.aclose()
