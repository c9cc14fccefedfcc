"""Binding a WeChat: after registration, in the security settings, and never two for one; and where there is none."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from registry_api.accounts.step_up import FRESH
from registry_api.app import create_app
from registry_api.kit.settings import Settings
from registry_api.wechat.demonstration import PATH
from tests.support.people import Cast
from tests.support.problems import problem
from tests.support.wechat import Phone, browser
from tests.support.wechat_scene import Scene

pytestmark = pytest.mark.usefixtures("fresh_counters")
PAGES = ("/wechat/scan", "/wechat/confirm", "/wechat/result")


async def test_a_wechat_is_bound_with_the_ticket_of_registration(scene: Scene) -> None:
    _, person = await scene.doctor()
    account = await scene.account_id(person)
    ticket = await scene.binding_ticket(account)
    desktop = scene.desktop()
    unscanned = await scene.start(desktop, purpose="bind", wechat_binding_ticket=ticket)
    login = await scene.start(desktop, purpose="bind", wechat_binding_ticket=ticket)
    answer = await scene.phone().decide(login["qr_url"])
    assert answer.json()["status"] == "confirmed"
    polled = await scene.poll(desktop, login)
    assert (polled["status"], polled["session"]) == ("confirmed", None)
    assert "doctor" not in desktop.client.cookies
    assert await scene.messages(account) == ["wechat_bound"]
    assert await scene.events("wechat.bound", account) == [{}]
    again = await desktop.call(
        "POST", "/wechat/logins", json={"purpose": "bind", "wechat_binding_ticket": ticket}
    )
    assert problem(again) == (410, "ticket_gone")
    assert await scene.status(desktop, unscanned) == "waiting"
    signing_in = await scene.start(desktop)
    await scene.phone().decide(signing_in["qr_url"])
    assert await scene.status(desktop, signing_in) == "confirmed"
    assert await scene.account_id(desktop) == account


async def test_the_ticket_ends_and_is_needed(scene: Scene) -> None:
    _, person = await scene.doctor()
    ticket = await scene.binding_ticket(await scene.account_id(person))
    scene.clock.advance(timedelta(minutes=10))
    desktop = scene.desktop()
    body = {"purpose": "bind", "wechat_binding_ticket": ticket}
    assert problem(await desktop.call("POST", "/wechat/logins", json=body)) == (410, "ticket_gone")
    without = await desktop.call("POST", "/wechat/logins", json={"purpose": "bind"})
    assert problem(without) == (422, "invalid_body")
    assert without.json()["errors"][0]["pointer"] == "/wechat_binding_ticket"


async def test_binding_in_the_settings_needs_a_fresh_proof(scene: Scene) -> None:
    fresh, person = await scene.doctor()
    assert problem(await person.call("POST", "/me/wechat")) == (403, "step_up_required")
    await scene.prove(person, fresh.login.password)
    login = await scene.start_binding(person)
    page, token = await (phone := scene.phone()).arrive(login["qr_url"])
    assert page == "/wechat/confirm"
    asked = (await phone.post("confirmations/lookups", confirm_token=token)).json()
    assert asked["purpose"] == "bind"
    assert "绑定" in asked["question"]
    assert (await phone.post("confirmations", confirm_token=token, decision="confirm")).status_code == 200
    assert await scene.status(person, login) == "confirmed"
    assert (await person.get("/me"))["account"]["wechat_bound"] is True
    scene.clock.advance(FRESH)
    for method in ("POST", "DELETE"):
        assert problem(await person.call(method, "/me/wechat")) == (403, "step_up_required")


async def test_refusing_on_the_phone_binds_nothing(scene: Scene) -> None:
    fresh, person = await scene.doctor()
    await scene.prove(person, fresh.login.password)
    login = await scene.start_binding(person)
    assert (await scene.phone().decide(login["qr_url"], "refuse")).json()["status"] == "refused"
    assert await scene.status(person, login) == "refused"
    assert problem(await person.call("DELETE", "/me/wechat")) == (409, "wechat_not_bound")


async def test_an_account_has_one_wechat(scene: Scene) -> None:
    fresh, person = await scene.doctor()
    await scene.prove(person, fresh.login.password)
    first, second = await scene.start_binding(person), await scene.start_binding(person)
    page, token = await (late := scene.phone()).arrive(second["qr_url"])
    assert page == "/wechat/confirm"
    scene.wechat.become("another")
    await scene.phone().decide(first["qr_url"])
    assert problem(await person.call("POST", "/me/wechat")) == (409, "wechat_already_bound")
    refused = await late.post("confirmations", confirm_token=token, decision="confirm")
    assert problem(refused) == (409, "wechat_already_bound")
    assert await scene.status(person, second) == "bound_elsewhere"


async def test_a_wechat_has_one_account(scene: Scene) -> None:
    _, owner = await scene.bound_doctor()
    fresh, person = await scene.doctor()
    await scene.prove(person, fresh.login.password)
    login = await scene.start_binding(person)
    assert await scene.phone().arrive(login["qr_url"]) == ("/wechat/result", "bound_elsewhere")
    answer = await scene.poll(person, login)
    assert answer["status"] == "bound_elsewhere"
    assert "解除绑定" in answer["message"]
    assert await scene.messages(await scene.account_id(person)) == []
    assert (await owner.get("/me"))["account"]["wechat_bound"] is True


async def test_two_accounts_that_bind_one_wechat_at_once(scene: Scene) -> None:
    arrived = []
    for _ in range(2):
        fresh, person = await scene.doctor()
        await scene.prove(person, fresh.login.password)
        phone = scene.phone()
        _, token = await phone.arrive((await scene.start_binding(person))["qr_url"])
        arrived.append((phone, token))
    answers = [await phone.post("confirmations", confirm_token=t, decision="confirm") for phone, t in arrived]
    assert answers[0].json()["status"] == "confirmed"
    assert problem(answers[1]) == (409, "wechat_bound_elsewhere")


@pytest.mark.parametrize("learnt", ["openid_only", "unionid_later"])
async def test_a_person_is_known_by_either_id(scene: Scene, learnt: str) -> None:
    """The unionid comes once the official account belongs to an open platform; who was bound before stays bound."""
    name = learnt
    scene.wechat.become(name, union=False)
    _, person = await scene.bound_doctor()
    scene.wechat.become(name, union=learnt == "unionid_later")
    desktop = scene.desktop()
    login = await scene.start(desktop)
    await scene.phone().decide(login["qr_url"])
    assert await scene.status(desktop, login) == "confirmed"
    assert await scene.account_id(desktop) == await scene.account_id(person)


async def test_an_unbound_wechat_signs_nobody_in(scene: Scene) -> None:
    fresh, person = await scene.bound_doctor()
    account = await scene.account_id(person)
    desktop = scene.desktop()
    confirmed = await scene.start(desktop)
    await scene.phone().decide(confirmed["qr_url"])
    assert (await person.call("DELETE", "/me/wechat")).status_code == 204
    assert await scene.messages(account) == ["wechat_bound", "wechat_unbound"]
    assert await scene.events("wechat.unbound", account) == [{}]
    assert await scene.status(desktop, confirmed) == "unbound"
    later = await scene.start(desktop)
    assert await scene.phone().arrive(later["qr_url"]) == ("/wechat/result", "unbound")
    assert problem(await person.call("DELETE", "/me/wechat")) == (409, "wechat_not_bound")
    await scene.prove(person, fresh.login.password)
    bound_again = await scene.start_binding(person)
    assert (await scene.phone().decide(bound_again["qr_url"])).json()["status"] == "confirmed"


async def test_a_disabled_account_does_not_get_in(scene: Scene) -> None:
    _, person = await scene.bound_doctor()
    account = await scene.account_id(person)
    desktop, phone = scene.desktop(), scene.phone()
    confirmed, later = await scene.start(desktop), await scene.start(desktop)
    await phone.decide(confirmed["qr_url"])
    await scene.superuser.execute("UPDATE account SET status = 'frozen' WHERE id = $1", account)
    assert (await scene.poll(desktop, confirmed))["session"] is None
    assert await phone.arrive(later["qr_url"]) == ("/wechat/result", "unbound")
    assert "doctor" not in desktop.client.cookies


@pytest.mark.parametrize("path", PAGES)
async def test_pages_are_chinese_and_have_nothing_inline(scene: Scene, path: str) -> None:
    answer = await scene.phone().client.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = answer.text
    assert 'lang="zh-CN"' in page
    assert "<noscript>" in page
    assert "width=device-width" in page
    assert not re.search(r"<style|\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)", page)
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert (await scene.phone().client.get(asset)).status_code == 200


async def test_without_wechat_a_demonstration_stands_in_for_it(cast: Cast, app: FastAPI) -> None:
    """What `make run` offers."""
    client = browser(app, cast.settings)
    phone = Phone(client)
    assert (await client.get("/api/v1/sign-in-options")).json()["wechat"] is True
    login = (await client.post("/api/v1/wechat/logins", json={"purpose": "sign_in"})).json()
    url = urlsplit((await phone.scan(login["qr_url"])).json()["authorisation_url"])
    assert url.path == PATH
    page = await client.get(f"{url.path}?{url.query}")
    assert "演示：以微信身份" in page.text
    offered = [one.replace("&amp;", "&") for one in re.findall(r'href="(/wechat/callback[^"]+)"', page.text)]
    assert len(offered) == 3
    assert await phone.follow(offered[2]) in {("/wechat/result", "unbound"), ("/wechat/confirm", "")}
    await client.aclose()


ORIGIN = "https://registry.example.cn"


async def test_production_without_an_official_account_offers_none(settings: Settings, cast: Cast) -> None:
    production = settings.model_copy(update={"environment": "production", "public_origin": ORIGIN})
    app = create_app(production, clock=cast.clock)
    async with app.router.lifespan_context(app):
        client = browser(app, production)
        assert (await client.get("/api/v1/sign-in-options")).json()["wechat"] is False
        started = await client.post("/api/v1/wechat/logins", json={"purpose": "sign_in"})
        assert problem(started) == (409, "wechat_off")
        scanned = await client.post("/api/v1/wechat/scans", json={"scan_token": "x" * 43})
        assert problem(scanned) == (409, "wechat_off")
        for path in (*PAGES, PATH, "/wechat/callback?code=demonstration-1&state=x"):
            assert (await client.get(path)).status_code == 404, path
        await client.aclose()


def test_production_asks_for_the_secret_and_for_https() -> None:
    with pytest.raises(ValidationError, match="REGISTRY_WECHAT_APP_SECRET"):
        Settings(environment="production", wechat_app_id="wx1")
    with pytest.raises(ValidationError, match="WeChat's addresses must begin with https"):
        Settings(environment="production", wechat_api_url="http://api.example.cn")
