"""备案 near or past its two years: an authority's task, for nothing deregisters anybody silently."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import Date, Uuid, bindparam, select

from registry_api.institutions.models import Institution
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.practitioners.models import Practitioner
from registry_api.register.models import Registration
from registry_api.register.state import last_day_of_filing

NEAR_DAYS = 90
MOST = 500


class DueFiling(BaseModel):
    """A registration in 备案 whose term ends soon or has ended."""

    registration_id: UUID
    practitioner_id: UUID
    practitioner_name: str
    institution_name: Annotated[str | None, Field(description="The institution that handled the 备案.")]
    filed_on: date
    filed_until: Annotated[date, Field(description="Last day on which 取消备案 may be submitted.")]
    days_left: Annotated[int, Field(description="Days after today; negative once the term is over.")]


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


_DUE = Statement(
    select(
        Registration.id,
        Registration.practitioner_id,
        Practitioner.name,
        Institution.name,
        Registration.filed_on,
    )
    .join(Practitioner, Practitioner.id == Registration.practitioner_id)
    .outerjoin(Institution, Institution.id == Registration.filing_institution_id)
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
    return DueFilings(
        items=[
            DueFiling(
                registration_id=row.registration_id,
                practitioner_id=row.practitioner_id,
                practitioner_name=row.practitioner_name,
                institution_name=row.institution_name,
                filed_on=row.filed_on,
                filed_until=last_day_of_filing(row.filed_on),
                days_left=(last_day_of_filing(row.filed_on) - work.today).days,
            )
            for row in rows
        ]
    )
