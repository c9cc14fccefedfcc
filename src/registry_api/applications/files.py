"""Files of applications: the photo, and proofs from whoever files or handles; shown to whoever sees the application."""

from uuid import UUID

from fastapi import Response

from registry_api.accounts.principals import Doctor, InstitutionStaff, Principal
from registry_api.applications import queries
from registry_api.applications.detail import AttachmentRow
from registry_api.applications.drafts import lock_own_case
from registry_api.applications.perform import scope_of
from registry_api.applications.problems import PhotoInUse, RoleNotAllowed, TooManyAttachments, WrongState
from registry_api.applications.schemas import Advice, AttachmentRead
from registry_api.applications.turn import offered, require_not_own
from registry_api.audit.service import record
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.problems import InvalidBody, NotFound
from registry_api.kit.texts import Language, text
from registry_api.kit.work import Work
from registry_api.photos import evidence
from registry_api.photos import service as photos
from registry_api.workflow.table import EDITABLE_STATUSES, HOLDERS, Status

Filing = Doctor | InstitutionStaff
REPORTED: tuple[Status, ...] = ("authority_review", "correction_required")
"""An institution proves what it reported while the authority looks at it, or when it came back."""


async def store_photo(work: Work, doctor: Doctor, application_id: UUID, content: bytes) -> AttachmentRead:
    """Decodes and stores a photo. Raises NotFound, WrongState, TooManyAttachments, PhotoInvalid."""
    case = await lock_own_case(work, doctor, application_id, EDITABLE_STATUSES)
    await _require_room(work, case)
    photo = await photos.decode(content, work)
    attachment_id = await photos.store(work, photo, _owner(case, doctor))
    await record(work, doctor, "photo.uploaded", object_type="application", object_id=application_id)
    return await _read(work, application_id, attachment_id)


async def store_evidence(
    work: Work, principal: Principal, application_id: UUID, content: bytes, name: str | None
) -> AttachmentRead:
    """Decodes and stores a proof under the name that the uploader gives it.

    A doctor adds to what is with them, an institution to its report while that is with the authority or came back, an
    authority to what lies on its desk and, on the same day, to what it has handled directly.
    Raises InvalidBody, NotFound, WrongState, RoleNotAllowed, OwnCase, TooManyAttachments, EvidenceInvalid.
    """
    if not name:
        raise InvalidBody([{"pointer": "/name", "code": "missing"}])
    case = await _lock_for_evidence(work, principal, application_id)
    await _require_room(work, case)
    page = await evidence.decode(content, work)
    attachment_id = await photos.store(work, page, _owner(case, principal), name)
    await record(work, principal, "evidence.uploaded", object_type="application", object_id=application_id)
    return await _read(work, application_id, attachment_id)


async def _lock_for_evidence(work: Work, principal: Principal, application_id: UUID) -> queries.Case:
    if isinstance(principal, Doctor):
        case = await lock_own_case(work, principal, application_id, EDITABLE_STATUSES)
    elif isinstance(principal, InstitutionStaff):
        case = await lock_own_case(work, principal, application_id, REPORTED)
    else:
        case = await _lock_at_authority(work, principal, application_id)
    require_not_own(work, principal, case)
    return case


async def _lock_at_authority(work: Work, staff: Principal, application_id: UUID) -> queries.Case:
    if staff.role not in ("authority_handler", "authority_approver"):
        raise RoleNotAllowed
    case = await work.tx.find(
        queries.locked_case("authority"), application_id=application_id, scope=scope_of(staff)
    )
    if case is None:
        raise NotFound
    # Direct handling takes effect in the request that files it: its proofs follow on the same day.
    decided = case.decided_at and case.decided_at.astimezone(SHANGHAI).date()
    just_handled = case.filer == "authority" and case.status == "approved" and decided == work.today
    if HOLDERS[case.status] != "authority" and not just_handled:
        raise WrongState(case.status, offered(case, work.today, staff.role))
    return case


async def delete_attachment(work: Work, filer: Filing, application_id: UUID, attachment_id: UUID) -> None:
    """Removes a file that the filer's side uploaded, while the application is with it.

    Raises NotFound, WrongState, or PhotoInUse for the photo that the payload names; OwnCase.
    """
    case = await lock_own_case(work, filer, application_id, EDITABLE_STATUSES)
    require_not_own(work, filer, case)
    stored = await photos.find(work, application_id, attachment_id)
    if stored is None or stored.uploaded_by != filer.realm:
        raise NotFound
    if case.payload.get("photo_id") == str(attachment_id):
        raise PhotoInUse
    await photos.remove(work, application_id, attachment_id, stored)
    await record(work, filer, f"{stored.kind}.deleted", object_type="application", object_id=application_id)


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
    content = await photos.read(work, attachment_id, stored)
    # A page shows the photo again and again; a proof leaves nothing behind on a shared computer.
    keep = "private, max-age=300" if stored.kind == "photo" else "no-store"
    return Response(content, media_type=stored.content_type, headers={"Cache-Control": keep})


def describe(work: Work, row: AttachmentRow) -> AttachmentRead:
    """A file as an application shows it."""
    return AttachmentRead(
        id=row.id,
        kind=row.kind,
        name=photos.open_name(work, row.id, row.name_sealed),
        uploaded_by=row.uploaded_by,
        uploaded_at=row.created_at,
        status=row.status,
        content_type=row.content_type,
        size=row.size,
        width=row.width,
        height=row.height,
        advice=[_advice(code, work.language) for code in row.advice],
    )


def _advice(code: str, language: Language) -> Advice:
    return Advice(code=code, message=text(f"photo.{code}", language))


async def _read(work: Work, application_id: UUID, attachment_id: UUID) -> AttachmentRead:
    row = await work.tx.get(queries.ATTACHMENT, application_id=application_id, attachment_id=attachment_id)
    return describe(work, row)


async def _require_room(work: Work, case: queries.Case) -> None:
    if await photos.count(work, case.id) >= photos.MAX_PER_APPLICATION:
        raise TooManyAttachments


def _owner(case: queries.Case, principal: Principal) -> photos.Owner:
    return photos.Owner(case.id, case.practitioner_id, principal.realm)
