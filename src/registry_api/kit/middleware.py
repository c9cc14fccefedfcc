"""Plain ASGI middleware: request id, caller's address, body bound, security headers, log line and metrics."""

import logging
import re
import time
from ipaddress import ip_address

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry_api.kit.ids import new_id
from registry_api.kit.logs import request_id
from registry_api.kit.metrics import REQUESTS, SECONDS
from registry_api.kit.problems import BodyTooLarge, Internal, render
from registry_api.kit.settings import Settings
from registry_api.kit.texts import language_from

log = logging.getLogger("registry.access")
_CALLERS_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_API_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


class RequestFrame:
    """Wraps every request; sets `state.request_id` and `state.address`."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._limit = settings.request_body_limit_bytes
        self._upload_limit = settings.upload_body_limit_bytes
        self._proxies = frozenset(filter(None, settings.trusted_proxies.replace(" ", "").split(",")))
        self._hsts = [(b"strict-transport-security", b"max-age=31536000")] if not settings.plain_http else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        identity = given.decode() if _CALLERS_ID.fullmatch(given) else str(new_id())
        token = request_id.set(identity)
        state = scope.setdefault("state", {})
        state["request_id"] = identity
        state["address"] = self._address(scope, headers)
        upload = headers.get(b"content-type", b"").startswith(b"multipart/")
        limit = self._upload_limit if upload else self._limit
        started = time.perf_counter()
        status = 500
        started_answer = False

        async def send_framed(message: Message) -> None:
            nonlocal status, started_answer
            if message["type"] == "http.response.start":
                started_answer = True
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                extra = [(b"x-request-id", identity.encode()), *self._hsts, *_API_HEADERS]
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in extra if pair[0] not in present),
                ]
                if b"cache-control" not in present:
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        try:
            if _declared_length(headers) > limit:
                await render(BodyTooLarge(), "zh-CN")(scope, receive, send_framed)
            else:
                await self.app(scope, _bounded(receive, limit), send_framed)
        except _TooLongError:
            await render(BodyTooLarge(), "zh-CN")(scope, receive, send_framed)
        except Exception:
            # Caught here and not outside, where the request id is gone by which people report it.
            log.exception("unhandled error")
            if started_answer:
                raise
            language = language_from(headers.get(b"accept-language", b"").decode("latin-1") or None)
            await render(Internal(), language)(scope, receive, send_framed)
        finally:
            seconds = time.perf_counter() - started
            route = scope.get("route")
            operation = getattr(route, "name", None) or "unrouted"
            REQUESTS.labels(operation, status).inc()
            SECONDS.labels(operation).observe(seconds)
            log.info(
                "%s %s",
                scope["method"],
                operation,
                extra={"status": status, "milliseconds": round(seconds * 1000, 1)},
            )
            request_id.reset(token)

    def _address(self, scope: Scope, headers: dict[bytes, bytes]) -> str | None:
        client = scope.get("client")
        address: str | None = client[0] if client else None
        if address in self._proxies and b"x-forwarded-for" in headers:
            # The nearest proxy wrote the last entry; what stands before it is the caller's own claim.
            address = headers[b"x-forwarded-for"].decode("latin-1").rsplit(",", 1)[-1].strip()
        try:
            return str(ip_address(address or ""))
        except ValueError:
            return None


def _declared_length(headers: dict[bytes, bytes]) -> int:
    declared = headers.get(b"content-length", b"")
    return int(declared) if declared.isdigit() else 0


class _TooLongError(ValueError):
    pass


def _bounded(receive: Receive, limit: int) -> Receive:
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise _TooLongError
        return message

    return bounded
