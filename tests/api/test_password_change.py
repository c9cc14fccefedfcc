"""Changing the password: who may, what it takes, who is told, and what ends."""

import asyncio

from tests.support.own_account import NEW_PASSWORD, OwnAccount, faults
from tests.support.problems import problem


def passwords(old: str, new: str, again: str | None = None) -> dict[str, str]:
    return {"old_password": old, "new_password": new, "new_password_confirmation": again or new}


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
