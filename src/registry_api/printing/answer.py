"""A PDF as an answer of the service."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from registry_api.printing.engine import in_turn

PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}
"""What an operation declares as its `responses`."""


class PdfAnswer(Response):
    """Drawn when it is sent: the transaction is over by then, so no connection waits for a place among the drawings."""

    media_type = "application/pdf"

    def __init__(self, make: Callable[[], bytes], filename: str) -> None:
        """`make` draws, in a thread; `filename` is ASCII, names no person, and ends in `.pdf`."""
        super().__init__(headers={"Content-Disposition": f'attachment; filename="{filename}"'})
        self._make = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Draws, then answers."""
        self.body = await in_turn(self._make)
        self.headers["Content-Length"] = str(len(self.body))
        await super().__call__(scope, receive, send)
