"""Photos of registrations: what came with the application, or what the institution approved later; some wait."""

from datetime import timedelta
from uuid import UUID

from registry_api.demo.record import Record
from registry_api.demo.registrations import DemoRegistration

_HAS_ONE = 0.8
"""Of registrations that are older than the applications kept; the others have still to upload one."""
_WAITS = 0.1
_ABOUT_MAIN = ("opened", "registered", "main_changed")


def add_photos(
    record: Record, registration: DemoRegistration, registration_id: UUID, approved_id: UUID | None
) -> None:
    """The current photo of a registration, and perhaps one that waits for its main institution."""
    attachment = next((row for row in record.rows["attachment"] if row[1] == approved_id), None)
    entry = next(one for one in reversed(registration.entries) if one.kind in _ABOUT_MAIN)
    place = entry.institution.id
    if attachment is not None:
        _, application_id, _, _, _, key, _, *pixels, created, decided, decider = attachment
        _add(
            record,
            registration_id,
            application_id,
            "approved",
            key,
            pixels,
            (created, decided, decider, place),
        )
        return
    if registration.status != "valid" or not record.chance.happens(_HAS_ONE):
        return
    uploaded = record.chance.office_hour(entry.effective_on) + timedelta(minutes=1)
    for status in ("approved", "pending"):
        if status == "pending":
            if record.account_id is None or not record.chance.happens(_WAITS):
                return
            uploaded += timedelta(hours=2)
        portrait = record.chance.pick(record.clerk.portraits[record.person.sex])
        pixels = [portrait.sha256, portrait.size, portrait.width, portrait.height, []]
        decided = None
        if status == "approved":
            decided = (uploaded, uploaded + timedelta(hours=1), record.clerk.handlers[place].id, place)
        _add(
            record,
            registration_id,
            None,
            status,
            portrait.storage_key,
            pixels,
            decided or (uploaded, None, None, None),
        )


def _add(
    record: Record,
    registration_id: UUID,
    application_id: UUID | None,
    status: str,
    key: str,
    pixels: list[object],
    course: tuple[object, ...],
) -> None:
    """`course` is when it was uploaded and decided, by whom and at which institution."""
    row_id = record.chance.id_at(course[0])  # type: ignore[arg-type]
    record.rows["photo"].append(
        (row_id, registration_id, record.person.id, application_id, status, key, *pixels, *course)
    )
