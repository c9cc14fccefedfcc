"""账户注册 over HTTP: who gets an account, and what a stranger learns."""

import asyncio
import statistics
import time
from datetime import timedelta

import pytest

from registry_api.practitioners.identity import id_number_check_digit
from tests.support.inbox import messages_to
from tests.support.newcomers import PASSWORD, Newcomer, newcomer
from tests.support.own_account import OwnAccount
from tests.support.problems import codes_at

CHILD = "11010520200101001" + id_number_check_digit("11010520200101001")


async def test_a_newcomer_gets_an_account_and_signs_in(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account)
    started = await somebody.start()
    assert started.status_code == 201
    made = await somebody.complete(started.json()["registration_ticket"], email="Mei.Li@Example.CN")
    assert made.status_code == 201, made.text
    assert made.json()["login_name"] == somebody.login_name
    assert len(made.json()["wechat_binding_ticket"]) > 40
    me = await somebody.sign_in()
    assert me["next_step"] == "verify_identity"
    assert me["account"]["name"] == somebody.person.name
    assert not me["account"]["phone_verified"]
    assert me["account"]["email_masked"] == "M***@example.cn"
    row = await own_account.superuser.fetchrow("SELECT * FROM account WHERE id = $1", me["account"]["id"])
    assert row["privacy_policy_version"]
    assert row["privacy_agreed_at"] is not None
    assert not await messages_to(own_account.cast, somebody.person.phone)


