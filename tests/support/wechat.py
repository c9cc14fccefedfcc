"""A WeChat that answers on loopback as the real one does, and a phone with a browser of its own.

Codes are good once and for one official account; `mode` makes the server misbehave.
"""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from registry_api.app import create_app
from registry_api.kit.settings import Settings

APP_ID, APP_SECRET = "wx0123456789abcdef", "secret-of-the-official-account"
TIMEOUT_SECONDS = 0.4


@dataclass
class FakeWechat:
    """State of the server: `person` holds the phone and agrees, unless the mode says otherwise."""

    origin: str = ""
    mode: str = "well"
    person: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    exchanged: list[dict[str, str]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def become(self, name: str, *, union: bool = True) -> None:
        """The phone is somebody's from now on; without `union` WeChat tells the openid only."""
        self.person = {"openid": f"o-{name}", **({"unionid": f"u-{name}"} if union else {})}

    def authorise(self, query: dict[str, str]) -> str:
        """Where the person's browser is sent after agreeing."""
        assert query["appid"] == APP_ID
        assert query["response_type"] == "code"
        answer = {"state": query["state"]}
        if self.mode != "person_refuses":
            code = uuid4().hex
            self.codes[code] = dict(self.person)
            answer["code"] = code
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def exchange(self, query: dict[str, str]) -> tuple[int, bytes]:
        """Status and body, of type text/plain as WeChat's own."""
        self.exchanged.append(query)
        bodies = {
            "no_json": b"<html>busy</html>",
            "no_object": b"[1]",
            "empty": b"{}",
            "odd_id": b'{"openid": 7, "unionid": ["x"]}',
            "endless": b"x" * 100_000,
            "snapshot": json.dumps({**self.person, "is_snapshotuser": 1}).encode(),
        }
        if self.mode in bodies:
            return 200, bodies[self.mode]
        if self.mode == "down":
            return 502, b"bad gateway"
        person = self.codes.pop(query["code"], None)
        if query["appid"] != APP_ID or query["secret"] != APP_SECRET:
            return 200, b'{"errcode": 40125, "errmsg": "invalid appsecret"}'
        if person is None:
            return 200, b'{"errcode": 40163, "errmsg": "code been used"}'
        return 200, json.dumps({"access_token": "a", "expires_in": 7200, "scope": "s", **person}).encode()


@contextmanager
def serving() -> Iterator[FakeWechat]:
    """The server for as long as the block lasts."""
    fake = FakeWechat()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/connect/oauth2/authorize":
                self.send_response(302)
                self.send_header("location", fake.authorise(query))
                self.send_header("content-length", "0")
                self.end_headers()
                return
            assert parts.path == "/sns/oauth2/access_token", parts.path
            if fake.mode == "hangs":
                fake.released.wait(10)
                return
            status, body = fake.exchange(query)
            self.send_response(status)
            self.send_header("content-type", "text/plain")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if fake.mode == "drips":
                self._drip(body)
            else:
                self.wfile.write(body)

        def _drip(self, body: bytes) -> None:
            """A byte at a time, each well within a time-out that counts between bytes."""
            try:
                for position in range(len(body)):
                    self.wfile.write(body[position : position + 1])
                    self.wfile.flush()
                    if fake.released.wait(0.05):
                        return
            except OSError:
                return

        def handle(self) -> None:
            """A client that gave up is no fault of this server."""
            try:
                super().handle()
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield fake
    finally:
        fake.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Phone:
    """WeChat's browser: cookies of its own; follows the code as its scripts do."""

    client: httpx.AsyncClient

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/api/v1/wechat/{path}", json=body)

    async def scan(self, qr_url: str) -> httpx.Response:
        """What the scan page's script asks."""
        return await self.post("scans", scan_token=urlsplit(qr_url).fragment)

    async def authorise(self, url: str) -> str:
        """Lets WeChat ask; gives the address of the callback."""
        async with httpx.AsyncClient(trust_env=False) as outside:
            answer = await outside.get(url)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def follow(self, callback_url: str) -> tuple[str, str]:
        """Goes to the callback; gives the page it leads to, and what stands behind the #."""
        answer = await self.client.get(callback_url)
        assert answer.status_code == 303, answer.text
        place = urlsplit(answer.headers["location"])
        assert not place.query
        return place.path, place.fragment

    async def arrive(self, qr_url: str) -> tuple[str, str]:
        """From the code to the page after WeChat."""
        scanned = await self.scan(qr_url)
        assert scanned.status_code == 200, scanned.text
        return await self.follow(await self.authorise(scanned.json()["authorisation_url"]))

    async def decide(self, qr_url: str, decision: str = "confirm") -> httpx.Response:
        """All the way, with the answer to the decision."""
        page, token = await self.arrive(qr_url)
        assert page == "/wechat/confirm", (page, token)
        return await self.post("confirmations", confirm_token=token, decision=decision)


def with_wechat(settings: Settings, fake: FakeWechat) -> Settings:
    """The same system, with the fake server as its WeChat."""
    return settings.model_copy(
        update={
            "wechat_app_id": APP_ID,
            "wechat_app_secret": SecretStr(APP_SECRET),
            "wechat_authorisation_url": fake.origin,
            "wechat_api_url": fake.origin,
            "wechat_timeout_seconds": TIMEOUT_SECONDS,
        }
    )


def browser(app: FastAPI, settings: Settings) -> httpx.AsyncClient:
    """A browser with cookies of its own."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=settings.origin
    )


@pytest.fixture(scope="session")
def wechat_server() -> Iterator[FakeWechat]:
    with serving() as fake:
        yield fake


@pytest.fixture(scope="session")
async def wechat_app(settings: Settings, wechat_server: FakeWechat, app: FastAPI) -> AsyncIterator[FastAPI]:
    """The service with the fake WeChat, on the database and the clock of the others."""
    made = create_app(with_wechat(settings, wechat_server), clock=app.state.system.clock)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
def wechat(wechat_server: FakeWechat) -> FakeWechat:
    """The fake WeChat, well, and a person nobody has seen before."""
    wechat_server.mode = "well"
    wechat_server.exchanged.clear()
    wechat_server.become(uuid4().hex[:8])
    return wechat_server
