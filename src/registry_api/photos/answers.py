"""How a photo is answered."""

from typing import Any

from fastapi import Response

JPEG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
}


def picture(content: bytes) -> Response:
    """A JPEG of our own encoding. A page shows it again and again, but a shared computer keeps it for minutes only."""
    headers = {"Cache-Control": "private, max-age=300", "Content-Disposition": "inline"}
    return Response(content, media_type="image/jpeg", headers=headers)
