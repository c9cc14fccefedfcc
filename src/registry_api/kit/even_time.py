"""Answers that take equally long, whatever was found: time must not tell who or what is known (ASVS 5.0 6.3.8)."""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from starlette.responses import Response

from registry_api.kit.route import TransactionalRoute

STEP = 0.2
"""Seconds. Many times what the work takes, with its hash of a password: nearly every answer comes after one step."""


class EvenTimeRoute(TransactionalRoute):
    """An operation that answers after a whole number of steps, refusals included.

    Doing as much for an unknown person as for a known one left 0.5 ms of difference, which 25 pairs of requests
    showed. Waiting begins when the transaction has ended, so it holds no connection.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def even(request: Request) -> Response:
            begin = time.perf_counter()
            try:
                return await handle(request)
            finally:
                taken = time.perf_counter() - begin
                await asyncio.sleep(math.ceil(taken / STEP) * STEP - taken)

        return even
