"""A doctor's registrations with the institution that reviews their photos, and the photos themselves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, insert, null, or_, select, update

from registry_api.applications.models import Application
from registry_api.institutions.models import Authority, Institution
from registry_api.kit.db import Statement, unread
from registry_api.photos.models import Photo
from registry_api.register.models import Practice, Registration
from registry_api.register.state import OVER, Status

MOST_SHOWN = 200
"""Photos of one person in one answer, the newest; ten uploads a day are the most that are taken."""


@dataclass(frozen=True, slots=True)
class HeldRegistration:
    """A registration of the doctor's, and its main institution, which reviews."""

    id: UUID
    certificate_sealed: bytes
    status: Status
    institution_name: str | None
    institution_phone: str | None


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo as its doctor sees it."""

    id: UUID
    registration_id: UUID
    application_id: UUID | None
    status: str
    storage_key: str
    advice: list[str]
    uploaded_at: datetime
    decided_at: datetime | None
    superseded_at: datetime | None
    reason_sealed: bytes | None
    office: str | None


def _uuid(value: UUID) -> UUID:
    return value


_person = bindparam("practitioner_id", type_=Uuid)
main_practice = and_(
    Practice.registration_id == Registration.id, Practice.kind == "main", Practice.ended_on.is_(None)
)
"""The main institution as it stands now; 备案 leaves it as it was."""
REGISTRATIONS = Statement(
    select(
        Registration.id,
        Registration.certificate_number_sealed,
        Registration.status,
        Institution.name,
        Institution.phone,
    )
    .outerjoin(Practice, main_practice)
    .outerjoin(Institution, Institution.id == Practice.institution_id)
    .where(Registration.practitioner_id == _person)
    .order_by(Registration.registered_on.desc(), Registration.id.desc())
    .limit(50),
    HeldRegistration,
)
_photos = (
    select(
        Photo.id,
        Photo.registration_id,
        Photo.application_id,
        Photo.status,
        Photo.storage_key,
        Photo.advice,
        Photo.uploaded_at,
        Photo.decided_at,
        Photo.superseded_at,
        Photo.reason_sealed,
        func.coalesce(Institution.name, Authority.name),
    )
    .outerjoin(Institution, Institution.id == Photo.institution_id)
    .outerjoin(Application, Application.id == Photo.application_id)
    .outerjoin(Authority, Authority.id == Application.authority_id)
    .where(Photo.practitioner_id == _person)
)
PHOTOS = Statement(_photos.order_by(Photo.uploaded_at.desc(), Photo.id.desc()).limit(MOST_SHOWN), PhotoRow)
PHOTO = Statement(_photos.where(Photo.id == bindparam("photo_id", type_=Uuid)), PhotoRow)
UPLOADED_SINCE = Statement(
    select(func.count())
    .select_from(Photo)
    .where(
        Photo.practitioner_id == _person,
        Photo.application_id.is_(None),
        Photo.uploaded_at > bindparam("since", type_=Photo.uploaded_at.type),
    ),
    int,
)
REPLACE_PENDING = Statement(
    update(Photo)
    .where(Photo.registration_id == bindparam("of_registration", type_=Uuid), Photo.status == "pending")
    .values(status="replaced", decided_at=bindparam("now"))
    .returning(Photo.id),
    _uuid,
)
WITHDRAW = Statement(
    update(Photo)
    .where(
        Photo.id == bindparam("photo_id", type_=Uuid),
        Photo.practitioner_id == bindparam("owner_id", type_=Uuid),
        Photo.status == "pending",
    )
    .values(status="withdrawn", decided_at=bindparam("now"))
    .returning(Photo.registration_id),
    _uuid,
)
LAPSE = Statement(
    # Unless what ended the registration was set aside meanwhile.
    update(Photo)
    .where(
        Photo.registration_id == bindparam("of_registration", type_=Uuid),
        Photo.status == "pending",
        Registration.id == Photo.registration_id,
        or_(*(Registration.status == one for one in OVER)),
    )
    .values(status="lapsed", decided_at=bindparam("now"))
    .returning(Photo.id),
    _uuid,
)
_GIVEN = (
    *(
        "id",
        "registration_id",
        "practitioner_id",
        "storage_key",
        "sha256",
        "size",
        "width",
        "height",
        "advice",
    ),
    "uploaded_at",
)
INSERT = Statement(
    insert(Photo).values(
        {name: bindparam(name) for name in _GIVEN}
        | {"status": "pending", "application_id": null(), "decided_at": null()}
    ),
    unread,
)
