"""An institution finds its own doctors: whom it may report (Order 13 Art. 19, 医师法 17)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Text, Uuid, bindparam, or_, select

from registry_api.accounts.principals import InstitutionStaff
from registry_api.audit.service import record
from registry_api.kit.db import Statement
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_code, mask_id_number, normalise_name
from registry_api.practitioners.models import Practitioner
from registry_api.register.models import Practice, Registration
from registry_api.register.state import Status

MOST_FOUND = 20
_Name = Annotated[
    str,
    # PostgreSQL's texts cannot hold U+0000.
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00]*$"),
]


class OwnPractitionerSearch(BaseModel):
    """The whole name."""

    model_config = ConfigDict(extra="forbid")

    name: _Name


class OwnPractitioner(BaseModel):
    """A doctor whose main practice is here; one in 备案 stays its last institution's."""

    practitioner_id: UUID
    registration_id: UUID
    name: str
    id_number_masked: str
    certificate_number_masked: Annotated[str, Field(description="Of the practice certificate.")]
    status: Status
    status_title: str
    status_since: date
    registered_on: date


class OwnPractitioners(BaseModel):
    """At most twenty; `more` says that there are others."""

    items: list[OwnPractitioner]
    more: bool


@dataclass(frozen=True, slots=True)
class _Row:
    practitioner_id: UUID
    registration_id: UUID
    name: str
    id_number_sealed: bytes
    certificate_sealed: bytes
    status: Status
    status_since: date
    registered_on: date


_OWN = Statement(
    select(
        Practitioner.id,
        Registration.id,
        Practitioner.name,
        Practitioner.id_number_sealed,
        Registration.certificate_number_sealed,
        Registration.status,
        Registration.status_since,
        Registration.registered_on,
    )
    .join(Registration, Registration.practitioner_id == Practitioner.id)
    .join(Practice, Practice.registration_id == Registration.id)
    .where(
        Practice.institution_id == bindparam("institution_id", type_=Uuid),
        Practice.kind == "main",
        Practice.ended_on.is_(None),
        or_(*(Registration.status == status for status in ("valid", "filed", "suspended"))),
        Practitioner.name == bindparam("name", type_=Text),
    )
    .order_by(Practitioner.id)
    .limit(MOST_FOUND + 1),
    _Row,
)


async def find_own(work: Work, staff: InstitutionStaff, asked: OwnPractitionerSearch) -> OwnPractitioners:
    """Doctors of that name whose main practice at the caller's institution has not ended."""
    rows = await work.tx.fetch_all(_OWN, institution_id=staff.institution_id, name=normalise_name(asked.name))
    shown = rows[:MOST_FOUND]
    await record(
        work,
        staff,
        "practitioner.searched",
        object_type="practitioner",
        object_id=shown[0].practitioner_id if len(shown) == 1 else None,
        details={"by": "name", "found": len(shown)},
    )
    return OwnPractitioners(items=[_read(work, row) for row in shown], more=len(rows) > len(shown))


def _read(work: Work, row: _Row) -> OwnPractitioner:
    open_text = work.system.sealer.open_text
    return OwnPractitioner(
        practitioner_id=row.practitioner_id,
        registration_id=row.registration_id,
        name=row.name,
        id_number_masked=mask_id_number(
            open_text(row.id_number_sealed, "practitioner.id_number", row.practitioner_id)
        ),
        certificate_number_masked=mask_code(
            open_text(row.certificate_sealed, "registration.certificate_number", row.registration_id)
        ),
        status=row.status,
        status_title=text(f"registration_status.{row.status}", work.language),
        status_since=row.status_since,
        registered_on=row.registered_on,
    )
