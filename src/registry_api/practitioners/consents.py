"""Consent of a province that somebody assessed elsewhere practises there (Order 15 Art. 27)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import LargeBinary, bindparam, func, insert, select

from registry_api.institutions.provinces import NotTheProvince, read_office
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import CONSTRAINTS, InvalidBody, Problem
from registry_api.kit.work import Work
from registry_api.practitioners.identity import normalise_certificate
from registry_api.practitioners.models import CrossProvinceConsent


class ConsentRecorded(Problem):
    """The consent is recorded already."""

    status, code = 409, "consent_recorded"


CONSTRAINTS["uq_cross_province_consent_practitioner_id_province_code"] = ConsentRecorded


class ConsentCreate(BaseModel):
    """Whose certificate, by which document, and since when."""

    model_config = ConfigDict(extra="forbid")

    certificate_number: Annotated[str, Field(min_length=1, max_length=60, description="医师资格证书编码")]
    document: Annotated[str, Field(min_length=1, max_length=100, description="文号 or name of the document.")]
    granted_on: Annotated[date, Field(description="Day of the document; today at the latest.")]


class ConsentRead(BaseModel):
    """A recorded consent."""

    id: UUID
    practitioner_id: UUID
    practitioner_name: str
    province_code: str
    document: str
    granted_on: date


@dataclass(frozen=True, slots=True)
class _Person:
    id: UUID
    name: str


_holder = func.holder_of_certificate(bindparam("blind", type_=LargeBinary)).table_valued("id", "name")
_HOLDER = Statement(select(_holder.c.id, _holder.c.name), _Person)
_INSERT = Statement(
    insert(CrossProvinceConsent).values(
        {column.name: bindparam(column.name) for column in CrossProvinceConsent.__table__.columns}
    ),
    unread,
)


async def record_consent(work: Work, authority_id: UUID, consent: ConsentCreate) -> ConsentRead:
    """Records a consent of the authority's province. Raises NotTheProvince, ConsentRecorded, InvalidBody."""
    office = await read_office(work, authority_id)
    if not office.speaks_for_province:
        raise NotTheProvince
    if consent.granted_on > work.today:
        raise InvalidBody([{"pointer": "/granted_on", "code": "in_the_future"}])
    number = normalise_certificate(consent.certificate_number)
    person = await work.tx.find(_HOLDER, blind=work.system.blind_index.of("qualification_number", number))
    if person is None:
        raise InvalidBody([{"pointer": "/certificate_number", "code": "unknown_reference"}])
    consent_id = new_id()
    await work.tx.run(
        _INSERT,
        id=consent_id,
        practitioner_id=person.id,
        province_code=office.division_code,
        authority_id=authority_id,
        document=consent.document,
        granted_on=consent.granted_on,
    )
    return ConsentRead(
        id=consent_id,
        practitioner_id=person.id,
        practitioner_name=person.name,
        province_code=office.division_code,
        document=consent.document,
        granted_on=consent.granted_on,
    )
