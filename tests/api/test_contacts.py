"""Changing the phone: who may, what it takes, who is told, and what ends."""

import asyncio
from datetime import timedelta

from registry_api.accounts.phones import normal_phone
from tests.support.own_account import OwnAccount, Owner, faults
from tests.support.problems import problem


async def old_ticket(owner: Owner) -> str:
    """The ticket for the code of the old phone."""
    await owner.prove()
    assert (await owner.call("POST", "/me/phone/changes")).status_code == 204
    answer = await owner.call("POST", "/me/phone/changes/old", code=await owner.code())
    assert answer.status_code == 200, answer.text
    return str(answer.json()["phone_change_ticket"])


async def ask_new(owner: Owner, ticket: str, phone: str) -> str:
    """The code that came to the new phone."""
    answer = await owner.call("POST", "/me/phone/changes/new", phone_change_ticket=ticket, phone=phone)
    assert answer.status_code == 204, answer.text
    return await owner.code(normal_phone(phone))


async def change_phone(owner: Owner, phone: str) -> None:
    ticket = await old_ticket(owner)
    code = await ask_new(owner, ticket, phone)
    done = await owner.call("POST", "/me/phone/changes/completion", phone_change_ticket=ticket, code=code)
    assert done.status_code == 200, done.text


async def test_a_phone_is_changed_with_a_code_from_each(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    elsewhere = await own_account.again(owner)
    await own_account.stranger().call(
        "POST", "/email-verifications", json={"token": await owner.mail_token("old.box@example.cn")}
    )
    new = own_account.free_phone()
    await change_phone(owner, f"+86 {new[:3]}-{new[3:]}")
    me = await owner.person.get("/me")
    assert me["account"]["phone_masked"] == f"{new[:3]}****{new[7:]}"
    row = await owner.row()
    assert row["phone_verified_at"] == row["phone_changed_at"] == own_account.clock.now()
    assert (await owner.told())[0] == "phone_changed"
    assert (await owner.told("old.box@example.cn"))[0] == "phone_changed"
    assert "phone_changed" not in await owner.told(new)
    assert (await elsewhere.call("GET", "/me")).status_code == 200
    sealed = await own_account.superuser.fetchval(
        "SELECT phone_sealed FROM practitioner WHERE id = $1", row["practitioner_id"]
    )
    system = own_account.cast.app.state.system
    assert system.sealer.open_text(sealed, "practitioner.phone", row["practitioner_id"]) == new
    assert await owner.events("phone.changed") == ["done"]


async def test_a_phone_change_needs_a_fresh_proof(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    own_account.clock.advance(timedelta(minutes=11))
    for path, body in (
        ("/me/phone/changes", {}),
        ("/me/phone/changes/old", {"code": "000000"}),
    ):
        assert problem(await owner.call("POST", path, **body)) == (403, "step_up_required")


async def test_no_second_change_within_a_day(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    await change_phone(owner, own_account.free_phone())
    await own_account.superuser.execute(
        "UPDATE account_session SET idle_seconds = 200000, expires_at = expires_at + interval '3 days'"
        " WHERE account_id = $1",
        owner.account_id,
    )
    own_account.clock.advance(timedelta(hours=24) - timedelta(seconds=5))
    await owner.prove()
    refused = await owner.call("POST", "/me/phone/changes")
    assert problem(refused) == (409, "phone_changed_recently")
    assert refused.headers["retry-after"] == "5"
    own_account.clock.advance(timedelta(seconds=5))
    await owner.prove()
    assert (await owner.call("POST", "/me/phone/changes")).status_code == 204


async def test_a_number_of_another_account_is_refused_after_its_code_only(own_account: OwnAccount) -> None:
    owner, other = await own_account.owner(), await own_account.owner()
    ticket = await old_ticket(owner)
    code = await ask_new(owner, ticket, other.phone)
    done = await owner.call("POST", "/me/phone/changes/completion", phone_change_ticket=ticket, code=code)
    assert problem(done) == (409, "phone_taken")
    assert (await owner.row())["phone_changed_at"] is None


async def test_what_is_no_new_number_is_refused(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    ticket = await old_ticket(owner)
    for phone, code in (("12345", "wrong_phone"), (owner.phone, "same_phone")):
        answer = await owner.call("POST", "/me/phone/changes/new", phone_change_ticket=ticket, phone=phone)
        assert faults(answer) == [("/phone", code)]


async def test_a_ticket_is_good_for_ten_minutes_one_change_and_one_account(own_account: OwnAccount) -> None:
    owner, other = await own_account.owner(), await own_account.owner()
    ticket = await old_ticket(owner)
    stolen = await other.call(
        "POST", "/me/phone/changes/new", phone_change_ticket=ticket, phone=own_account.free_phone()
    )
    assert problem(stolen) == (410, "ticket_gone")
    own_account.clock.advance(timedelta(minutes=10))
    late = await owner.call(
        "POST", "/me/phone/changes/new", phone_change_ticket=ticket, phone=own_account.free_phone()
    )
    assert problem(late) == (410, "ticket_gone")


async def test_completions_at_once_change_the_phone_once(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    ticket = await old_ticket(owner)
    code = await ask_new(owner, ticket, own_account.free_phone())
    answers = await asyncio.gather(
        *(
            owner.call("POST", "/me/phone/changes/completion", phone_change_ticket=ticket, code=code)
            for _ in range(12)
        )
    )
    assert sorted(answer.status_code for answer in answers)[:2] == [200, 410]
    assert (await owner.told()).count("phone_changed") == 1


async def test_a_wrong_code_leaves_the_ticket_good(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    ticket = await old_ticket(owner)
    code = await ask_new(owner, ticket, own_account.free_phone())
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    path = "/me/phone/changes/completion"
    refused = await owner.call("POST", path, phone_change_ticket=ticket, code=wrong)
    assert faults(refused) == [("/code", "wrong_code")]
    assert (await owner.call("POST", path, phone_change_ticket=ticket, code=code)).status_code == 200
