"""Identity disputes, corrections and lost phones, over HTTP: what a decision does."""

from datetime import timedelta

from tests.support.identity_desk import REASON, IdentityDesk
from tests.support.inbox import messages_to
from tests.support.newcomers import PASSWORD, Newcomer, newcomer
from tests.support.own_account import NEW_PASSWORD, OwnAccount
from tests.support.people import Chain
from tests.support.problems import problem


async def impostor(door: OwnAccount) -> tuple[Newcomer, Newcomer]:
    """An account on somebody's number under that person's name, and the person."""
    false = await newcomer(door)
    await false.register()
    await false.sign_in()
    await false.verify_phone()
    return false, Newcomer(door, false.person, door.stranger(), false.login_name + "r")


async def told(door: OwnAccount, phone: str) -> list[str]:
    return [one["template"] for one in await messages_to(door.cast, phone)]


async def test_the_owner_of_a_number_gets_it_back(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    false, owner = await impostor(own_account)
    phone = own_account.free_phone()
    opened = await identity_desk.dispute(
        name=owner.person.name, id_number=owner.person.id_number, phone=phone, email="owner@example.cn"
    )
    assert (await identity_desk.status(opened))["status"] == "open"
    assert (await false.call("GET", "/me")).status_code == 200
    case = await identity_desk.find(opened)
    assert case["available_actions"] == ["start", "uphold", "reject"]
    assert (case["account_found"], case["name_matches"], case["evidence_count"]) == (True, True, 1)
    assert owner.person.id_number not in str(case)
    started = await identity_desk.decide(case, "start", reason="")
    assert started.json()["available_actions"] == ["uphold", "reject"]
    assert (await false.call("GET", "/me")).status_code == 401
    assert "identity_account_frozen" in await told(own_account, false.person.phone)
    assert (await identity_desk.status(opened))["status_title"] == "核实中"
    upheld = await identity_desk.decide(case, "uphold")
    assert (upheld.status_code, upheld.json()["status"]) == (200, "upheld")
    status = await identity_desk.status(opened)
    assert (status["status"], status["reason"]) == ("upheld", REASON)
    assert "重新注册" in status["next"]
    assert await told(own_account, phone) == ["identity_case_decided"]
    assert await told(own_account, "owner@example.cn") == ["identity_case_decided"]
    assert "identity_account_closed" in await told(own_account, false.person.phone)
    await own_account.superuser.execute("DELETE FROM attempt_counter")
    await owner.register(phone=phone)
    assert problem(await identity_desk.decide(case, "reject")) == (409, "identity_case_closed")


async def test_a_dispute_that_is_rejected_opens_the_account_again(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    holder, _ = await impostor(own_account)
    opened = await identity_desk.dispute(
        name="冒名者", id_number=holder.person.id_number, phone=own_account.free_phone()
    )
    case = await identity_desk.find(opened)
    assert case["name_matches"] is False
    await identity_desk.decide(case, "start")
    refused = await holder.call(
        "POST", "/sessions", realm="doctor", login_name=holder.login_name, password=PASSWORD
    )
    assert refused.status_code == 401
    rejected = await identity_desk.decide(case, "reject")
    assert rejected.json()["status"] == "rejected"
    row = await own_account.superuser.fetchrow(
        "SELECT status FROM account WHERE login_name = $1", holder.login_name
    )
    assert row["status"] == "active"
    assert (await told(own_account, holder.person.phone))[0] == "identity_account_released"


async def test_a_correction_puts_name_and_number_right(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    somebody = await newcomer(own_account)
    await somebody.register(name="写错名")
    await somebody.sign_in()
    found = await somebody.call("POST", "/me/identity-verification")
    assert found.json()["outcome"] == "name_differs"
    opened = await identity_desk.dispute(
        "correction",
        name=somebody.person.name,
        id_number=somebody.person.id_number,
        phone=somebody.person.phone,
    )
    assert (await identity_desk.decide(await identity_desk.find(opened), "uphold")).status_code == 200
    found = await somebody.call("POST", "/me/identity-verification")
    assert found.json()["outcome"] == "matched"


async def test_a_wrong_number_is_corrected_by_the_login_name(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    somebody = await newcomer(own_account)
    other = await newcomer(own_account, in_register=False)
    mistaken = Newcomer(own_account, other.person, own_account.stranger(), other.login_name)
    await mistaken.register(name=somebody.person.name)
    await mistaken.sign_in()
    opened = await identity_desk.dispute(
        "correction",
        name=somebody.person.name,
        id_number=somebody.person.id_number,
        phone=somebody.person.phone,
        login_name=mistaken.login_name,
    )
    assert (await identity_desk.decide(await identity_desk.find(opened), "uphold")).status_code == 200
    found = await mistaken.call("POST", "/me/identity-verification")
    assert found.json()["outcome"] == "matched"


async def test_a_lost_phone_is_replaced_and_the_old_one_hears_of_it(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    owner = await own_account.owner()
    new = own_account.free_phone()
    opened = await identity_desk.lost_phone(owner, new)
    assert (await owner.told())[0] == "phone_replacement_requested"
    case = await identity_desk.find(opened)
    assert case["kind"] == "phone_replacement"
    assert (await identity_desk.decide(case, "uphold")).status_code == 200
    assert (await owner.told())[0] == "phone_replaced"
    assert await owner.told(new) == ["identity_case_decided"]
    assert (await owner.call("GET", "/me")).status_code == 401
    row = await owner.row()
    assert row["phone_verified_at"] is None
    assert row["status"] == "active"


async def test_the_main_institution_replaces_the_phone_of_its_own_doctor(
    chain: Chain, own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    await chain.advance("approved")
    me = await chain.doctor.get("/me")
    row = await own_account.superuser.fetchrow(
        "SELECT * FROM account WHERE login_name = $1", me["account"]["login_name"]
    )
    opened_text = own_account.cast.app.state.system.sealer.open_text
    owner = await own_account.owner()
    owner.name = row["name"]
    owner.id_number = opened_text(row["id_number_sealed"], "account.id_number", row["id"])
    opened = await identity_desk.lost_phone(owner, own_account.free_phone())
    handler_view = await chain.institution.get("/institution/identity-cases?limit=100")
    assert opened.json()["number"] in {item["number"] for item in handler_view["items"]}
    case = await identity_desk.find(opened, chain.institution)
    assert problem(await identity_desk.decide(case, "uphold", chain.institution)) == (403, "role_not_allowed")
    await own_account.superuser.execute(
        "UPDATE account SET role = 'institution_administrator' WHERE login_name = $1",
        chain.place.handler.login_name,
    )
    try:
        assert (await identity_desk.decide(case, "uphold", chain.institution)).status_code == 200
    finally:
        await own_account.superuser.execute(
            "UPDATE account SET role = 'institution_handler' WHERE login_name = $1",
            chain.place.handler.login_name,
        )
    assert (await chain.doctor.call("GET", "/me")).status_code == 401
    status = await identity_desk.status(opened)
    assert chain.place.name not in str(status)


async def test_a_case_is_followed_long_after(own_account: OwnAccount, identity_desk: IdentityDesk) -> None:
    somebody = await newcomer(own_account, in_register=False)
    opened = await identity_desk.dispute(
        name=somebody.person.name, id_number=somebody.person.id_number, phone=own_account.free_phone()
    )
    own_account.clock.set(own_account.clock.now() + timedelta(days=90))
    assert (await identity_desk.status(opened))["status"] == "open"


async def test_who_lost_phone_and_password_gets_in_by_the_new_phone(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    owner = await own_account.owner()
    new = own_account.free_phone()
    opened = await identity_desk.lost_phone(owner, new)
    await identity_desk.decide(await identity_desk.find(opened), "uphold")
    stranger = own_account.stranger()
    proof = {"human_proof": await own_account.proof("password_reset")}
    start = {"login_name_or_phone": owner.login.login_name, **proof}
    started = await stranger.call("POST", "/password-resets", json=start)
    sent = (await messages_to(own_account.cast, new))[0]
    completion = {
        "reset_reference": started.json()["reset_reference"],
        "code": sent["values"]["code"],
        "id_number_tail": owner.id_number,
        "new_password": NEW_PASSWORD,
        "new_password_confirmation": NEW_PASSWORD,
    }
    done = await stranger.call("POST", "/password-resets/completion", json=completion)
    assert done.status_code == 204, done.text
    session = {"realm": "doctor", "login_name": owner.login.login_name, "password": NEW_PASSWORD}
    asked = await stranger.call("POST", "/sessions", json=session)
    assert (asked.json()["code"], asked.json()["methods"]) == ("second_factor_required", ["sms"])
    assert asked.json()["phone_masked"] == f"{new[:3]}****{new[-4:]}"
    assert (await owner.row())["phone_verified_at"] is not None


async def test_a_token_is_found_however_it_was_copied(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    opened = await identity_desk.dispute(
        name=somebody.person.name, id_number=somebody.person.id_number, phone=own_account.free_phone()
    )
    right = opened.json()
    assert set(right["token"]).isdisjoint("01OIL")
    for typed in (
        right["token"].lower(),
        right["token"].replace("-", " "),
        right["token"].replace("-", "－"),
    ):
        answer = await own_account.stranger().call(
            "POST", "/identity-disputes/lookups", json={"number": right["number"], "token": typed}
        )
        assert answer.status_code == 200, typed
