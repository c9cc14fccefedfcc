"""Some hundred uploads that nobody means well with, as they come over HTTP: each is taken or refused in words."""

import random
from collections import Counter
from typing import Any
from uuid import UUID

from tests.support.mutations import mutated_uploads
from tests.support.photographed import PHOTOS, photos_of
from tests.support.problems import problem
from tests.support.registered import Registered

NAMES = ("p.jpg", "../../p.jpg", "p.png.exe", "照片.jpg", "a" * 300, "p\r\nX: y.jpg", "")
TYPES = ("image/jpeg", "image/png", "text/html", "application/x-sh", "image/svg+xml", "")
COUNT = 250


async def test_every_upload_is_taken_or_refused_in_words(registered: Registered, superuser: Any) -> None:
    doctor = registered.chain.doctor
    held = await photos_of(doctor)
    chance = random.Random(5)  # noqa: S311 (nothing secret)
    found: Counter[str] = Counter()
    for _, content in mutated_uploads(COUNT, seed=7):
        answer = await doctor.call(
            "POST",
            PHOTOS,
            data={"registration_id": held["registration_id"]},
            files={"file": (chance.choice(NAMES), content, chance.choice(TYPES))},
        )
        if answer.status_code == 201:
            found["taken"] += 1
            # So many a day are the most; here it is about what is in them.
            await superuser.execute(
                "UPDATE photo SET uploaded_at = uploaded_at - interval '2 days' WHERE id = $1",
                UUID(answer.json()["id"]),
            )
        else:
            status, code = problem(answer)
            assert (status, code) in {(422, "photo_invalid"), (422, "invalid_body"), (413, "body_too_large")}
            found[answer.json().get("reason", code)] += 1

    assert found["taken"] > 20
    assert found.total() - found["taken"] > 100
    assert {"broken", "not_an_image", "wrong_format", "too_many_pixels", "too_small"} <= found.keys()
    after = await photos_of(doctor)
    assert after["current"] == held["current"]
    assert len(after["history"]) == found["taken"] - 1
