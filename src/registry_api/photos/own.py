"""A doctor's photos: upload for a registration, withdraw, look (manual, 信息维护 → 更新个人信息).

What is uploaded waits until the main institution decides; until then the photo before it stays the current one.
"""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from registry_api.accounts.principals import Doctor
from registry_api.audit.service import record
from registry_api.kit.ids import new_id
from registry_api.kit.problems import NotFound
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.outbox.service import event
from registry_api.photos import queries, service
from registry_api.photos.problems import (
    PhotoClosed,
    PhotoNeedsRegistration,
    PhotoRegistrationNotValid,
    TooManyPhotos,
)
from registry_api.photos.queries import HeldRegistration, PhotoRow
from registry_api.photos.schemas import MyPhotos, PhotoAdvice, PhotoRead, RegistrationPhotos
from registry_api.practitioners.identity import mask_code

REASON_PLACE = "photo.reason"
A_DAY = timedelta(days=1)
UPLOADS_A_DAY = 10
GONE = ("withdrawn", "replaced", "lapsed")


def key_of(registration_id: UUID, photo_id: UUID) -> str:
    """Where an uploaded photo lies."""
    return f"photos/{registration_id}/{photo_id}"


async def upload(work: Work, doctor: Doctor, registration_id: UUID, content: bytes) -> PhotoRead:
    """Decodes and stores a photo for a registration; a pending one is replaced, which stays on record.

    Raises PhotoNeedsRegistration, NotFound, PhotoRegistrationNotValid, TooManyPhotos, PhotoInvalid,
    PhotoUploadUnderWay.
    """
    held = await _registrations(work, doctor)
    if not held:
        raise PhotoNeedsRegistration
    registration = next((one for one in held if one.id == registration_id), None)
    if registration is None or doctor.practitioner_id is None:
        raise NotFound
    if registration.status != "valid":
        raise PhotoRegistrationNotValid(values={"status": _standing(work, registration)})
    recent = await work.tx.get(
        queries.UPLOADED_SINCE, practitioner_id=doctor.practitioner_id, since=work.now - A_DAY
    )
    if recent >= UPLOADS_A_DAY:
        raise TooManyPhotos(headers={"Retry-After": "3600"}, values={"limit": UPLOADS_A_DAY})
    photo = await service.decode(content, work)
    photo_id = new_id()
    key = key_of(registration_id, photo_id)
    await service.put(work, key, photo.jpeg)
    replaced = await work.tx.find(queries.REPLACE_PENDING, of_registration=registration_id, now=work.now)
    await work.tx.run(
        queries.INSERT,
        id=photo_id,
        registration_id=registration_id,
        practitioner_id=doctor.practitioner_id,
        storage_key=key,
        sha256=photo.sha256,
        size=len(photo.jpeg),
        width=photo.width,
        height=photo.height,
        advice=list(photo.advice),
        uploaded_at=work.now,
    )
    writes = [event(work, "photo.moved", {"photo_id": str(photo_id), "to": "pending"})]
    if replaced is not None:
        writes.append(event(work, "photo.removed", {"storage_key": key_of(registration_id, replaced)}))
        await _record(work, doctor, "photo.replaced", replaced, registration_id)
    await work.tx.run_together(*writes)
    await _record(work, doctor, "photo.uploaded", photo_id, registration_id)
    return _read(
        work, await work.tx.get(queries.PHOTO, photo_id=photo_id, practitioner_id=doctor.practitioner_id)
    )


async def withdraw(work: Work, doctor: Doctor, photo_id: UUID) -> None:
    """Takes back a photo on which nobody has decided. Raises NotFound, PhotoClosed."""
    row = await _get(work, doctor, photo_id)
    registration_id = await work.tx.find(
        queries.WITHDRAW, photo_id=photo_id, owner_id=doctor.practitioner_id, now=work.now
    )
    if registration_id is None:
        raise PhotoClosed
    await work.tx.run_together(event(work, "photo.removed", {"storage_key": row.storage_key}))
    await _record(work, doctor, "photo.withdrawn", photo_id, registration_id)


