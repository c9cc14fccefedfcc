"""Files of applications: stored, shown and removed; the photo is decided with the institution's endorsement."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update

from registry_api.kit.db import Statement, Write, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import Problem
from registry_api.kit.roles import Realm
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.outbox.service import event
from registry_api.photos.decoder import DecodedPhoto, PhotoRefused, decode_photo
from registry_api.photos.decoding import in_thread
from registry_api.photos.models import Attachment

MAX_PER_APPLICATION = 20
NAME_PLACE = "attachment.name"
CONTENT_PLACE = "attachment.content"


class PhotoInvalid(Problem):
    """The file cannot be used as a photo; `reason` says why."""

    status, code = 422, "photo_invalid"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where the content lies, and who put it there."""

    kind: str
    uploaded_by: str
    storage_key: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Owner:
    """The application that a file belongs to, its person, and the realm that uploads."""

    application_id: UUID
    practitioner_id: UUID
    realm: Realm


_INSERT = Statement(
    insert(Attachment).values(
        id=bindparam("id"),
        application_id=bindparam("application_id"),
        practitioner_id=bindparam("practitioner_id"),
        kind=bindparam("kind"),
        name_sealed=bindparam("name_sealed"),
        uploaded_by=bindparam("uploaded_by"),
        status=bindparam("status"),
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
    select(Attachment.kind, Attachment.uploaded_by, Attachment.storage_key, Attachment.content_type).where(
        Attachment.id == bindparam("attachment_id"), Attachment.application_id == bindparam("application_id")
    ),
    StoredFile,
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
_PROOFS = Statement(
    select(Attachment.id, Attachment.name_sealed)
    .where(Attachment.application_id == bindparam("application_id"), Attachment.kind == "evidence")
    .order_by(Attachment.id),
    lambda attachment_id, name_sealed: (attachment_id, name_sealed),
)
_DELETE = Statement(
    delete(Attachment).where(
        Attachment.id == bindparam("attachment_id"), Attachment.application_id == bindparam("application_id")
    ),
    unread,
)
_APPROVE = Statement(
    update(Attachment)
    .where(
        Attachment.id == bindparam("attachment_id"),
        Attachment.application_id == bindparam("owner_id"),
        Attachment.kind == "photo",
    )
    .values(status="approved", decided_at=bindparam("now"), decided_by=bindparam("account_id")),
    unread,
)


async def decode(content: bytes, work: Work) -> DecodedPhoto:
    """The photo, decoded and redrawn in a thread. Raises PhotoInvalid with the reason in words."""
    try:
        return await in_thread(decode_photo, content)
    except PhotoRefused as refused:
        message = text(f"photo.{refused.code}", work.language)
        raise PhotoInvalid(values={"reason": message}, reason=refused.code) from refused


async def count(work: Work, application_id: UUID) -> int:
    """Files of an application."""
    return await work.tx.get(_COUNT, application_id=application_id)


async def store(work: Work, photo: DecodedPhoto, owner: Owner, name: str | None = None) -> UUID:
    """Stores a decoded picture; gives its id. Without a name it is the photo, pending until the institution endorses.

    A proof has a name, and lies sealed: a verdict or a diagnosis tells more of a person than a portrait.
    """
    attachment_id, sealer = new_id(), work.system.sealer
    key = f"applications/{owner.application_id}/{attachment_id}"
    content = photo.jpeg if name is None else sealer.seal(photo.jpeg, CONTENT_PLACE, attachment_id)
    await put(work, key, content)
    await work.tx.run(
        _INSERT,
        id=attachment_id,
        application_id=owner.application_id,
        practitioner_id=owner.practitioner_id,
        kind="photo" if name is None else "evidence",
        name_sealed=None if name is None else sealer.seal(name, NAME_PLACE, attachment_id),
        uploaded_by=owner.realm,
        status="pending" if name is None else None,
        storage_key=key,
        sha256=photo.sha256,
        size=len(photo.jpeg),
        width=photo.width,
        height=photo.height,
        advice=list(photo.advice),
        now=work.now,
    )
    return attachment_id


async def put(work: Work, key: str, content: bytes) -> None:
    """Stores a file before the row that names it: a row without content would be a lie.

    If the request fails after that, the worker removes the file; after a crash it stays, and nothing reaches it.
    """
    statement, values = _removal(work, key)
    work.tx.keep_on_rollback(statement, **values)
    await work.system.storage.put(key, content, "image/jpeg")


async def find(work: Work, application_id: UUID, attachment_id: UUID) -> StoredFile | None:
    """A file of a visible application."""
    return await work.tx.find(_FIND, attachment_id=attachment_id, application_id=application_id)


async def read(work: Work, attachment_id: UUID, stored: StoredFile) -> bytes:
    """The content of a file."""
    content = await work.system.storage.get(stored.storage_key)
    if stored.kind == "photo":
        return content
    return work.system.sealer.open_bytes(content, CONTENT_PLACE, attachment_id)


async def is_photo_of(work: Work, attachment_id: UUID, application_id: UUID) -> bool:
    """Whether the file is a photo of the application's."""
    found = await find(work, application_id, attachment_id)
    return found is not None and found.kind == "photo"


async def proofs(work: Work, application_id: UUID) -> dict[str, str]:
    """The proofs of an application, id to name, oldest first."""
    rows = await work.tx.fetch_all(_PROOFS, application_id=application_id)
    return {str(row_id): open_name(work, row_id, sealed) or "" for row_id, sealed in rows}


def open_name(work: Work, attachment_id: UUID, sealed: bytes | None) -> str | None:
    """What the uploader called a proof."""
    return None if sealed is None else work.system.sealer.open_text(sealed, NAME_PLACE, attachment_id)


async def remove(work: Work, application_id: UUID, attachment_id: UUID, stored: StoredFile) -> None:
    """Removes a file; its content follows after the commit."""
    await work.tx.run(_DELETE, attachment_id=attachment_id, application_id=application_id)
    await work.tx.run_together(_removal(work, stored.storage_key))


async def approve(work: Work, attachment_id: UUID, application_id: UUID, account_id: UUID) -> None:
    """Endorsement approves the photo."""
    await work.tx.run(
        _APPROVE, attachment_id=attachment_id, owner_id=application_id, now=work.now, account_id=account_id
    )


async def schedule_removal(work: Work, application_id: UUID) -> None:
    """Has the worker remove the files after the commit."""
    for key in await work.tx.fetch_all(_KEYS, application_id=application_id):
        await work.tx.run_together(_removal(work, key))


def _removal(work: Work, key: str) -> Write:
    return event(work, "photo.removed", {"storage_key": key})
