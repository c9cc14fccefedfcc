"""Photos of applications: stored, shown, decided with the institution's endorsement."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import Problem
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.outbox.service import event
from registry_api.photos.decoder import DecodedPhoto, PhotoRefused, decode_photo
from registry_api.photos.models import Attachment

MAX_PER_APPLICATION = 20


class PhotoInvalid(Problem):
    """The file cannot be used as a photo; `reason` says why."""

    status, code = 422, "photo_invalid"


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """Where the content lies."""

    storage_key: str
    content_type: str


_INSERT = Statement(
    insert(Attachment).values(
        id=bindparam("id"),
        application_id=bindparam("application_id"),
        practitioner_id=bindparam("practitioner_id"),
        kind="photo",
        status="pending",
        storage_key=bindparam("storage_key"),
        content_type="image/jpeg",
        sha256=bindparam("sha256"),
        size=bindparam("size"),
        width=bindparam("width"),
        height=bindparam("height"),
        advice=bindparam("advice"),
        created_at=bindparam("now"),
    ),
    unread,
)
_FIND = Statement(
    select(Attachment.storage_key, Attachment.content_type).where(
        Attachment.id == bindparam("attachment_id"), Attachment.application_id == bindparam("application_id")
    ),
    StoredPhoto,
)
_COUNT = Statement(
    select(func.count())
    .select_from(Attachment)
    .where(Attachment.application_id == bindparam("application_id")),
    int,
)
_KEYS = Statement(
    select(Attachment.storage_key).where(Attachment.application_id == bindparam("application_id")), str
)
_APPROVE = Statement(
    update(Attachment)
    .where(Attachment.id == bindparam("attachment_id"), Attachment.application_id == bindparam("owner_id"))
    .values(status="approved", decided_at=bindparam("now"), decided_by=bindparam("account_id")),
    unread,
)


async def decode(content: bytes, work: Work) -> DecodedPhoto:
    """The photo, decoded and redrawn in a thread. Raises PhotoInvalid with the reason in words."""
    try:
        return await asyncio.to_thread(decode_photo, content)
    except PhotoRefused as refused:
        message = text(f"photo.{refused.code}", work.language)
        raise PhotoInvalid(values={"reason": message}, reason=refused.code) from refused


async def count(work: Work, application_id: UUID) -> int:
    """Files of an application."""
    return await work.tx.get(_COUNT, application_id=application_id)


async def store(work: Work, photo: DecodedPhoto, application_id: UUID, practitioner_id: UUID) -> UUID:
    """Stores a decoded photo, pending until the institution endorses; gives its id."""
    attachment_id = new_id()
    key = f"applications/{application_id}/{attachment_id}"
    # The blob first: a row without content would be a lie, content without a row only waits to be swept.
    await work.system.storage.put(key, photo.jpeg, "image/jpeg")
    await work.tx.run(
        _INSERT,
        id=attachment_id,
        application_id=application_id,
        practitioner_id=practitioner_id,
        storage_key=key,
        sha256=photo.sha256,
        size=len(photo.jpeg),
        width=photo.width,
        height=photo.height,
        advice=list(photo.advice),
        now=work.now,
    )
    return attachment_id


async def find(work: Work, application_id: UUID, attachment_id: UUID) -> StoredPhoto | None:
    """Where a file of a visible application lies."""
    return await work.tx.find(_FIND, attachment_id=attachment_id, application_id=application_id)


async def belongs(work: Work, attachment_id: UUID, application_id: UUID) -> bool:
    """Whether the file is one of the application's."""
    return await find(work, application_id, attachment_id) is not None


async def approve(work: Work, attachment_id: UUID, application_id: UUID, account_id: UUID) -> None:
    """Endorsement approves the photo."""
    await work.tx.run(
        _APPROVE, attachment_id=attachment_id, owner_id=application_id, now=work.now, account_id=account_id
    )


async def schedule_removal(work: Work, application_id: UUID) -> None:
    """Has the worker remove the files after the commit."""
    for key in await work.tx.fetch_all(_KEYS, application_id=application_id):
        await work.tx.run_together(event(work, "photo.removed", {"storage_key": key}))
