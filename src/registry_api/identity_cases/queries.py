"""Statements on identity cases: the door's look-ups, and what a desk reads, scoped to its office."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Text, Uuid, and_, bindparam, column, func, insert, or_, select, update

from registry_api.accounts.models import AccountSession
from registry_api.identity_cases.models import IdentityCase
from registry_api.institutions.models import Authority, Institution
from registry_api.kit.db import Statement, unread
from registry_api.kit.roles import Realm
from registry_api.register.models import Practice, Registration

_NAMES = (
    "id",
    "number",
    "kind",
    "status",
    "account_id",
    "person_index",
    "claim_sealed",
    "evidence",
    "token_hash",
    "institution_id",
    "authority_id",
    "created_at",
)
INSERT = Statement(insert(IdentityCase).values({name: bindparam(name) for name in _NAMES}), unread)

DESK_OF_DIVISION = Statement(
    # County, city and province share the beginning of the code, so the nearest office has the greatest code.
    select(Authority.id)
    .where(
        or_(
            Authority.division_code == bindparam("county"),
            Authority.division_code == bindparam("city"),
            Authority.division_code == bindparam("province"),
        )
    )
    .order_by(Authority.division_code.desc(), Authority.id)
    .limit(1),
    lambda authority_id: authority_id,
)
MAIN_INSTITUTION = Statement(
    select(Practice.institution_id)
    .join(Registration, and_(Registration.id == Practice.registration_id, Registration.status == "valid"))
    .join(Institution, and_(Institution.id == Practice.institution_id, Institution.status == "open"))
    .where(
        Practice.practitioner_id == bindparam("person_id", type_=Uuid),
        Practice.kind == "main",
        Practice.valid_from <= bindparam("today"),
        or_(Practice.valid_to.is_(None), Practice.valid_to >= bindparam("today")),
    )
    .limit(1),
    lambda institution_id: institution_id,
)


@dataclass(frozen=True, slots=True)
class FollowedCase:
    """What number and token tell."""

    id: UUID
    number: str
    kind: str
    status: str
    created_at: datetime
    started_at: datetime | None
    decided_at: datetime | None
    reason_sealed: bytes | None


FOLLOW = Statement(
    select(*(column(name) for name in FollowedCase.__dataclass_fields__)).select_from(
        func.find_identity_case(
            bindparam("number", type_=Text), bindparam("token_hash", type_=LargeBinary)
        ).table_valued(*FollowedCase.__dataclass_fields__)
    ),
    FollowedCase,
)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its desk sees it."""

    id: UUID
    number: str
    kind: str
    status: str
    account_id: UUID | None
    person_index: bytes
    claim_sealed: bytes
    evidence: list[str]
    created_at: datetime
    started_at: datetime | None
    decided_at: datetime | None
    reason_sealed: bytes | None


@cache
def of_desk(realm: Realm, *, locked: bool = False) -> Statement[Case]:
    """One case of an office: `case_id`, `office_id`. Locked, it waits for another decision on it."""
    query = _cases(realm).where(IdentityCase.id == bindparam("case_id", type_=Uuid))
    return Statement(query.with_for_update() if locked else query, Case)


@cache
def page_of_desk(realm: Realm, *, by_status: bool, after: bool) -> Statement[Case]:
    """The newest first: `office_id`, `limit`, and `status`, `last_id` where asked for."""
    query = _cases(realm)
    if by_status:
        query = query.where(IdentityCase.status == bindparam("status"))
    if after:
        query = query.where(IdentityCase.id < bindparam("last_id", type_=Uuid))
    return Statement(query.order_by(IdentityCase.id.desc()).limit(bindparam("limit")), Case)


def _cases(realm: Realm) -> Any:
    office = IdentityCase.authority_id if realm == "authority" else IdentityCase.institution_id
    return select(*(getattr(IdentityCase, name) for name in Case.__dataclass_fields__)).where(
        office == bindparam("office_id", type_=Uuid)
    )


START = Statement(
    update(IdentityCase)
    .where(IdentityCase.id == bindparam("case_id"), IdentityCase.started_at.is_(None))
    .values(started_at=bindparam("now")),
    unread,
)
DECIDE = Statement(
    update(IdentityCase)
    .where(IdentityCase.id == bindparam("case_id"), IdentityCase.status == "open")
    .values(
        status=bindparam("outcome"),
        decided_at=bindparam("now"),
        decided_by=bindparam("decider_id"),
        reason_sealed=bindparam("sealed"),
    ),
    unread,
)

_case = bindparam("case_id", type_=Uuid)
_now = bindparam("now", type_=AccountSession.created_at.type)
CLOSE_ACCOUNT = Statement(select(func.close_account_of_case(_case, _now)), unread)
CHANGE_STATUS = Statement(
    select(
        func.change_status_for_case(
            _case, bindparam("from_status", type_=Text), bindparam("to_status", type_=Text), _now
        )
    ),
    unread,
)
REPLACE_PHONE = Statement(
    select(
        func.replace_phone_for_case(
            _case,
            bindparam("phone_sealed", type_=LargeBinary),
            bindparam("phone_index", type_=LargeBinary),
            _now,
        )
    ),
    unread,
)
CORRECT_ACCOUNT = Statement(
    select(
        func.correct_account_for_case(
            _case,
            bindparam("name", type_=Text),
            bindparam("id_number_sealed", type_=LargeBinary),
            bindparam("id_number_index", type_=LargeBinary),
        )
    ),
    unread,
)
