"""What an institution may decide, and what it has decided. `scope` is the institution: no row is a stranger's."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Select, Text, Uuid, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import aliased

from registry_api.kit.db import Statement, unread
from registry_api.kit.paging import COUNT_LIMIT
from registry_api.photos.models import Photo
from registry_api.photos.queries import main_practice
from registry_api.practitioners.models import Practitioner
from registry_api.register.models import Practice, Registration
from registry_api.register.state import Status


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A photo with its doctor and registration."""

    id: UUID
    registration_id: UUID
    practitioner_id: UUID
    status: str
    storage_key: str
    advice: list[str]
    uploaded_at: datetime
    decided_at: datetime | None
    decider_name: str | None
    reason_sealed: bytes | None
    name: str
    id_number_sealed: bytes
    person_index: bytes
    certificate_sealed: bytes
    registration_status: Status
    current_id: UUID | None


_scope = bindparam("scope", type_=Uuid)
_current = aliased(Photo)
_is_main = and_(main_practice, Practice.institution_id == _scope)
_decided_here = and_(Photo.institution_id == _scope, Photo.application_id.is_(None))


def _reviews() -> Select[Any]:
    columns: list[Any] = [
        Photo.id,
        Photo.registration_id,
        Photo.practitioner_id,
        Photo.status,
        Photo.storage_key,
        Photo.advice,
        Photo.uploaded_at,
        Photo.decided_at,
        Photo.decider_name,
        Photo.reason_sealed,
        Practitioner.name,
        Practitioner.id_number_sealed,
        Practitioner.id_number_index,
        Registration.certificate_number_sealed,
        Registration.status,
        _current.id,
    ]
    return (
        select(*columns)
        .join(Registration, Registration.id == Photo.registration_id)
        .join(Practitioner, Practitioner.id == Photo.practitioner_id)
        .outerjoin(Practice, _is_main)
        .outerjoin(
            _current,
            and_(
                _current.registration_id == Photo.registration_id,
                _current.status == "approved",
                _current.superseded_at.is_(None),
                # What it looks like now is the business of who reviews now.
                Practice.id.is_not(None),
            ),
        )
    )


def _listed(query: Select[Any], *, pending: bool, by_name: bool) -> Select[Any]:
    if pending:
        query = query.where(Photo.status == "pending", Practice.id.is_not(None))
    else:
        query = query.where(Photo.status == bindparam("status", type_=Text), _decided_here)
    if by_name:
        query = query.where(func.starts_with(Practitioner.name, bindparam("name", type_=Text)))
    return query


@cache
def page(*, pending: bool, by_name: bool, after: bool) -> Statement[ReviewRow]:
    """Reviews of a status: what waits with the oldest first, what is decided with the newest."""
    query = _listed(_reviews(), pending=pending, by_name=by_name)
    last = bindparam("last_id", type_=Uuid)
    if after:
        query = query.where(Photo.id > last if pending else Photo.id < last)
    order = Photo.id if pending else Photo.id.desc()
    return Statement(query.order_by(order).limit(bindparam("limit")), ReviewRow)


@cache
def count(*, pending: bool, by_name: bool) -> Statement[int]:
    """How many, up to a little more than COUNT_LIMIT."""
    found = _listed(_reviews(), pending=pending, by_name=by_name).limit(COUNT_LIMIT + 1).subquery()
    return Statement(select(func.count()).select_from(found), int)


_one = or_(Practice.id.is_not(None), Photo.institution_id == _scope)
REVIEW = Statement(_reviews().where(Photo.id == bindparam("photo_id", type_=Uuid), _one), ReviewRow)
LOCKED = Statement(
    _reviews()
    .where(Photo.id == bindparam("photo_id", type_=Uuid), Practice.id.is_not(None))
    .with_for_update(of=Photo),
    ReviewRow,
)
DECIDE = Statement(
    update(Photo)
    .where(Photo.id == bindparam("photo_id", type_=Uuid), Photo.status == "pending")
    .values(
        status=bindparam("new_status", type_=Text),
        decided_at=bindparam("now"),
        decided_by=bindparam("account_id", type_=Uuid),
        decider_name=bindparam("decider", type_=Text),
        institution_id=bindparam("scope", type_=Uuid),
        reason_sealed=bindparam("sealed", type_=LargeBinary),
    ),
    unread,
)
