"""From the first sign-in to the activated account, over HTTP."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from registry_api.demo.fresh import add_newcomer, enter_doctor
from registry_api.demo.lives import DemoDoctor
from registry_api.worker import answer_watches
from tests.support.inbox import messages_to
from tests.support.newcomers import Newcomer, newcomer
from tests.support.own_account import OwnAccount
from tests.support.problems import codes_at, problem


async def signed_in(door: OwnAccount, *, in_register: bool = True, name: str | None = None) -> Newcomer:
    somebody = await newcomer(door, in_register=in_register)
    await somebody.register(**({"name": name} if name else {}))
    await somebody.sign_in()
    return somebody


async def outcome(somebody: Newcomer) -> dict[str, Any]:
    answer = await somebody.call("POST", "/me/identity-verification")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def activate(somebody: Newcomer, code: str) -> Any:
    return await somebody.call("POST", "/me/activation", qualification_code=code)


async def test_a_newcomer_goes_all_the_way(own_account: OwnAccount) -> None:
    somebody = await signed_in(own_account)
    closed = await somebody.call("GET", "/doctor/application-options")
    assert problem(closed) == (403, "not_activated")
    assert (await outcome(somebody))["outcome"] == "matched"
    assert (await outcome(somebody))["outcome"] == "matched"
    me = await somebody.verify_phone()
    assert (me["next_step"], me["account"]["phone_verified"]) == ("activate", True)
    done = await activate(somebody, f" {somebody.person.certificate_number.lower()} ")
    assert done.status_code == 200, done.text
    assert done.json()["next_step"] is None
    assert done.json()["certificate_number_masked"]
    again = await activate(somebody, somebody.person.certificate_number)
    assert problem(again) == (409, "already_activated")
    options = await somebody.call("GET", "/doctor/application-options")
    assert options.status_code == 200
    actions = await own_account.superuser.fetch(
        "SELECT action FROM audit_event WHERE account_id = $1 ORDER BY id", done.json()["account"]["id"]
    )
    wanted = ["account.registered", "identity.verified", "phone.verified", "account.activated"]
    assert [row["action"] for row in actions if row["action"] in wanted] == wanted


async def test_the_register_shows_the_phone_that_was_verified(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account)
    phone = own_account.free_phone()
    await somebody.register(phone=phone)
    await somebody.sign_in()
    await somebody.call("POST", "/me/phone/codes")
    code = (await messages_to(own_account.cast, phone))[0]["values"]["code"]
    assert (await somebody.call("POST", "/me/phone/verification", code=code)).status_code == 200
    await outcome(somebody)
    sealed = await own_account.superuser.fetchval(
        "SELECT phone_sealed FROM practitioner WHERE id = $1", somebody.person.id
    )
    opened = own_account.cast.app.state.system.sealer.open_text
    assert opened(sealed, "practitioner.phone", somebody.person.id) == phone


async def test_who_is_not_in_the_register_is_told_what_to_do(own_account: OwnAccount) -> None:
    somebody = await signed_in(own_account, in_register=False)
    found = await outcome(somebody)
    assert (found["outcome"], found["contact"]) == ("not_found", None)
    assert "收录后通知我" in found["message"]
    assert (await somebody.browser.get("/me"))["next_step"] == "verify_identity"


async def test_another_name_is_told_with_the_office_to_ask(own_account: OwnAccount) -> None:
    somebody = await signed_in(own_account, name="另一名字")
    found = await outcome(somebody)
    assert found["outcome"] == "name_differs"
    assert found["contact"]["name"]
    assert found["contact"]["phone"]
    assert somebody.person.name not in str(found)


async def test_a_rare_character_that_the_register_could_not_hold_is_no_difference(
    own_account: OwnAccount,
) -> None:
    somebody = await newcomer(own_account)
    await own_account.superuser.execute(
        "UPDATE practitioner SET name = '王?' WHERE id = $1", somebody.person.id
    )
    await somebody.register(name="王𬱖")
    await somebody.sign_in()
    assert (await outcome(somebody))["outcome"] == "matched"


async def test_an_entry_that_another_account_has_is_not_given_twice(own_account: OwnAccount) -> None:
    somebody = await signed_in(own_account)
    other = await own_account.owner()
    await own_account.superuser.execute(
        "UPDATE account SET practitioner_id = $1 WHERE id = $2", somebody.person.id, other.account_id
    )
    found = await outcome(somebody)
    assert (found["outcome"], found["contact"] is None) == ("taken", False)
    assert "身份异议" in found["message"]


async def test_five_hundred_sends_at_once_make_one_message(own_account: OwnAccount) -> None:
    somebody = await signed_in(own_account)
    sent = await asyncio.gather(*(somebody.call("POST", "/me/phone/codes") for _ in range(500)))
    counted = Counter(answer.status_code for answer in sent)
    # On a busy machine some wait for a connection in vain: then nothing is sent for them either.
    assert counted[204] == 1
    assert counted.keys() <= {204, 429, 503}
    assert len(await messages_to(own_account.cast, somebody.person.phone)) == 1


async def test_of_two_hundred_guesses_at_once_five_are_looked_at(own_account: OwnAccount) -> None:
    somebody = await signed_in(own_account)
    await somebody.call("POST", "/me/phone/codes")
    right = await somebody.code()
    guesses = [f"{(int(right) + n) % 1_000_000:06d}" for n in range(1, 201)]
    answers = await asyncio.gather(
        *(somebody.call("POST", "/me/phone/verification", code=one) for one in guesses)
    )
    assert Counter(answer.status_code for answer in answers) == {422: 5, 429: 195}
    late = await somebody.call("POST", "/me/phone/verification", code=right)
    assert late.status_code == 429


async def test_a_code_counts_once_and_for_five_minutes(own_account: OwnAccount) -> None:
    somebody = await signed_in(own_account)
    await somebody.call("POST", "/me/phone/codes")
    old = await somebody.code()
    own_account.clock.set(own_account.clock.now() + timedelta(minutes=5, seconds=1))
    ended = await somebody.call("POST", "/me/phone/verification", code=old)
    assert codes_at(ended, "/code") == ["code_ended"]
    await somebody.call("POST", "/me/phone/codes")
    code = await somebody.code()
    answers = await asyncio.gather(
        *(somebody.call("POST", "/me/phone/verification", code=code) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422, 422, 422]
    assert problem(await somebody.call("POST", "/me/phone/codes")) == (409, "phone_already_verified")


async def test_who_mistyped_the_phone_gives_another_before_any_is_verified(own_account: OwnAccount) -> None:
    somebody = await signed_in(own_account)
    other = own_account.free_phone()
    assert codes_at(await somebody.call("POST", "/me/phone/codes", phone="12"), "/phone") == ["wrong_phone"]
    assert (await somebody.call("POST", "/me/phone/codes", phone=other)).status_code == 204
    code = (await messages_to(own_account.cast, other))[0]["values"]["code"]
    me = (await somebody.call("POST", "/me/phone/verification", code=code)).json()
    assert me["account"]["phone_masked"].endswith(other[-4:])


async def test_a_phone_that_a_desk_entered_is_not_exchanged_by_who_has_the_password(
    own_account: OwnAccount,
) -> None:
    somebody = await signed_in(own_account)
    await own_account.superuser.execute(
        "UPDATE account SET phone_changed_at = now() WHERE login_name = $1", somebody.login_name
    )
    refused = await somebody.call("POST", "/me/phone/codes", phone=own_account.free_phone())
    assert codes_at(refused, "/phone") == ["phone_fixed"]


async def test_one_number_belongs_to_one_account(own_account: OwnAccount) -> None:
    other = await own_account.owner()
    somebody = await newcomer(own_account)
    await somebody.register(phone=other.phone)
    await somebody.sign_in()
    await somebody.call("POST", "/me/phone/codes")
    refused = await somebody.call("POST", "/me/phone/verification", code=await other.code())
    assert problem(refused) == (409, "phone_taken")
    assert "改用另一个号码" in refused.json()["detail"]


async def test_activation_comes_after_identity_and_phone(own_account: OwnAccount) -> None:
    somebody = await signed_in(own_account)
    code = somebody.person.certificate_number
    assert problem(await activate(somebody, code)) == (409, "identity_not_verified")
    await outcome(somebody)
    assert problem(await activate(somebody, code)) == (409, "phone_not_verified")
    await somebody.verify_phone()
    assert (await activate(somebody, code)).status_code == 200


async def test_each_certificate_that_cannot_activate_says_why(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account)
    await somebody.verify()
    stranger = await add_newcomer(own_account.cast.settings)
    missing = await activate(somebody, "NO-SUCH-NUMBER")
    assert problem(missing) == (422, "certificate_not_found")
    assert "收录后通知我" in missing.json()["detail"]
    assert problem(await activate(somebody, stranger.certificate_number)) == (409, "certificate_not_yours")
    await own_account.superuser.execute(
        "UPDATE qualification SET status = 'revoked' WHERE practitioner_id = $1", somebody.person.id
    )
    assert problem(await activate(somebody, somebody.person.certificate_number)) == (
        409,
        "certificate_revoked",
    )


async def test_five_certificates_a_day_are_tried_in_parallel_too(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account)
    await somebody.verify()
    answers = await asyncio.gather(*(activate(somebody, f"WRONG{n}") for n in range(40)))
    assert Counter(answer.status_code for answer in answers) == {422: 5, 429: 35}
    assert (await activate(somebody, somebody.person.certificate_number)).status_code == 429
    await own_account.superuser.execute("DELETE FROM attempt_counter WHERE key LIKE 'activation/%'")
    assert (await activate(somebody, somebody.person.certificate_number)).status_code == 200


async def test_who_waits_for_a_certificate_is_told_once_when_it_arrives(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account, in_register=False)
    await somebody.register()
    await somebody.sign_in()
    await somebody.verify_phone()
    number = somebody.person.certificate_number
    added = await somebody.call("POST", "/me/qualification-watches", qualification_code=number)
    again = await somebody.call("POST", "/me/qualification-watches", qualification_code=number.lower())
    assert (added.status_code, again.status_code) == (201, 201)
    assert added.json()["id"] == again.json()["id"]
    assert number not in added.text
    worker = own_account.cast.app.state.worker_system
    await answer_watches(worker)
    assert (await told(somebody)) == 0
    await enter_doctor(
        own_account.cast.settings,
        DemoDoctor(somebody.person, "fresh", has_account=False, facts=[], cases=[], registration=None),
    )
    await asyncio.gather(*(answer_watches(worker) for _ in range(4)))
    await answer_watches(worker)
    assert (await told(somebody)) == 1
    [watch] = (await somebody.browser.get("/me/qualification-watches"))["items"]
    assert watch["told_at"] is not None
    [notice] = (await somebody.browser.get("/me/notices"))["items"]
    assert (notice["kind"], notice["application_id"]) == ("qualification_arrived", None)
    assert (await outcome(somebody))["outcome"] == "matched"
    assert (await activate(somebody, number)).status_code == 200
    assert (await somebody.browser.get("/me/qualification-watches"))["items"] == []


async def told(somebody: Newcomer) -> int:
    found = await messages_to(somebody.door.cast, somebody.person.phone)
    return sum(one["template"] == "qualification_arrived" for one in found)


async def test_a_watch_does_not_tell_which_numbers_of_others_there_are(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account)
    await somebody.verify()
    stranger = await add_newcomer(own_account.cast.settings)
    await somebody.call("POST", "/me/qualification-watches", qualification_code=stranger.certificate_number)
    await answer_watches(own_account.cast.app.state.worker_system)
    assert await told(somebody) == 0


async def test_watches_are_few_and_ones_own(own_account: OwnAccount) -> None:
    somebody = await signed_in(own_account)
    for n in range(10):
        added = await somebody.call("POST", "/me/qualification-watches", qualification_code=f"N{n}")
        assert added.status_code == 201
    more = await somebody.call("POST", "/me/qualification-watches", qualification_code="N11")
    assert problem(more) == (409, "too_many_watches")
    other = await signed_in(own_account)
    path = f"/me/qualification-watches/{added.json()['id']}"
    assert problem(await other.call("DELETE", path)) == (404, "not_found")
    assert (await somebody.call("DELETE", path)).status_code == 204
    assert len((await somebody.browser.get("/me/qualification-watches"))["items"]) == 9


@pytest.mark.parametrize("path", ["/me/identity-verification", "/me/phone/codes", "/me/activation"])
async def test_only_a_doctor_activates(own_account: OwnAccount, path: str) -> None:
    anonymous = own_account.stranger()
    assert (await anonymous.call("POST", path, json={})).status_code == 401
    place = own_account.cast.institutions("370000") or own_account.cast.institutions("110000")
    handler = await own_account.cast.sign_in(place[0].handler)
    assert (await handler.call("POST", path, json={})).status_code == 403