async def content_of(work: Work, doctor: Doctor, photo_id: UUID) -> bytes:
    """The JPEG of a photo of one's own. Raises NotFound, also once its file is gone."""
    row = await _get(work, doctor, photo_id)
    if row.status in GONE:
        raise NotFound
    return await work.system.storage.get(row.storage_key)


async def list_own(work: Work, doctor: Doctor) -> MyPhotos:
    """Every registration of the doctor's with its photos and what was decided on them."""
    held = await _registrations(work, doctor)
    photos: dict[UUID, list[PhotoRow]] = defaultdict(list)
    if held:
        for row in await work.tx.fetch_all(queries.PHOTOS, practitioner_id=doctor.practitioner_id):
            photos[row.registration_id].append(row)
    items = [_of_registration(work, one, photos[one.id]) for one in held]
    explanation = None if held else text("problem.photo_needs_registration.detail", work.language)
    return MyPhotos(items=items, explanation=explanation)


async def lapse_pending(work: Work, registration_id: UUID) -> None:
    """The registration has ended: nobody decides on what was pending, and its file goes."""
    photo_id = await work.tx.find(queries.LAPSE, of_registration=registration_id, now=work.now)
    if photo_id is not None:
        removed = {"storage_key": key_of(registration_id, photo_id)}
        await work.tx.run_together(event(work, "photo.removed", removed))


async def _registrations(work: Work, doctor: Doctor) -> list[HeldRegistration]:
    if doctor.practitioner_id is None:
        return []
    return await work.tx.fetch_all(queries.REGISTRATIONS, practitioner_id=doctor.practitioner_id)


async def _get(work: Work, doctor: Doctor, photo_id: UUID) -> PhotoRow:
    row = await work.tx.find(queries.PHOTO, photo_id=photo_id, practitioner_id=doctor.practitioner_id)
    if row is None:
        raise NotFound
    return row


async def _record(work: Work, doctor: Doctor, action: str, photo_id: UUID, registration_id: UUID) -> None:
    details = {"registration_id": str(registration_id)}
    await record(work, doctor, action, object_type="photo", object_id=photo_id, details=details)


def _standing(work: Work, held: HeldRegistration) -> str:
    return text(f"registration_status.{held.status}", work.language)


def _of_registration(work: Work, held: HeldRegistration, rows: list[PhotoRow]) -> RegistrationPhotos:
    number = work.system.sealer.open_text(held.certificate_sealed, "registration.certificate_number", held.id)
    photos = [_read(work, row) for row in rows]
    standing, valid = _standing(work, held), held.status == "valid"
    refusal = "problem.photo_registration_not_valid.detail"
    return RegistrationPhotos(
        registration_id=held.id,
        certificate_number_masked=mask_code(number),
        status=held.status,
        status_title=standing,
        reviewer=held.institution_name,
        reviewer_phone=held.institution_phone,
        may_upload=valid,
        why_not=None if valid else text(refusal, work.language, status=standing),
        current=next((one for one in photos if one.current), None),
        pending=next((one for one in photos if one.status == "pending"), None),
        history=[one for one in photos if not one.current and one.status != "pending"],
    )


def _read(work: Work, row: PhotoRow) -> PhotoRead:
    sealed = row.reason_sealed
    return PhotoRead(
        id=row.id,
        status=row.status,
        status_title=text(f"photo_status.{'superseded' if row.superseded_at else row.status}", work.language),
        current=row.status == "approved" and row.superseded_at is None,
        from_application=row.application_id is not None,
        has_content=row.status not in GONE,
        advice=[PhotoAdvice(code=code, message=text(f"photo.{code}", work.language)) for code in row.advice],
        uploaded_at=row.uploaded_at,
        decided_at=row.decided_at,
        decided_by=row.office,
        reason=None if sealed is None else work.system.sealer.open_text(sealed, REASON_PLACE, row.id),
    )