async def test_the_privacy_policy_is_there_in_both_languages(own_account: OwnAccount) -> None:
    reader = own_account.stranger()
    chinese = await reader.get("/privacy-policy")
    english = await reader.get("/privacy-policy", headers={"Accept-Language": "en"})
    assert "个人信息保护法" in chinese["text"]
    assert chinese["version"] == english["version"]
    assert chinese["version"] in chinese["text"]
    assert chinese["version"] in english["text"]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"id_number": "110105194912310021"}, "/id_number", "wrong_check_digit"),
        ({"id_number": "110105194912"}, "/id_number", "wrong_length"),
        ({"id_number": CHILD}, "/id_number", "under_age"),
        ({"privacy_policy_version": "2001-01-01"}, "/privacy_policy_version", "outdated_policy"),
        ({"name": "   "}, "/name", "missing"),
        ({"name": "王\x00明"}, "/name", "string_pattern_mismatch"),
        ({"role": "authority_approver"}, "/role", "extra_forbidden"),
    ],
)
async def test_the_first_page_says_what_is_wrong(
    own_account: OwnAccount, changes: dict[str, str], pointer: str, code: str
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    answer = await somebody.start(**changes)
    assert answer.status_code == 422
    assert codes_at(answer, pointer) == [code]


async def test_numbers_of_permits_and_of_abolished_counties_are_accepted(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account, in_register=False)
    for number in ("810000199408230021", "11010519491231002X", "１１０１０５１９４９１２３１００２ｘ"):
        answer = await somebody.start(id_number=number)
        assert answer.status_code == 201, answer.text


async def test_nobody_gets_a_ticket_without_a_human_proof(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account, in_register=False)
    refused = await somebody.start(human_proof=None)
    assert (refused.status_code, refused.json()["code"]) == (403, "human_proof_required")
    for other in ("sign_in", "login_name_check"):
        refused = await somebody.start(human_proof=await own_account.proof(other))
        assert codes_at(refused, "/human_proof") == ["wrong_proof"]
    proof = await own_account.proof("account_registration")
    assert (await somebody.start(human_proof=proof)).status_code == 201
    assert (await somebody.start(human_proof=proof)).status_code == 422


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"phone": "12345"}, "/phone", "wrong_phone"),
        ({"phone": "010-68792114"}, "/phone", "wrong_phone"),
        ({"phone": "+1 415 555 2671"}, "/phone", "wrong_phone"),
        ({"email": "nobody"}, "/email", "wrong_email"),
        ({"login_name": "1abc"}, "/login_name", "wrong_login_name"),
        ({"login_name": "abc"}, "/login_name", "wrong_login_name"),
        ({"login_name": "张三丰abc"}, "/login_name", "wrong_login_name"),
        ({"login_name": "a" * 21}, "/login_name", "wrong_login_name"),
        ({"login_name": "a13800001234"}, "/login_name", "login_name_like_number"),
        ({"password": "abc12"}, "/password", "too_short"),
        ({"password": "Banxia47xkBanxia4"}, "/password", "too_long"),
        ({"password": "BanxiaXk"}, "/password", "no_digit"),
        ({"password": "47829013"}, "/password", "no_letter"),
        ({"password": "Banxia-47"}, "/password", "not_letters_and_digits"),
        ({"password": "woaini1314"}, "/password", "common"),
        ({"password_confirmation": "banxia47xk"}, "/password_confirmation", "not_the_same"),
    ],
)
async def test_the_second_page_says_what_is_wrong_and_keeps_the_ticket(
    own_account: OwnAccount, changes: dict[str, str], pointer: str, code: str
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    ticket = await somebody.ticket()
    if "password" in changes:
        changes = {**changes, "password_confirmation": changes["password"]}
    refused = await somebody.complete(ticket, **changes)
    assert refused.status_code == 422
    assert codes_at(refused, pointer) == [code]
    assert (await somebody.complete(ticket)).status_code == 201


async def test_a_password_is_not_made_of_the_person(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account, in_register=False)
    ticket = await somebody.ticket(name="欧阳晓彤")
    number, phone = somebody.person.id_number, somebody.person.phone
    for password in (
        "ouyangxiaotong1",
        "xiaotong19",
        f"ab{number[6:14]}",
        f"x{number[-6:]}a",
        f"a{phone}",
        f"{somebody.login_name}1",
    ):
        refused = await somebody.complete(ticket, password=password, password_confirmation=password)
        assert codes_at(refused, "/password") in (["personal"], ["common", "personal"]), password


async def test_the_owner_hears_how_to_get_the_account_back(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account)
    await somebody.register()
    again = await somebody.start()
    assert (again.status_code, again.json()["code"]) == (409, "already_registered")
    for way in ("找回登录名", "忘记密码", "身份异议"):
        assert way in again.json()["detail"]
    body = again.text
    assert somebody.person.phone not in body
    assert somebody.login_name not in body


async def test_a_number_alone_tells_a_stranger_nothing(own_account: OwnAccount) -> None:
    """With another name, a registered number and a free one get the same status, the same fields and the same time."""
    known = await newcomer(own_account)
    await known.register()
    own_account.clock.set(own_account.clock.now() + timedelta(days=1, minutes=1))
    strangers = [await newcomer(own_account, in_register=False) for _ in range(40)]
    seconds: dict[bool, list[float]] = {True: [], False: []}
    shapes: dict[bool, set[tuple[int, ...]]] = {True: set(), False: set()}
    for turn, stranger in enumerate(strangers):
        for registered in (turn % 2 == 0, turn % 2 == 1):
            await own_account.superuser.execute("DELETE FROM attempt_counter")
            proof = await own_account.proof("account_registration")
            who = known if registered else stranger
            begun = time.perf_counter()
            answer = await who.start(name="某某", human_proof=proof)
            seconds[registered].append(time.perf_counter() - begun)
            shapes[registered].add((answer.status_code, *(map(len, answer.json()))))
    assert shapes[True] == shapes[False]
    assert {shape[0] for shape in shapes[True]} == {201}
    faster, slower = sorted(statistics.median(times) for times in seconds.values())
    # What a look at an account would add shows beyond a quarter, and beyond what a busy machine adds to either.
    assert slower - faster < max(0.25 * faster, 0.004)


async def test_one_person_has_one_account_under_whatever_name(own_account: OwnAccount) -> None:
    first = await newcomer(own_account)
    await first.register()
    second = Newcomer(own_account, first.person, own_account.stranger(), first.login_name + "b")
    refused = await second.complete(await second.ticket(name="另一人"))
    assert (refused.status_code, refused.json()["code"]) == (409, "already_registered")


async def test_parallel_completions_with_one_ticket_make_one_account(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account, in_register=False)
    ticket = await somebody.ticket()
    answers = await asyncio.gather(
        *(somebody.complete(ticket, login_name=f"{somebody.login_name}{n}") for n in range(12))
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201, *[410] * 11]


async def test_two_people_at_once_do_not_share_a_login_name(own_account: OwnAccount) -> None:
    people = [await newcomer(own_account, in_register=False) for _ in range(4)]
    tickets = [await one.ticket() for one in people]
    names = ["SameName_1", "samename_1", "SAMENAME_1", "sameName_1"]
    made = [
        one.complete(ticket, login_name=name)
        for one, ticket, name in zip(people, tickets, names, strict=True)
    ]
    answers = await asyncio.gather(*made)
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert codes_at(refused, "/login_name") == ["login_name_taken"]


async def test_a_ticket_ends_after_half_an_hour(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account, in_register=False)
    ticket = await somebody.ticket()
    own_account.clock.set(own_account.clock.now() + timedelta(minutes=31))
    gone = await somebody.complete(ticket)
    assert (gone.status_code, gone.json()["code"]) == (410, "ticket_gone")
    for other in ("nonsense", ticket[:-1] + "!"):
        assert (await somebody.complete(other)).status_code == 410


async def test_a_login_name_is_checked_five_times_a_day(own_account: OwnAccount) -> None:
    known = await newcomer(own_account)
    await known.register()
    reader = await newcomer(own_account, in_register=False)

    async def check(login_name: str) -> tuple[int, bool | None]:
        proof = await own_account.proof("login_name_check")
        answer = await reader.call(
            "POST", "/accounts/login-name-checks", login_name=login_name, human_proof=proof
        )
        return answer.status_code, answer.json().get("available")

    assert await check("9lives") == (422, None)
    assert await check(known.login_name.upper()) == (200, False)
    for _ in range(4):
        assert await check("free_name_1") == (200, True)
    assert await check("free_name_1") == (429, None)
    assert (await reader.complete(await reader.ticket())).status_code == 201


async def test_a_person_is_tried_five_times_a_day_whoever_tries(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account, in_register=False)
    for _ in range(5):
        assert (await somebody.start()).status_code == 201
    tired = await somebody.start()
    assert tired.status_code == 429
    assert int(tired.headers["Retry-After"]) > 3600


async def test_registration_leaves_its_trace(own_account: OwnAccount) -> None:
    somebody = await newcomer(own_account)
    account_id = await somebody.register()
    await somebody.start()
    rows = await own_account.superuser.fetch(
        "SELECT action, outcome, details::text FROM audit_event WHERE object_id = $1 ORDER BY id", account_id
    )
    assert [(row["action"], row["outcome"]) for row in rows] == [
        ("account.registered", "done"),
        ("account.registration_refused", "refused"),
    ]
    assert all(somebody.person.name not in row["details"] for row in rows)
    assert PASSWORD not in str(rows)
