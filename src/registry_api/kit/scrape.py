"""Metrics of a process that serves no HTTP otherwise: GET /metrics with the metrics token, and nothing else."""

import asyncio

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from registry_api.kit.metrics import METRICS, may_scrape

_PATIENCE_SECONDS = 5.0


async def serve_metrics(host: str, port: int, token: str) -> asyncio.Server:
    """Listens until it is closed; without a token every request gets 404, as from the API."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_answer_to(head.decode("latin-1"), token))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # a caller who goes away, or says too much, gets nothing
        finally:
            writer.close()

    return await asyncio.start_server(answer, host, port)


def _answer_to(head: str, token: str) -> bytes:
    request, *lines = head.split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    status, body = "404 Not Found", b""
    if request.startswith("GET /metrics ") and may_scrape(headers.get("authorization"), token):
        status, body = "200 OK", generate_latest(METRICS)
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {CONTENT_TYPE_LATEST}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    ).encode() + body
