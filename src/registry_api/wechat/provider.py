"""Who holds the phone: WeChat's authorisation for official accounts (网页授权), asked by the server.

It has no ID token and hence no nonce: the `state` alone ties an answer to its question. A page leads to
`authorisation_url`, WeChat leads back with a `code`, and `identify` exchanges the code once.
"""

import asyncio
import json
import logging
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx

from registry_api.kit.settings import Settings

log = logging.getLogger(__name__)
_LARGEST_ANSWER = 16 * 1024
_LONGEST_ID = 128


class WechatFailed(Exception):  # noqa: N818 (named after what happened)
    """WeChat is down, slow, refuses, or answers what cannot be understood. The message holds no secret."""


@dataclass(frozen=True, slots=True)
class WechatPerson:
    """A person as WeChat knows them; `keys` name the person, the one to bind first."""

    keys: tuple[str, ...]


class Provider(Protocol):
    """What the service needs of WeChat."""

    def authorisation_url(self, state: str) -> str:
        """Where the phone's browser is to go; it comes back to `/wechat/callback` with the state."""

    async def identify(self, code: str) -> WechatPerson:
        """Exchanges a code for its person. Raises WechatFailed."""


class OfficialAccount:
    """WeChat itself, or a server of the tests that behaves like it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def authorisation_url(self, state: str) -> str:
        """The address that asks the person; WeChat wants its parameters in this order and the fragment behind them."""
        settings = self._settings
        query = urlencode(
            {
                "appid": settings.wechat_app_id,
                "redirect_uri": f"{settings.origin}/wechat/callback",
                "response_type": "code",
                "scope": settings.wechat_scope,
                "state": state,
            }
        )
        base = settings.wechat_authorisation_url.rstrip("/")
        return f"{base}/connect/oauth2/authorize?{query}#wechat_redirect"

    async def identify(self, code: str) -> WechatPerson:
        """One request, within the time of `wechat_timeout_seconds` from its first to its last byte."""
        settings = self._settings
        parameters = {
            "appid": settings.wechat_app_id,
            "secret": settings.wechat_app_secret.get_secret_value(),
            "code": code,
            "grant_type": "authorization_code",
        }
        try:
            # An httpx time-out counts between bytes; a server that drips would never meet it.
            async with asyncio.timeout(settings.wechat_timeout_seconds):
                content = await self._fetch(parameters)
        except (httpx.HTTPError, TimeoutError) as fault:
            # The address holds the secret, and httpx puts addresses into its messages.
            log.warning("WeChat cannot be reached: %s", type(fault).__name__)
            raise WechatFailed(type(fault).__name__) from None
        return _read(content, settings.wechat_app_id)

    async def _fetch(self, parameters: dict[str, str]) -> bytes:
        address = f"{self._settings.wechat_api_url.rstrip('/')}/sns/oauth2/access_token"
        content = b""
        async with (
            httpx.AsyncClient(
                verify=_trust(), trust_env=False, timeout=self._settings.wechat_timeout_seconds
            ) as client,
            client.stream("GET", address, params=parameters) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                log.warning("WeChat answered %s", answer.status_code)
                raise WechatFailed(str(answer.status_code))
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > _LARGEST_ANSWER:
                    raise WechatFailed("the answer has no end")
        return content


@cache
def _trust() -> ssl.SSLContext:
    """Made once: reading the certificates of all authorities takes longer than the request."""
    return httpx.create_ssl_context(trust_env=False)


def _read(content: bytes, app_id: str) -> WechatPerson:
    try:
        answer: Any = json.loads(content)
    except ValueError:
        raise WechatFailed("no JSON") from None
    if not isinstance(answer, dict):
        raise WechatFailed("no object")
    if answer.get("errcode"):
        log.warning("WeChat refused a code: %s", str(answer["errcode"])[:16])
        raise WechatFailed("refused")
    if answer.get("is_snapshotuser"):
        # A preview page (快照页) knows a made-up person, who is another one the next time.
        raise WechatFailed("a snapshot knows nobody")
    open_id, union_id = (answer.get(name) for name in ("openid", "unionid"))
    if not _is_id(open_id):
        raise WechatFailed("no openid")
    # An openid belongs to one official account, a unionid to everything of one operator.
    keys = [f"openid/{app_id}/{open_id}"]
    if _is_id(union_id):
        keys.insert(0, f"unionid/{union_id}")
    return WechatPerson(tuple(keys))


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable()
