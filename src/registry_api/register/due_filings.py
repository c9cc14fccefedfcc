"""备案 near or past its two years: an authority's task, for nothing deregisters anybody silently."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import Date, Uuid, bindparam, or_, select, true

from registry_api.applications.models import Application
from registry_api.institutions.models import Institution
from registry_api.kit.db import Statement
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.practitioners.models import Practitioner
from registry_api.register.models import Registration
from registry_api.register.state import last_day_of_filing
from registry_api.workflow.table import OPEN_STATUSES

NEAR_DAYS = 90
MOST = 500


class OpenCase(BaseModel):
    """What is being decided on the registration, such as a 取消备案 that was submitted in time."""

    id: UUID
    number: str
    type_title: str


class DueFiling(BaseModel):
    """A registration in 备案 whose term ends soon or has ended."""

    registration_id: UUID
    practitioner_id: UUID
    practitioner_name: str
    institution_name: Annotated[str | None, Field(description="The institution that handled the 备案.")]
    filed_on: date
    filed_until: Annotated[date, Field(description="Last day on which 取消备案 may be submitted.")]
    days_left: Annotated[int, Field(description="Days after today; negative once the term is over.")]
    deregistration_open: Annotated[
        bool,
        Field(description="Whether the term is over, so that the authority may deregister (依职权注销)."),
    ]
    open_case: Annotated[
        OpenCase | None, Field(description="A case of this authority that is to be decided first.")
    ]


class DueFilings(BaseModel):
    """The most pressing first; at most 500."""

    items: list[DueFiling]


@dataclass(frozen=True, slots=True)
class _Row:
    registration_id: UUID
    practitioner_id: UUID
    practitioner_name: str
    institution_name: str | None
    filed_on: date
    case_id: UUID | None
    case_number: str | None
    case_type: str | None


_case = (
    select(Application.id, Application.number, Application.type)
    .where(
        Application.registration_id == Registration.id,
        Application.authority_id == bindparam("authority_id", type_=Uuid),
        # A draft is nobody's business but its filer's.
        or_(*(Application.status == status for status in OPEN_STATUSES if status != "draft")),
    )
    .order_by(Application.id.desc())
    .limit(1)
    .correlate(Registration)
    .lateral()
)
_DUE = Statement(
    select(
        Registration.id,
        Registration.practitioner_id,
        Practitioner.name,
        Institution.name,
        Registration.filed_on,
        _case.c.id,
        _case.c.number,
        _case.c.type,
    )
    .join(Practitioner, Practitioner.id == Registration.practitioner_id)
    .outerjoin(Institution, Institution.id == Registration.filing_institution_id)
    .outerjoin(_case, true())
    .where(
        Registration.authority_id == bindparam("authority_id", type_=Uuid),
        Registration.status == "filed",
        Registration.filed_on <= bindparam("before", type_=Date),
    )
    .order_by(Registration.filed_on, Registration.id)
    .limit(MOST),
    _Row,
)


async def list_due_filings(work: Work, authority_id: UUID) -> DueFilings:
    """What an authority has registered and what has been in 备案 for nearly two years or longer."""
    # What was filed two years before the last day that is near.
    two_years = last_day_of_filing(work.today) - work.today
    before = work.today - two_years + timedelta(days=NEAR_DAYS)
    rows = await work.tx.fetch_all(_DUE, authority_id=authority_id, before=before)
    return DueFilings(items=[_read(work, row) for row in rows])


def _read(work: Work, row: _Row) -> DueFiling:
    until = last_day_of_filing(row.filed_on)
    case = None
    if row.case_id is not None:
        title = text(f"type.{row.case_type}.title", work.language)
        case = OpenCase(id=row.case_id, number=row.case_number or "", type_title=title)
    return DueFiling(
        registration_id=row.registration_id,
        practitioner_id=row.practitioner_id,
        practitioner_name=row.practitioner_name,
        institution_name=row.institution_name,
        filed_on=row.filed_on,
        filed_until=until,
        days_left=(until - work.today).days,
        deregistration_open=until < work.today,
        open_case=case,
    )
