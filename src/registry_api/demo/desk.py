"""One person at a portal: signs in, calls the API, and says what came back."""

import re
import time
import uuid
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import httpx

from registry_api.demo.logins import Login
from registry_api.kit.roles import Realm

_HTTP_SECONDS = 30.0
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TITLES: dict[Realm, str] = {"doctor": "医师", "institution": "机构", "authority": "主管部门"}


class DriveFailed(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The chain did not go as it must; the message says where and how, in Chinese."""


def must(holds: bool, otherwise: str) -> None:
    """Raises DriveFailed with the words `otherwise` unless the condition holds."""
    if not holds:
        raise DriveFailed(otherwise)


class Narrator:
    """Numbers what happens and says it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._numbers: Iterator[int] = count(1)

    def request(self, who: str, what: str, request: str, status: int, milliseconds: float) -> None:
        """One call and how it was answered."""
        self._say(f"{next(self._numbers):>3}  {who}  {what}  {request}  {status}  {milliseconds:.0f} ms")

    def outcome(self, text: str) -> None:
        """What came of it."""
        self._say(f"     → {text}")


class Desk:
    """A person at work. Every call is timed and said; an unexpected status raises DriveFailed."""

    def __init__(self, client: httpx.AsyncClient, login: Login, narrator: Narrator) -> None:
        self._client = client
        self._login = login
        self._narrator = narrator
        self._who = _TITLES[login.realm]
        self._headers: dict[str, str] = {
            "X-Registry-Realm": login.realm,
            "X-Registry-Device": login.device_token,
        }

    async def sign_in(self, *, next_step: str | None = None) -> None:
        """Opens a session for a program; `next_step` is what must be waiting for the person then."""
        answer = await self.call(
            "登录",
            "POST",
            "/sessions",
            expect=201,
            json={
                "realm": self._login.realm,
                "login_name": self._login.login_name,
                "password": self._login.password,
                "delivery": "bearer",
            },
        )
        self._headers["Authorization"] = f"Bearer {answer['access_token']}"
        account = answer["account"]
        self._who = f"{_TITLES[self._login.realm]} {account['name']}"
        must(
            answer["next_step"] == next_step,
            f"{account['name']}登录后应办理：{next_step}，实为：{answer['next_step']}",
        )

    async def sign_out(self) -> None:
        """Ends the session."""
        await self.call("退出", "DELETE", "/sessions/current", expect=204)

    async def call(
        self,
        what: str,
        method: str,
        path: str,
        *,
        expect: int = 200,
        version: int | None = None,
        **request: Any,
    ) -> Any:
        """The answer's JSON, or its bytes if it has none.

        `version` goes as `If-Match`. A POST carries an Idempotency-Key of its own. Other keywords are httpx's.
        """
        headers = dict(self._headers)
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        begun = time.perf_counter()
        try:
            response = await self._client.request(
                method, f"/api/v1{path}", headers=headers, timeout=_HTTP_SECONDS, **request
            )
        except httpx.HTTPError as fault:
            raise DriveFailed(
                f"{what}：{self._client.base_url} 没有应答（{type(fault).__name__}）"
            ) from fault
        milliseconds = (time.perf_counter() - begun) * 1000
        shown = f"{method} {_UUID.sub('…', path)}"
        self._narrator.request(self._who, what, shown, response.status_code, milliseconds)
        must(
            response.status_code == expect,
            f"{what}：应答 {response.status_code}，应为 {expect}。{_problem(response)}",
        )
        if response.content and response.headers["content-type"].startswith("application/json"):
            return response.json()
        return response.content


def _problem(response: httpx.Response) -> str:
    """What the service says about a failure, in one line."""
    try:
        problem = response.json()
    except ValueError:
        return response.text[:200]
    errors = "；".join(f"{error['pointer']} {error['message']}" for error in problem.get("errors") or [])
    return f"{problem.get('title')}：{problem.get('detail')} {errors}（请求号 {problem.get('request_id')}）"
