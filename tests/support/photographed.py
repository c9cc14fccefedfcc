"""Steps with the photos of registrations."""

import io
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image

from tests.support.people import Person, portrait

PHOTOS = "/doctor/photos"
REVIEWS = "/institution/photo-reviews"


def coloured(shade: str) -> bytes:
    """A photo that differs from others, and is advised against."""
    content = io.BytesIO()
    Image.new("RGB", (413, 579), shade).save(content, "JPEG")
    return content.getvalue()


async def upload(doctor: Person, registration_id: str, content: bytes | None = None) -> httpx.Response:
    """A photo for a registration."""
    return await doctor.call(
        "POST",
        PHOTOS,
        data={"registration_id": registration_id},
        files={"file": ("p.jpg", portrait() if content is None else content, "image/jpeg")},
        key=str(uuid4()),
    )


async def uploaded(doctor: Person, registration_id: str, content: bytes | None = None) -> str:
    """The id of a photo that was taken."""
    answer = await upload(doctor, registration_id, content)
    assert answer.status_code == 201, answer.text
    photo_id: str = answer.json()["id"]
    return photo_id


async def decide(staff: Person, photo_id: str, action: str, reason: str = "") -> httpx.Response:
    """A decision of the institution."""
    return await staff.call(
        "POST",
        f"{REVIEWS}/{photo_id}/decisions",
        json={"action": action, "reason": reason},
        key=str(uuid4()),
    )


async def photos_of(doctor: Person) -> dict[str, Any]:
    """The only registration of the doctor, with its photos."""
    (registration,) = (await doctor.get(PHOTOS))["items"]
    found: dict[str, Any] = registration
    return found


async def waiting(staff: Person, name: str = "") -> list[str]:
    """The ids of what waits for the institution, oldest first."""
    page = await staff.get(REVIEWS, params={"limit": 100, **({"name": name} if name else {})})
    return [one["id"] for one in page["items"]]
