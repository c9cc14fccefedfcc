"""The two questions that everybody may ask; SQL functions answer them, because nobody here has a scope."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, Integer, LargeBinary, Text, Uuid, bindparam, column, func, select

from registry_api.institutions.models import Authority, Division, Institution
from registry_api.kit.db import Statement
from registry_api.register.state import PlaceKind, Status


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A registration whose holder may bear the name; the register's `?` are still to be compared."""

    id: UUID
    name: str
    certificate_sealed: bytes
    status: Status
    authority: str
    institution: str | None
    additional: list[str]
    techniques: list[str]
    conditions: list[str]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A doctor who practises at the institution on the day."""

    registration_id: UUID
    name: str
    certificate_sealed: bytes
    kind: PlaceKind
    valid_to: date | None
    techniques: list[str]
    conditions: list[str]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """The institution whose board it is."""

    id: UUID
    name: str
    address: str
    division_name: str
    authority_name: str


_FOUND = (
    "id",
    "name",
    "certificate_number_sealed",
    "status",
    "authority",
    "institution",
    "additional",
    "techniques",
    "conditions",
)
_ON_BOARD = (
    "registration_id",
    "name",
    "certificate_number_sealed",
    "kind",
    "valid_to",
    "techniques",
    "conditions",
)
FIND = Statement(
    select(*(column(name) for name in _FOUND)).select_from(
        func.find_public_registrations(
            bindparam("name", type_=Text),
            bindparam("institution_id", type_=Uuid),
            bindparam("institution_name", type_=Text),
            bindparam("qualification_index", type_=LargeBinary),
            bindparam("registration_index", type_=LargeBinary),
            bindparam("day", type_=Date),
            bindparam("most", type_=Integer),
        ).table_valued(*_FOUND)
    ),
    FoundRow,
)
BOARD = Statement(
    select(*(column(name) for name in _ON_BOARD)).select_from(
        func.list_display_board(
            bindparam("institution_id", type_=Uuid),
            bindparam("day", type_=Date),
            bindparam("most", type_=Integer),
        ).table_valued(*_ON_BOARD)
    ),
    BoardRow,
)
PLACE = Statement(
    select(Institution.id, Institution.name, Institution.address, Division.name, Authority.name)
    .join(Division, Division.code == Institution.division_code)
    .join(Authority, Authority.id == Institution.authority_id)
    .where(Institution.id == bindparam("institution_id", type_=Uuid)),
    PlaceRow,
)
