"""Proofs that people attach to applications."""

import io
from typing import Any

import httpx
from PIL import Image

from tests.support.people import Person


def scan(form: str = "JPEG", size: tuple[int, int] = (900, 600), colour: str = "lightgrey") -> bytes:
    """A picture that the decoder accepts."""
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, form)
    return content.getvalue()


async def send_proof(
    person: Person,
    application_id: str,
    name: str = "户口注销证明",
    content: bytes | None = None,
    **more: Any,
) -> httpx.Response:
    """The answer to an upload of evidence."""
    return await person.call(
        "POST",
        f"/{person.realm}/applications/{application_id}/attachments",
        data={"kind": "evidence", "name": name},
        files={"file": ("scan", content or scan(), "image/jpeg")},
        **more,
    )


async def attach(person: Person, application_id: str, name: str = "户口注销证明") -> dict[str, Any]:
    """A proof that is accepted."""
    answer = await send_proof(person, application_id, name)
    assert answer.status_code == 201, answer.text
    proof: dict[str, Any] = answer.json()
    return proof
