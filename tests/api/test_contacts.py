"""Changing password, phone and e-mail: who may, what it takes, who is told, and what ends."""

import asyncio
from datetime import timedelta

import pytest

from registry_api.accounts.phones import normal_phone
from registry_api.contacts.email import LINK_LIFE, normal_email
from tests.support.inbox import last_message
from tests.support.own_account import NEW_PASSWORD, OwnAccount, Owner
from tests.support.problems import problem


def faults(answer: object) -> list[tuple[str, str]]:
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]  # type: ignore[attr-defined]


def passwords(old: str, new: str, again: str | None = None) -> dict[str, str]:
    return {"old_password": old, "new_password": new, "new_password_confirmation": again or new}


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


async def mail_token(owner: Owner, address: str) -> str:
    """The token of the link that came to the address."""
    await owner.prove()
    proof = await owner.desk.proof("email_verification")
    answer = await owner.call(
        "POST", "/me/email/verifications", email=address, email_confirmation=address, human_proof=proof
    )
    assert answer.status_code == 202, answer.text
    link = str((await last_message(owner.desk.cast, address))["values"]["link"])
    begin = f"{owner.desk.cast.settings.origin}/doctor/email#"
    assert link.startswith(begin)
    return link.removeprefix(begin)


# Password


async def test_a_changed_password_ends_the_other_sessions_and_is_told(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    elsewhere = await own_account.again(owner)
    answer = await owner.call("PUT", "/me/password", **passwords(owner.login.password, NEW_PASSWORD))
    assert answer.status_code == 204, answer.text
    assert (await owner.call("GET", "/me")).status_code == 200
    assert (await elsewhere.call("GET", "/me")).status_code == 401
    assert not await owner.signs_in(owner.login.password)
    assert await owner.signs_in(NEW_PASSWORD)
    assert (await owner.told())[0] == "password_changed"
    assert await owner.events("password.changed") == ["done"]


async def test_a_wrong_old_password_changes_nothing_and_is_recorded(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    answer = await owner.call("PUT", "/me/password", **passwords("Falsch2026", NEW_PASSWORD))
    assert problem(answer) == (422, "invalid_body")
    assert faults(answer) == [("/old_password", "wrong_password")]
    assert await owner.events("password.refused") == ["refused"]
    assert await owner.signs_in(owner.login.password)


async def test_of_a_burst_of_guesses_ten_are_looked_at(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    guesses = [owner.call("PUT", "/me/password", **passwords("Falsch2026", NEW_PASSWORD)) for _ in range(25)]
    answers = await asyncio.gather(*guesses)
    assert sorted({answer.status_code for answer in answers}) == [422, 429]
    assert len([answer for answer in answers if answer.status_code == 422]) == 10
    right = await owner.call("PUT", "/me/password", **passwords(owner.login.password, NEW_PASSWORD))
    assert problem(right) == (429, "too_many_requests")


async def test_a_new_password_obeys_the_rules(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    old = owner.login.password
    for new, code in (
        ("Ab1", "too_short"),
        ("Abcdefghij1234567", "too_long"),
        ("abcdefgh", "no_digit"),
        ("password1", "common"),
        (f"a{owner.tail}", "personal"),
        (f"x{owner.phone[-8:]}", "personal"),
        (old, "same_as_old"),
    ):
        answer = await owner.call("PUT", "/me/password", **passwords(old, new))
        assert ("/new_password", code) in faults(answer), new
    answer = await owner.call("PUT", "/me/password", **passwords(old, NEW_PASSWORD, "Another2027"))
    assert faults(answer) == [("/new_password_confirmation", "not_the_same")]
    assert await owner.signs_in(old)


# Phone


async def test_a_phone_is_changed_with_a_code_from_each(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    elsewhere = await own_account.again(owner)
    await own_account.stranger().call(
        "POST", "/email-verifications", json={"token": await mail_token(owner, "old.box@example.cn")}
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


# E-mail


async def test_a_link_shows_before_it_verifies_and_works_once(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    token = await mail_token(owner, "wang.doctor@example.cn")
    reader = own_account.stranger()
    for _ in range(2):
        shown = await reader.call("POST", "/email-verifications/lookups", json={"token": token})
        assert shown.json()["email_masked"] == "w***@example.cn"
    assert (await owner.row())["email_verified_at"] is None
    done = await reader.call("POST", "/email-verifications", json={"token": token})
    assert (done.status_code, done.json()) == (200, {"email_masked": "w***@example.cn"})
    assert not reader.client.cookies
    assert (await owner.person.get("/me"))["account"]["email_masked"] == "w***@example.cn"
    for path in ("/email-verifications", "/email-verifications/lookups"):
        assert problem(await reader.call("POST", path, json={"token": token})) == (410, "ticket_gone")
    assert await owner.events("email.verified") == ["done"]


async def test_the_old_address_hears_of_the_new_one(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    reader = own_account.stranger()
    for address in ("first@example.cn", "second@example.cn"):
        token = await mail_token(owner, address)
        assert (await reader.call("POST", "/email-verifications", json={"token": token})).status_code == 200
    assert (await owner.told("first@example.cn"))[0] == "email_changed"
    assert await owner.told("second@example.cn") == ["email_verification"]


async def test_a_newer_link_voids_the_older_and_a_link_ends_after_a_day(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    reader = own_account.stranger()
    older = await mail_token(owner, "older@example.cn")
    newer = await mail_token(owner, "newer@example.cn")
    assert problem(await reader.call("POST", "/email-verifications", json={"token": older})) == (
        410,
        "ticket_gone",
    )
    own_account.clock.advance(LINK_LIFE)
    assert problem(await reader.call("POST", "/email-verifications", json={"token": newer})) == (
        410,
        "ticket_gone",
    )


async def test_a_link_of_a_disabled_account_is_gone(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    token = await mail_token(owner, "gone@example.cn")
    await own_account.superuser.execute(
        "UPDATE account SET status = 'frozen' WHERE id = $1", owner.account_id
    )
    answer = await own_account.stranger().call("POST", "/email-verifications", json={"token": token})
    assert problem(answer) == (410, "ticket_gone")


async def test_an_address_is_asked_for_twice_by_a_person(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    await owner.prove()
    path, address = "/me/email/verifications", "a@example.cn"
    for first, second, fault in (
        ("no address", "no address", ("/email", "wrong_email")),
        (address, "b@example.cn", ("/email_confirmation", "not_the_same")),
    ):
        answer = await owner.call("POST", path, email=first, email_confirmation=second)
        assert faults(answer) == [fault]
    bare = await owner.call("POST", path, email=address, email_confirmation=address)
    assert problem(bare) == (403, "human_proof_required")
    own_account.clock.advance(timedelta(minutes=11))
    late = await owner.call("POST", path, email=address, email_confirmation=address)
    assert problem(late) == (403, "step_up_required")
    assert await owner.told(address) == []


async def test_a_mailbox_gets_five_links_a_day(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    for _ in range(5):
        await mail_token(owner, "flooded@example.cn")
    proof = await own_account.proof("email_verification")
    answer = await owner.call(
        "POST",
        "/me/email/verifications",
        email="Flooded@Example.CN",
        email_confirmation="flooded@example.cn",
        human_proof=proof,
    )
    assert problem(answer) == (429, "too_many_requests")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Li.Ming@Example.CN ", "Li.Ming@example.cn"),
        ("ｌｉ＠example.cn", "li@example.cn"),
        ("a@b", None),
        ("a b@example.cn", None),
        ("a@example.cn\nBcc: b@example.cn", None),
        ('"a b"@example.cn', None),
        ("a@[127.0.0.1]", None),
        (f"{'a' * 65}@example.cn", None),
        ("..a@example.cn", None),
    ],
)
def test_an_address_has_one_form(typed: str, stored: str | None) -> None:
    assert normal_email(typed) == stored
