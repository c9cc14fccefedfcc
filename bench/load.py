"""The load: a process of its own that keeps so many connections busy, each with one request at a time."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST_SECONDS = 30
"""A measurement sends nothing more after this time; what was answered until then counts."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run came to; times in milliseconds."""

    requests: int
    errors: int
    seconds: float
    per_second: float
    p50: float
    p99: float


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line[15:])
    if length:
        await reader.readexactly(length)
    return status


async def _worker(port: int, requests: Iterator[bytes], expect: int, latencies: list[float]) -> int:
    give_up = time.perf_counter() + LONGEST_SECONDS
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    errors = 0
    for request in requests:
        started = time.perf_counter()
        errors += await _send(reader, writer, request) != expect
        latencies.append((time.perf_counter() - started) * 1000)
        if time.perf_counter() > give_up:
            break
    writer.close()
    return errors


async def run(port: int, connections: int, requests: list[bytes], expect: int) -> Result:
    """Sends every request once, over so many connections, as far as the time allows."""
    latencies: list[float] = []
    shared = iter(requests)
    started = time.perf_counter()
    errors = sum(
        await asyncio.gather(*(_worker(port, shared, expect, latencies) for _ in range(connections)))
    )
    seconds = time.perf_counter() - started
    latencies.sort()
    count = len(latencies)
    return Result(
        requests=count,
        errors=errors,
        seconds=round(seconds, 3),
        per_second=round(count / seconds, 1),
        p50=round(latencies[count // 2], 2),
        p99=round(latencies[min(count - 1, count * 99 // 100)], 2),
    )


def main() -> None:
    """Reads one job from standard input as JSON, writes its result to standard output."""
    job: dict[str, Any] = json.load(sys.stdin)
    requests = [text.encode() for text in job["requests"]]
    result = asyncio.run(run(job["port"], job["connections"], requests, job["expect"]))
    json.dump({name: getattr(result, name) for name in Result.__slots__}, sys.stdout)


if __name__ == "__main__":
    main()
