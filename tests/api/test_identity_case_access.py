"""Who may open, follow, see and decide an identity case, and with which proofs."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.support.identity_desk import IdentityDesk, scan
from tests.support.newcomers import newcomer
from tests.support.own_account import OwnAccount
from tests.support.problems import codes_at, problem


async def test_a_stranger_learns_nothing_from_opening_a_case(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    owner = await own_account.owner()
    nobody = await newcomer(own_account, in_register=False)
    answers = []
    for name, number in ((owner.name, owner.id_number), (nobody.person.name, nobody.person.id_number)):
        opened = await identity_desk.dispute(name=name, id_number=number, phone=own_account.free_phone())
        status = await identity_desk.status(opened)
        answers.append(
            (opened.status_code, sorted(opened.json()), {**status, "number": "", "created_at": ""})
        )
    assert answers[0] == answers[1]


async def test_a_second_case_of_a_kind_waits_for_the_first(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    who: dict[str, Any] = {
        "name": somebody.person.name,
        "id_number": somebody.person.id_number,
        "phone": own_account.free_phone(),
    }
    first = await identity_desk.dispute(**who)
    assert first.status_code == 201
    assert problem(await identity_desk.dispute(**who)) == (409, "identity_case_open")
    assert (await identity_desk.dispute("correction", **who)).status_code == 201
    await identity_desk.decide(await identity_desk.find(first), "reject")
    assert (await identity_desk.dispute(**who)).status_code == 201
    assert (await identity_desk.dispute(**who)).status_code == 429


async def test_only_the_right_number_and_token_show_a_case(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    opened = await identity_desk.dispute(
        name=somebody.person.name, id_number=somebody.person.id_number, phone=own_account.free_phone()
    )
    right = opened.json()
    for wrong in (
        {**right, "token": right["token"][:-1] + "-"},
        {**right, "number": "SF2026112500000000"},
    ):
        answer = await own_account.stranger().call("POST", "/identity-disputes/lookups", json=wrong)
        assert problem(answer) == (404, "not_found")


async def test_another_office_does_not_see_the_case(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    opened = await identity_desk.dispute(
        name=somebody.person.name, id_number=somebody.person.id_number, phone=own_account.free_phone()
    )
    case = await identity_desk.find(opened)
    places = [
        place
        for province in ("110000", "370000", "440000", "500000", "510000", "330000")
        for place in own_account.cast.institutions(province)
    ]
    foreign = None
    for place in places:
        if place.authority_approver.login_name != identity_desk.place.authority_approver.login_name:
            foreign = await own_account.cast.sign_in(place.authority_approver)
            break
    assert foreign is not None
    inside = await own_account.cast.sign_in(identity_desk.place.handler)
    for person in (foreign, inside):
        path = f"/{person.realm}/identity-cases/{case['id']}"
        assert problem(await person.call("GET", path)) == (404, "not_found")
        assert problem(await person.call("GET", f"{path}/evidence/1")) == (404, "not_found")
        assert problem(await identity_desk.decide(case, "uphold", person)) == (404, "not_found")
        listed = await person.get(f"/{person.realm}/identity-cases?limit=100")
        assert case["id"] not in {item["id"] for item in listed["items"]}
    doctor = (await own_account.owner()).person
    refused = await doctor.call("GET", f"/authority/identity-cases/{case['id']}")
    assert refused.status_code == 403


async def test_a_handler_reads_and_does_not_decide(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    opened = await identity_desk.dispute(
        name=somebody.person.name, id_number=somebody.person.id_number, phone=own_account.free_phone()
    )
    case = await identity_desk.find(opened, identity_desk.handler)
    assert case["available_actions"] == []
    assert problem(await identity_desk.decide(case, "start", identity_desk.handler)) == (
        403,
        "role_not_allowed",
    )
    assert codes_at(await identity_desk.decide(case, "uphold", reason="  "), "/reason") == ["reason_required"]


async def test_nobody_decides_the_own_case(own_account: OwnAccount, identity_desk: IdentityDesk) -> None:
    somebody = await newcomer(own_account, in_register=False)
    opened = await identity_desk.dispute(
        name=somebody.person.name, id_number=somebody.person.id_number, phone=own_account.free_phone()
    )
    index = own_account.cast.app.state.system.blind_index.of("id_number", somebody.person.id_number)
    login = identity_desk.place.authority_approver.login_name
    before = await own_account.superuser.fetchval(
        "SELECT id_number_index FROM account WHERE login_name = $1", login
    )
    change = "UPDATE account SET id_number_index = $2 WHERE login_name = $1"
    await own_account.superuser.execute(change, login, index)
    try:
        case = await identity_desk.find(opened)
        assert case["available_actions"] == []
        assert problem(await identity_desk.decide(case, "uphold")) == (403, "own_case")
    finally:
        await own_account.superuser.execute(change, login, before)
    refused = await own_account.superuser.fetchval(
        "SELECT count(*) FROM audit_event WHERE action = 'identity_case.refused' AND object_id = $1",
        case["id"],
    )
    assert refused == 1


async def test_proofs_are_redrawn_sealed_and_shown_to_the_desk(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    opened = await identity_desk.dispute(
        name=somebody.person.name,
        id_number=somebody.person.id_number,
        phone=own_account.free_phone(),
        proofs=[scan(), scan((500, 900), "PNG"), scan((4000, 3000))],
    )
    case = await identity_desk.find(opened)
    assert case["evidence_count"] == 3
    sizes = []
    for place in (1, 2, 3):
        answer = await identity_desk.approver.call(
            "GET", f"/authority/identity-cases/{case['id']}/evidence/{place}"
        )
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] == "no-store"
        assert b"SECRET-CAMERA" not in answer.content
        sizes.append(Image.open(io.BytesIO(answer.content)).size)
    assert sizes == [(800, 500), (500, 900), (2400, 1800)]
    folder = own_account.cast.settings.storage / "identity-cases" / case["id"]
    stored = [path.read_bytes() for path in folder.iterdir()]
    assert len(stored) == 3
    assert not any(b"\xff\xd8\xff" in one[:64] for one in stored)
    missing = await identity_desk.approver.call("GET", f"/authority/identity-cases/{case['id']}/evidence/4")
    assert missing.status_code == 422


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7 nothing", "not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_format"),
        (scan()[:400], "broken"),
        (scan((200, 200)), "too_small"),
    ],
)
async def test_what_is_no_photo_is_no_proof(
    own_account: OwnAccount, identity_desk: IdentityDesk, content: bytes, reason: str
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    refused = await identity_desk.dispute(
        name=somebody.person.name,
        id_number=somebody.person.id_number,
        phone=own_account.free_phone(),
        proofs=[content],
    )
    assert problem(refused) == (422, "evidence_invalid")
    assert refused.json()["reason"] == reason


async def test_the_forms_say_what_is_wrong(own_account: OwnAccount, identity_desk: IdentityDesk) -> None:
    somebody = await newcomer(own_account, in_register=False)
    right: dict[str, Any] = {
        "name": somebody.person.name,
        "id_number": somebody.person.id_number,
        "phone": own_account.free_phone(),
    }
    for changes, pointer, code in (
        ({"id_number": "123"}, "/id_number", "wrong_length"),
        ({"phone": "123"}, "/phone", "wrong_phone"),
        ({"email": "nobody"}, "/email", "wrong_email"),
        ({"division_code": "990000"}, "/division_code", "no_authority"),
        ({"captcha_answer": "0000"}, "/human_proof", "wrong_proof"),
        ({"captcha_answer": ""}, "/human_proof", "one_way_of_proof"),
        ({"status": "upheld"}, "/status", "extra_forbidden"),
    ):
        assert codes_at(await identity_desk.dispute(**(right | changes)), pointer) == [code], changes
    many = await identity_desk.dispute(proofs=[scan()] * 4, **right)
    assert codes_at(many, "/evidence") == ["too_many_files"]
    without = await identity_desk.dispute(captcha_id="", captcha_answer="", **right)
    assert problem(without) == (403, "human_proof_required")


async def test_a_division_without_an_office_goes_to_the_one_above(
    own_account: OwnAccount, identity_desk: IdentityDesk
) -> None:
    somebody = await newcomer(own_account, in_register=False)
    opened = await identity_desk.dispute(
        name=somebody.person.name,
        id_number=somebody.person.id_number,
        phone=own_account.free_phone(),
        division_code=identity_desk.division[:2] + "9999",
    )
    assert opened.status_code == 201, opened.text
    level = await own_account.superuser.fetchval(
        "SELECT o.level FROM identity_case c JOIN authority o ON o.id = c.authority_id WHERE c.number = $1",
        opened.json()["number"],
    )
    assert level == "province"


async def test_pages_and_filters_of_a_desk(own_account: OwnAccount, identity_desk: IdentityDesk) -> None:
    numbers: list[str] = []
    for _ in range(3):
        somebody = await newcomer(own_account, in_register=False)
        opened = await identity_desk.dispute(
            name=somebody.person.name, id_number=somebody.person.id_number, phone=own_account.free_phone()
        )
        numbers.insert(0, opened.json()["number"])
    first = await identity_desk.approver.get("/authority/identity-cases?status=open&limit=2")
    assert [item["number"] for item in first["items"]] == numbers[:2]
    second = await identity_desk.approver.get(
        f"/authority/identity-cases?status=open&limit=2&cursor={first['next_cursor']}"
    )
    assert second["items"][0]["number"] == numbers[2]
    refused = await identity_desk.approver.call("GET", "/authority/identity-cases?cursor=nonsense")
    assert problem(refused) == (422, "invalid_query")
