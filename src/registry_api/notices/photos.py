"""Tells about the photos of registrations: the reviewing institution what waits, the doctor what was decided."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, func, or_, select

from registry_api.accounts.models import Account
from registry_api.institutions.models import Institution
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.notices.service import tell_as_chosen
from registry_api.outbox.worker import Event
from registry_api.photos.models import Photo
from registry_api.photos.queries import main_practice
from registry_api.register.models import Practice, Registration

_to = bindparam("to", type_=Text)


@dataclass(frozen=True, slots=True)
class _Concerned:
    account_id: UUID
    office: str


_CONCERNED = Statement(
    select(
        Account.id,
        func.coalesce(Institution.name, ""),
    )
    .select_from(Photo)
    .join(Registration, Registration.id == Photo.registration_id)
    .outerjoin(Practice, main_practice)
    .outerjoin(Institution, Institution.id == func.coalesce(Photo.institution_id, Practice.institution_id))
    .join(
        Account,
        and_(
            Account.status == "active",
            or_(
                and_(_to == "pending", Account.institution_id == Practice.institution_id),
                and_(_to != "pending", Account.practitioner_id == Photo.practitioner_id),
            ),
        ),
    )
    # What has been decided, withdrawn or replaced meanwhile waits for nobody.
    .where(Photo.id == bindparam("photo_id", type_=Uuid), Photo.status == _to),
    _Concerned,
)


async def tell_photo(work: Work, event: Event) -> None:
    """A notice for each account concerned, and a message to doctors who asked for that; each once."""
    asked: dict[str, Any] = {"photo_id": UUID(event.payload["photo_id"]), "to": event.payload["to"]}
    kind = f"photo_{event.payload['to']}"
    for concerned in await work.tx.fetch_all(_CONCERNED, **asked):
        await tell_as_chosen(work, concerned.account_id, event.id, kind, office=concerned.office)
