"""An SMS gateway on loopback, with the ways in which a real one misbehaves."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Behaviour = Literal["ok", "hang", "drip", "endless", "nonsense", "no_id", "reset", "lost_answer"] | int
"""A number answers with that status; `lost_answer` takes the message and hangs up before it says so."""
TOKEN = "token-of-the-gateway"


@dataclass
class FakeGateway:
    """Takes messages as `docs/operating.md` describes; `taken` has each message once, by its idempotency key."""

    behaviour: Behaviour = "ok"
    port: int = 0
    calls: int = 0
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _serving: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/messages"

    async def open(self) -> None:
        """Listens, on the same port as before where there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """From now on connections are refused."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
        for task in tuple(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
            }
            body = json.loads(await reader.readexactly(int(headers["content-length"])))
            self.calls += 1
            await self._answer(headers, body, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._serving.discard(task)
            writer.close()

    async def _answer(
        self, headers: dict[str, str], body: dict[str, Any], writer: asyncio.StreamWriter
    ) -> None:
        if headers["authorization"] != f"Bearer {TOKEN}":
            await _write(writer, 401, b"")
            return
        behaviour = self.behaviour
        if behaviour == "hang":
            await asyncio.Event().wait()
        if behaviour in ("drip", "endless"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            while True:
                writer.write(b" " if behaviour == "drip" else b" " * 65536)
                await writer.drain()
                await asyncio.sleep(0.02 if behaviour == "drip" else 0)
        if behaviour == "reset":
            writer.transport.abort()
            return
        if isinstance(behaviour, int):
            await _write(writer, behaviour, b'{"error": "as the test wants"}')
            return
        key = headers["idempotency-key"]
        self.taken.setdefault(key, body)
        if behaviour == "lost_answer":
            writer.transport.abort()
            return
        answers = {"nonsense": b"<html>sent, perhaps", "no_id": b'{"status": "queued"}'}
        await _write(writer, 200, answers.get(behaviour, json.dumps({"id": f"gw-{key[:8]}"}).encode()))


async def _write(writer: asyncio.StreamWriter, status: int, body: bytes) -> None:
    writer.write(
        f"HTTP/1.1 {status} .\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n".encode()
        + body
    )
    await writer.drain()


@asynccontextmanager
async def gateway() -> AsyncIterator[FakeGateway]:
    """A gateway that works until a test says otherwise."""
    made = FakeGateway()
    await made.open()
    try:
        yield made
    finally:
        await made.close()
