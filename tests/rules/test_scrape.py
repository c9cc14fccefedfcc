"""The worker's metrics are given to whoever has the token, and to nobody else."""

import asyncio

import httpx
import pytest

from registry_api.kit.metrics import MESSAGES
from registry_api.kit.scrape import serve_metrics

TOKEN = "token-of-the-scraper"


async def ask(path: str, token: str | None, *, served_with: str = TOKEN) -> httpx.Response:
    server = await serve_metrics("127.0.0.1", 0, served_with)
    port = server.sockets[0].getsockname()[1]
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with server, httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"http://127.0.0.1:{port}{path}", headers=headers)


async def test_with_the_token_it_gives_the_numbers() -> None:
    MESSAGES.labels("sms", "sent").inc()
    answer = await ask("/metrics", TOKEN)
    assert answer.status_code == 200
    assert 'registry_messages_total{channel="sms",outcome="sent"}' in answer.text
    assert "registry_outbox_dead_letters" in answer.text


@pytest.mark.parametrize(("path", "token"), [("/metrics", None), ("/metrics", "guess"), ("/", TOKEN)])
async def test_else_there_is_nothing(path: str, token: str | None) -> None:
    answer = await ask(path, token)
    assert (answer.status_code, answer.content) == (404, b"")


async def test_without_a_token_nobody_gets_them() -> None:
    assert (await ask("/metrics", "guess", served_with="")).status_code == 404


async def test_a_caller_who_says_nonsense_is_let_go() -> None:
    server = await serve_metrics("127.0.0.1", 0, TOKEN)
    port = server.sockets[0].getsockname()[1]
    async with server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\xff" * 1000)
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
