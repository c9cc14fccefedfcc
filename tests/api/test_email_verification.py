"""Verifying and changing the e-mail address: a link that shows before it verifies, once, for one account."""

from datetime import timedelta

import pytest

from registry_api.contacts.email import LINK_LIFE, normal_email
from tests.support.own_account import OwnAccount, faults
from tests.support.problems import problem


async def test_a_link_shows_before_it_verifies_and_works_once(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    token = await owner.mail_token("wang.doctor@example.cn")
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
        token = await owner.mail_token(address)
        assert (await reader.call("POST", "/email-verifications", json={"token": token})).status_code == 200
    assert (await owner.told("first@example.cn"))[0] == "email_changed"
    assert await owner.told("second@example.cn") == ["email_verification"]


async def test_a_newer_link_voids_the_older_and_a_link_ends_after_a_day(own_account: OwnAccount) -> None:
    owner = await own_account.owner()
    reader = own_account.stranger()
    older = await owner.mail_token("older@example.cn")
    newer = await owner.mail_token("newer@example.cn")
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
    token = await owner.mail_token("gone@example.cn")
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
        await owner.mail_token("flooded@example.cn")
    proof = await own_account.proof("email_verification")
    answer = await owner.call(
        "POST",
        "/me/email/verifications",
        email="Flooded@Example.CN",
        email_confirmation="Flooded@example.cn",
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
