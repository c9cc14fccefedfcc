"""The current photo of a registration: the last one that was approved, and how an application's becomes the first."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, literal, select, update

from registry_api.kit.clock import SHANGHAI
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.work import Work
from registry_api.photos.models import Attachment, Photo


@dataclass(frozen=True, slots=True)
class CurrentPhoto:
    """An approved photo, as the storage holds it: RGB JPEG of `decoder.TARGET_SIZE`."""

    id: UUID
    storage_key: str
    sha256: bytes
    """Digest of the JPEG."""
    approved_on: date
    """Civil day in Asia/Shanghai."""


def _current(photo_id: UUID, storage_key: str, sha256: bytes, approved_at: datetime) -> CurrentPhoto:
    return CurrentPhoto(photo_id, storage_key, sha256, approved_at.astimezone(SHANGHAI).date())


_CURRENT = Statement(
    select(Photo.id, Photo.storage_key, Photo.sha256, Photo.decided_at).where(
        Photo.registration_id == bindparam("registration_id", type_=Uuid),
        Photo.status == "approved",
        Photo.superseded_at.is_(None),
    ),
    _current,
)
_SUPERSEDE = Statement(
    update(Photo)
    .where(
        Photo.registration_id == bindparam("of_registration", type_=Uuid),
        Photo.status == "approved",
        Photo.superseded_at.is_(None),
    )
    .values(superseded_at=bindparam("now")),
    unread,
)
_COPIED = ("practitioner_id", "application_id", "storage_key", "sha256", "size", "width", "height", "advice")
_ADOPT = Statement(
    insert(Photo).from_select(
        [
            "id",
            "registration_id",
            "status",
            "institution_id",
            *_COPIED,
            "uploaded_at",
            "decided_at",
            "decided_by",
        ],
        select(
            bindparam("id", type_=Uuid),
            bindparam("registration_id", type_=Uuid),
            literal("approved"),
            bindparam("institution_id", type_=Uuid),
            *(getattr(Attachment, name) for name in _COPIED),
            Attachment.created_at,
            Attachment.decided_at,
            Attachment.decided_by,
        ).where(
            Attachment.id == bindparam("attachment_id", type_=Uuid),
            Attachment.application_id == bindparam("of_application", type_=Uuid),
            Attachment.kind == "photo",
            Attachment.status == "approved",
        ),
    ),
    unread,
)
_APPROVE_UNPASSED = Statement(
    update(Attachment)
    .where(
        Attachment.id == bindparam("attachment_id"),
        Attachment.application_id == bindparam("of_application"),
        Attachment.kind == "photo",
        Attachment.status == "pending",
    )
    .values(status="approved", decided_at=bindparam("now"), decided_by=bindparam("account_id")),
    unread,
)


async def current_photo(work: Work, registration_id: UUID) -> CurrentPhoto | None:
    """The current photo of a registration that the caller may see; its JPEG lies under `storage_key`."""
    return await work.tx.find(_CURRENT, registration_id=registration_id)


async def supersede(work: Work, registration_id: UUID) -> None:
    """The current photo makes room for the one that is approved next in this transaction."""
    await work.tx.run(_SUPERSEDE, of_registration=registration_id, now=work.now)


async def adopt(
    work: Work,
    attachment_id: UUID,
    *,
    application_id: UUID,
    registration_id: UUID,
    passed_by: UUID | None,
    approver_id: UUID,
) -> None:
    """Makes the photo of an approved application the first of the registration that the approval made.

    `passed_by` is the institution that endorsed it. Where none did, as after a take-over, the approval approves it
    with the approver on record: who decides on the application has seen it (ADR 15).
    """
    await work.tx.run(
        _APPROVE_UNPASSED,
        attachment_id=attachment_id,
        of_application=application_id,
        now=work.now,
        account_id=approver_id,
    )
    await work.tx.run(
        _ADOPT,
        id=new_id(),
        registration_id=registration_id,
        institution_id=passed_by,
        attachment_id=attachment_id,
        of_application=application_id,
    )
