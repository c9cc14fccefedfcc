"""Text messages over HTTP: one small interface, behind which an operator puts the carrier of his choice."""

import asyncio
import json
import ssl
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from registry_api.kit.delivery import DeliveryDelayed, DeliveryRefused

_LONGEST_ANSWER = 64 * 1024
_OURS_TO_MEND = frozenset(
    (
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    )
)
"""Refusals of the caller, not of the message: a wrong token or address must not lose what people wait for."""


class HttpSmsGateway:
    """Posts JSON with a bearer token; `Idempotency-Key` is the message's id (docs/operating.md has the interface)."""

    def __init__(self, url: str, token: str, timeout_seconds: float) -> None:
        self._url = url
        self._token = token
        self._timeout = timeout_seconds
        self._tls = ssl.create_default_context()

    async def send(
        self, message_id: UUID, phone: str, text: str, template: str, values: dict[str, Any]
    ) -> str | None:
        """See `kit.delivery.SmsGateway`."""
        body = {
            "message_id": str(message_id),
            "phone": phone,
            "text": text,
            "template": template,
            "values": values,
        }
        try:
            # httpx limits each step; a gateway that drips would hold the worker for ever.
            async with asyncio.timeout(self._timeout):
                status, content = await self._post(message_id, body)
        except TimeoutError:
            raise DeliveryDelayed("no answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise DeliveryDelayed(type(fault).__name__) from None
        if status in _OURS_TO_MEND or not (
            httpx.codes.is_success(status) or httpx.codes.is_client_error(status)
        ):
            raise DeliveryDelayed(f"status {status}")
        if httpx.codes.is_client_error(status):
            raise DeliveryRefused(f"status {status}")
        return _reference(content)

    async def _post(self, message_id: UUID, body: dict[str, Any]) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": str(message_id)}
        async with (
            # The environment's proxies are not settings of ours.
            httpx.AsyncClient(timeout=self._timeout, verify=self._tls, trust_env=False) as client,
            client.stream("POST", self._url, json=body, headers=headers) as answer,
        ):
            content = b""
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > _LONGEST_ANSWER:
                    raise DeliveryDelayed("an answer without end")
            return answer.status_code, content


def _reference(content: bytes) -> str:
    """The gateway's id; without one nobody can say that it took the message."""
    try:
        answer = json.loads(content)
    except ValueError:
        raise DeliveryDelayed("the answer is not JSON") from None
    reference = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(reference, str | int) or not str(reference):
        raise DeliveryDelayed("the answer has no id")
    return str(reference)[:200]
