"""Files of applications: uploaded by the applicant, shown to whoever sees the application."""

from uuid import UUID

from fastapi import Response

from registry_api.accounts.principals import Doctor, Principal
from registry_api.applications import queries
from registry_api.applications.drafts import lock_own_case
from registry_api.applications.perform import scope_of
from registry_api.applications.problems import TooManyAttachments
from registry_api.applications.schemas import Advice, AttachmentRead
from registry_api.audit.service import record
from registry_api.kit.problems import NotFound
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.photos import service as photos
from registry_api.workflow.table import EDITABLE_STATUSES


async def store_photo(work: Work, doctor: Doctor, application_id: UUID, content: bytes) -> AttachmentRead:
    """Decodes and stores a photo. Raises NotFound, WrongState, TooManyAttachments, PhotoInvalid."""
    case = await lock_own_case(work, doctor, application_id, EDITABLE_STATUSES)
    if await photos.count(work, application_id) >= photos.MAX_PER_APPLICATION:
        raise TooManyAttachments
    photo = await photos.decode(content, work)
    attachment_id = await photos.store(work, photo, application_id, case.practitioner_id)
    await record(work, doctor, "photo.uploaded", object_type="application", object_id=application_id)
    return AttachmentRead(
        id=attachment_id,
        kind="photo",
        status="pending",
        content_type="image/jpeg",
        size=len(photo.jpeg),
        width=photo.width,
        height=photo.height,
        advice=[Advice(code=code, message=text(f"photo.{code}", work.language)) for code in photo.advice],
    )


async def read_attachment(
    work: Work, principal: Principal, application_id: UUID, attachment_id: UUID
) -> Response:
    """The content of a file. Raises NotFound unless the application is the caller's to see."""
    row = await work.tx.find(
        queries.visible_application(principal.realm), application_id=application_id, scope=scope_of(principal)
    )
    stored = await photos.find(work, application_id, attachment_id) if row else None
    if stored is None:
        raise NotFound
    content = await work.system.storage.get(stored.storage_key)
    return Response(
        content, media_type=stored.content_type, headers={"Cache-Control": "private, max-age=300"}
    )
