"""Operations on the files of applications."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import StringConstraints

from registry_api.accounts.principals import CurrentAuthority, CurrentDoctor, CurrentInstitution
from registry_api.applications.files import (
    delete_attachment,
    read_attachment,
    store_evidence,
    store_photo,
)
from registry_api.applications.schemas import AttachmentRead
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey

JPEG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
}
Picture = Annotated[
    # `format` as OpenAPI 3.0 had it: generators do not know 3.1's `contentMediaType` alone as a file.
    UploadFile, File(description="JPEG or PNG, at most 5 MB.", json_schema_extra={"format": "binary"})
]
Name = Annotated[
    str,
    # PostgreSQL's texts cannot hold U+0000, and a name is one line.
    StringConstraints(strip_whitespace=True, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$"),
    Form(description="What it is, such as 户口注销证明; reviewers see it. Needed for evidence."),
]
_FILES = "/applications/{application_id}/attachments"
_FILE = f"{_FILES}/{{attachment_id}}"

doctor = APIRouter(prefix=f"{API_PREFIX}/doctor", tags=["doctor"], route_class=TransactionalRoute)
institution = APIRouter(
    prefix=f"{API_PREFIX}/institution", tags=["institution"], route_class=TransactionalRoute
)
authority = APIRouter(prefix=f"{API_PREFIX}/authority", tags=["authority"], route_class=TransactionalRoute)


@doctor.post(_FILES, status_code=201, operation_id="uploadAttachment")
async def upload_attachment(
    person: CurrentDoctor,
    work: CurrentWork,
    application_id: UUID,
    kind: Annotated[Literal["photo", "evidence"], Form()],
    file: Picture,
    key: IdempotencyKey,
    name: Name = "",
) -> AttachmentRead:
    """Uploads the application's photo (近 6 个月 2 寸白底免冠正面半身照), or a proof. Advice is not refusal."""
    del key
    content = await file.read()
    if kind == "photo":
        return await store_photo(work, person, application_id, content)
    return await store_evidence(work, person, application_id, content, name)


@doctor.get(_FILE, operation_id="getMyAttachment", response_class=Response, responses=JPEG)
async def get_my_attachment(
    person: CurrentDoctor, work: CurrentWork, application_id: UUID, attachment_id: UUID
) -> Response:
    """The file itself."""
    return await read_attachment(work, person, application_id, attachment_id)


@doctor.delete(_FILE, status_code=204, response_class=Response, operation_id="deleteAttachment")
async def delete_my_attachment(
    person: CurrentDoctor, work: CurrentWork, application_id: UUID, attachment_id: UUID
) -> None:
    """Deletes a file of mine from a draft, or from an application that came back; not the photo that it names."""
    await delete_attachment(work, person, application_id, attachment_id)


@institution.post(_FILES, status_code=201, operation_id="uploadInstitutionAttachment")
async def upload_institution_attachment(
    staff: CurrentInstitution,
    work: CurrentWork,
    application_id: UUID,
    kind: Annotated[Literal["evidence"], Form()],
    file: Picture,
    key: IdempotencyKey,
    name: Name = "",
) -> AttachmentRead:
    """Adds a proof to a report of the institution's own, while it awaits acceptance or came back."""
    del kind, key
    return await store_evidence(work, staff, application_id, await file.read(), name)


@institution.delete(
    _FILE, status_code=204, response_class=Response, operation_id="deleteInstitutionAttachment"
)
async def delete_institution_attachment(
    staff: CurrentInstitution, work: CurrentWork, application_id: UUID, attachment_id: UUID
) -> None:
    """Deletes a proof of the institution's own from a report that came back."""
    await delete_attachment(work, staff, application_id, attachment_id)


@authority.post(_FILES, status_code=201, operation_id="uploadAuthorityAttachment")
async def upload_authority_attachment(
    staff: CurrentAuthority,
    work: CurrentWork,
    application_id: UUID,
    kind: Annotated[Literal["evidence"], Form()],
    file: Picture,
    key: IdempotencyKey,
    name: Name = "",
) -> AttachmentRead:
    """Adds a proof to a case on the authority's desk, or to what it handled directly, on the same day."""
    del kind, key
    return await store_evidence(work, staff, application_id, await file.read(), name)
