"""Signing in with WeChat: who gets in, who does not, and that nobody gets in twice."""

import asyncio
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from registry_api.wechat.service import COLLECTION_LIFE, DECISION_LIFE, QR_LIFE, STATE_LIFE
from tests.support.problems import problem
from tests.support.wechat import APP_SECRET, TIMEOUT_SECONDS
from tests.support.wechat_scene import Scene

pytestmark = pytest.mark.usefixtures("fresh_counters")
MOMENT = timedelta(seconds=1)


async def test_a_bound_doctor_signs_in_by_scanning(scene: Scene) -> None:
    fresh, known = await scene.bound_doctor()
    desktop, phone = scene.desktop(), scene.phone()
    login = await scene.start(desktop)
    # Without its name space a browser draws nothing.
    assert login["qr_svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert await scene.status(desktop, login) == "waiting"
    scanned = await phone.scan(login["qr_url"])
    assert await scene.status(desktop, login) == "scanned"
    page, token = await phone.follow(await phone.authorise(scanned.json()["authorisation_url"]))
    assert page == "/wechat/confirm"
    asked = (await phone.post("confirmations/lookups", confirm_token=token)).json()
    name = (await known.get("/me"))["account"]["name"]
    assert asked["network"] == "127.0.*.*"
    assert asked["person"] == name[0] + "*" * (len(name) - 1)
    assert "确认登录 医师电子化注册 个人端" in asked["question"]
    assert await scene.status(desktop, login) == "scanned"
    decided = await phone.post("confirmations", confirm_token=token, decision="confirm")
    assert decided.json()["status"] == "confirmed"
    answer = await desktop.call(
        "POST", f"/wechat/logins/{login['id']}/polls", json={"poll_token": login["poll_token"]}
    )
    assert answer.json()["session"]["account"]["login_name"] == fresh.login.login_name
    cookies = answer.headers.get_list("set-cookie")
    assert [one for one in cookies if one.startswith("doctor=") and "SameSite=strict" in one]
    assert not [one for one in cookies if "device" in one]
    assert (await desktop.get("/me"))["account"]["wechat_bound"] is True
    assert "doctor" not in phone.client.cookies


async def test_signing_in_with_wechat_is_no_fresh_proof(scene: Scene) -> None:
    await scene.bound_doctor()
    desktop = scene.desktop()
    login = await scene.start(desktop)
    await scene.phone().decide(login["qr_url"])
    assert await scene.status(desktop, login) == "confirmed"
    assert problem(await desktop.call("DELETE", "/me/wechat")) == (403, "step_up_required")


async def test_the_device_becomes_known_only_if_asked(scene: Scene) -> None:
    _, person = await scene.bound_doctor()
    account = await scene.account_id(person)
    desktop = scene.desktop()
    for remember_device, told in ((False, 1), (True, 2), (False, 2)):
        login = await scene.start(desktop)
        await scene.phone().decide(login["qr_url"])
        await scene.poll(desktop, login, remember_device=remember_device)
        assert ("doctor-device" in desktop.client.cookies) is (told == 2)
        assert (await scene.messages(account)).count("new_device") == told


async def test_the_codes_secret_is_never_sent_to_a_server_in_an_address(scene: Scene) -> None:
    desktop, phone = scene.desktop(), scene.phone()
    login = await scene.start(desktop)
    code = urlsplit(login["qr_url"])
    assert (code.path, code.query) == ("/wechat/scan", "")
    url = (await phone.scan(login["qr_url"])).json()["authorisation_url"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert urlsplit(url).fragment == "wechat_redirect"
    assert query["redirect_uri"] == f"{scene.cast.settings.origin}/wechat/callback"
    assert query["scope"] == "snsapi_base"
    assert len(query["state"]) >= 22  # 128 bits
    assert APP_SECRET not in url


async def test_of_many_requests_at_once_one_gets_the_session(scene: Scene) -> None:
    await scene.bound_doctor()
    first = scene.desktop()
    login = await scene.start(first)
    await scene.phone().decide(login["qr_url"])
    desktops = [first, *(scene.desktop() for _ in range(7))]
    answers = await asyncio.gather(*(scene.poll(one, login) for one in desktops))
    assert sorted(answer["status"] for answer in answers) == ["confirmed", *["used"] * 7]
    assert len([answer for answer in answers if answer["session"]]) == 1
    assert len([one for one in desktops if "doctor" in one.client.cookies]) == 1


async def test_polling_needs_the_desktops_own_secret(scene: Scene) -> None:
    desktop = scene.desktop()
    login, other = await scene.start(desktop), await scene.start(desktop)
    stranger = await desktop.call(
        "POST", f"/wechat/logins/{login['id']}/polls", json={"poll_token": other["poll_token"]}
    )
    assert problem(stranger) == (404, "not_found")


async def test_the_owner_refuses_on_the_phone(scene: Scene) -> None:
    _, person = await scene.bound_doctor()
    desktop, phone = scene.desktop(), scene.phone()
    login = await scene.start(desktop)
    page, token = await phone.arrive(login["qr_url"])
    assert page == "/wechat/confirm"
    assert (await phone.post("confirmations", confirm_token=token, decision="refuse")).status_code == 200
    assert await scene.status(desktop, login) == "refused"
    changed_mind = await phone.post("confirmations", confirm_token=token, decision="confirm")
    assert problem(changed_mind) == (410, "ticket_gone")
    assert await scene.status(desktop, login) == "refused"
    account = await scene.account_id(person)
    assert await scene.events("wechat_login.refused", account) == [
        {"reason": "by_owner", "purpose": "sign_in"}
    ]


async def test_the_person_refuses_at_wechat(scene: Scene) -> None:
    scene.wechat.mode = "person_refuses"
    desktop = scene.desktop()
    login = await scene.start(desktop)
    assert await scene.phone().arrive(login["qr_url"]) == ("/wechat/result", "refused")
    assert await scene.status(desktop, login) == "refused"


async def test_a_wechat_of_nobody_is_told_what_to_do(scene: Scene) -> None:
    desktop = scene.desktop()
    login = await scene.start(desktop)
    assert await scene.phone().arrive(login["qr_url"]) == ("/wechat/result", "unbound")
    answer = await scene.poll(desktop, login)
    assert answer["status"] == "unbound"
    assert "绑定微信" in answer["message"]


async def test_a_code_is_good_for_two_minutes_and_one_phone(scene: Scene) -> None:
    desktop = scene.desktop()
    late, scanned = await scene.start(desktop), await scene.start(desktop)
    assert (await scene.phone().scan(scanned["qr_url"])).status_code == 200
    assert problem(await scene.phone().scan(scanned["qr_url"])) == (410, "ticket_gone")
    scene.clock.advance(QR_LIFE)
    assert problem(await scene.phone().scan(late["qr_url"])) == (410, "ticket_gone")
    assert await scene.status(desktop, late) == "expired"
    assert await scene.status(desktop, scanned) == "scanned"


@pytest.mark.parametrize("too_late", ["state", "decision", "collection"])
async def test_each_later_step_has_its_time(scene: Scene, too_late: str) -> None:
    await scene.bound_doctor()
    desktop, phone = scene.desktop(), scene.phone()
    login = await scene.start(desktop)
    scanned = await phone.scan(login["qr_url"])
    callback = await phone.authorise(scanned.json()["authorisation_url"])
    scene.clock.advance(STATE_LIFE - (timedelta() if too_late == "state" else MOMENT))
    page, token = await phone.follow(callback)
    if too_late == "state":
        assert (page, token) == ("/wechat/result", "expired")
        assert scene.wechat.exchanged[1:] == []
    scene.clock.advance(DECISION_LIFE - (timedelta() if too_late == "decision" else MOMENT))
    decided = await phone.post("confirmations", confirm_token=token.ljust(20, "x"), decision="confirm")
    assert decided.status_code == (200 if too_late == "collection" else 410)
    scene.clock.advance(COLLECTION_LIFE)
    assert await scene.status(desktop, login) == "expired"
    assert "doctor" not in desktop.client.cookies


async def test_a_state_counts_once(scene: Scene) -> None:
    await scene.bound_doctor()
    desktop, phone = scene.desktop(), scene.phone()
    login = await scene.start(desktop)
    url = (await phone.scan(login["qr_url"])).json()["authorisation_url"]
    first, second = await phone.authorise(url), await phone.authorise(url)
    exchanged = len(scene.wechat.exchanged)
    assert (await phone.follow(first))[0] == "/wechat/confirm"
    assert await phone.follow(first) == ("/wechat/result", "expired")
    assert await phone.follow(second) == ("/wechat/result", "expired")
    assert len(scene.wechat.exchanged) == exchanged + 1


async def test_a_state_belongs_to_the_browser_that_scanned(scene: Scene) -> None:
    """Otherwise somebody could send a victim into a login that the sender began."""
    await scene.bound_doctor()
    desktop, phone, victim, other = scene.desktop(), scene.phone(), scene.phone(), scene.phone()
    login = await scene.start(desktop)
    scanned = await phone.scan(login["qr_url"])
    assert (await other.scan((await scene.start(desktop))["qr_url"])).status_code == 200
    callback = await phone.authorise(scanned.json()["authorisation_url"])
    for stranger in (victim, other):
        assert await stranger.follow(callback) == ("/wechat/result", "expired")
    page, token = await phone.follow(callback)
    assert page == "/wechat/confirm"
    for stranger in (victim, other):
        for path, body in (("confirmations/lookups", {}), ("confirmations", {"decision": "confirm"})):
            assert problem(await stranger.post(path, confirm_token=token, **body)) == (410, "ticket_gone")
    assert await scene.status(desktop, login) == "scanned"


async def test_a_code_of_wechat_that_was_used_signs_nobody_in(scene: Scene) -> None:
    await scene.bound_doctor()
    desktop, phone = scene.desktop(), scene.phone()
    used, login = await scene.start(desktop), await scene.start(desktop)
    scanned = await phone.scan(used["qr_url"])
    callback = await phone.authorise(scanned.json()["authorisation_url"])
    assert (await phone.follow(callback))[0] == "/wechat/confirm"
    code = parse_qs(urlsplit(callback).query)["code"][0]
    url = (await phone.scan(login["qr_url"])).json()["authorisation_url"]
    state = parse_qs(urlsplit(url).query)["state"][0]
    replayed = f"/wechat/callback?code={code}&state={state}"
    assert await phone.follow(replayed) == ("/wechat/result", "failed")
    assert await scene.status(desktop, login) == "failed"


@pytest.mark.parametrize(
    "mode",
    ["down", "hangs", "drips", "no_json", "no_object", "empty", "odd_id", "endless", "snapshot"],
)
async def test_a_wechat_that_fails_leaves_nothing_half_done(scene: Scene, mode: str) -> None:
    await scene.bound_doctor()
    scene.wechat.mode = mode
    desktop, phone = scene.desktop(), scene.phone()
    login = await scene.start(desktop)
    begun = time.monotonic()
    assert await phone.arrive(login["qr_url"]) == ("/wechat/result", "failed")
    assert time.monotonic() - begun < TIMEOUT_SECONDS + 2
    answer = await scene.poll(desktop, login)
    assert answer["status"] == "failed"
    assert "微信暂时没有响应" in answer["message"]
    scene.wechat.mode = "well"
    again = await scene.start(desktop)
    await phone.decide(again["qr_url"])
    assert await scene.status(desktop, again) == "confirmed"


async def test_another_site_can_start_and_finish_nothing(scene: Scene) -> None:
    desktop = scene.desktop()
    login = await scene.start(desktop)
    foreign = {"Origin": "https://evil.example"}
    bodies = {
        "logins": {"purpose": "sign_in"},
        f"logins/{login['id']}/polls": {"poll_token": login["poll_token"]},
        "scans": {"scan_token": urlsplit(login["qr_url"]).fragment},
        "confirmations": {"confirm_token": "x" * 43, "decision": "confirm"},
    }
    for path, body in bodies.items():
        refused = await desktop.client.post(f"/api/v1/wechat/{path}", json=body, headers=foreign)
        assert problem(refused) == (403, "origin_refused"), path
    assert await scene.status(desktop, login) == "waiting"
