"""One person at a portal: signs in, calls the API, and says what came back."""

import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from registry_api.demo.logins import Login

Say = Callable[[str], None]

_HTTP_SECONDS = 30.0


class DriveFailed(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The chain did not go as it must; the message says where and how, in Chinese."""


class Desk:
    """A signed-in person. Every call is timed and said; an unexpected status raises DriveFailed."""

    def __init__(self, client: httpx.AsyncClient, login: Login, say: Say) -> None:
        self._client = client
        self._login = login
        self._say = say
        self._headers = {"X-Registry-Realm": login.realm}

    async def sign_in(self) -> dict[str, Any]:
        """Opens a session for a program and gives the account."""
        answer = await self.call(
            "登录",
            "POST",
            "/sessions",
            expect=(201,),
            json={
                "realm": self._login.realm,
                "login_name": self._login.login_name,
                "password": self._login.password,
                "delivery": "bearer",
            },
        )
        self._headers["Authorization"] = f"Bearer {answer['access_token']}"
        account: dict[str, Any] = answer["account"]
        return account

    async def sign_out(self) -> None:
        """Ends the session."""
        await self.call("退出", "DELETE", "/sessions/current", expect=(204,))

    async def call(
        self,
        what: str,
        method: str,
        path: str,
        *,
        expect: Sequence[int] = (200,),
        version: int | None = None,
        **request: Any,
    ) -> Any:
        """The answer's JSON, or its bytes if it is none.

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
        self._say(f"{what}  {method} {path} → {response.status_code}  {milliseconds:.0f} ms")
        if response.status_code not in expect:
            raise DriveFailed(f"{what}：应答 {response.status_code}，应为 {expect[0]}。{_problem(response)}")
        if response.headers.get("content-type", "").startswith("application/json"):
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
