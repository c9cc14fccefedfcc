"""A province consents to practice by somebody assessed elsewhere (Order 15 Art. 27), or withdraws its consent."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Date, LargeBinary, Text, bindparam, func, insert, select, update

from registry_api.institutions.provinces import NotTheProvince, Office, read_office
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import CONSTRAINTS, InvalidBody, NotFound, Problem
from registry_api.kit.work import Work
from registry_api.practitioners.consents import CONSENT, ConsentRead, read_consent
from registry_api.practitioners.identity import mask_code, normalise_certificate
from registry_api.practitioners.models import CrossProvinceConsent

CertificateNumber = Annotated[str, Field(min_length=1, max_length=60, description="医师资格证书编码")]
Document = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    Field(description="文号 or name of the document."),
]


class ConsentRecorded(Problem):
    """The consent is recorded already."""

    status, code = 409, "consent_recorded"


class ConsentWithdrawn(Problem):
    """The consent is withdrawn already."""

    status, code = 409, "consent_withdrawn"


CONSTRAINTS["uq_cross_province_consent_standing"] = ConsentRecorded


class HolderSearch(BaseModel):
    """Whose certificate."""

    model_config = ConfigDict(extra="forbid")

    certificate_number: CertificateNumber


class CertificateHolder(BaseModel):
    """Somebody whom the province may let in."""

    practitioner_id: UUID
    practitioner_name: str
    certificate_number_masked: str
    assessed_in: Annotated[str, Field(description="Name of the province that assessed the person.")]


class ConsentCreate(HolderSearch):
    """Whose certificate, by which document, and since when."""

    document: Document
    granted_on: Annotated[date, Field(description="Day of the document; today at the latest.")]


class ConsentWithdrawal(BaseModel):
    """By which document, and on which day."""

    model_config = ConfigDict(extra="forbid")

    document: Document
    withdrawn_on: Annotated[
        date, Field(description="Day of the document; from the day of the consent to today.")
    ]


@dataclass(frozen=True, slots=True)
class _Person:
    id: UUID
    name: str
    province_code: str
    province_name: str


_holder = func.holder_of_certificate(bindparam("blind", type_=LargeBinary)).table_valued(
    "id", "name", "province_code", "province_name"
)
_HOLDER = Statement(
    select(_holder.c.id, _holder.c.name, _holder.c.province_code, _holder.c.province_name), _Person
)
_COLUMNS = ("id", "practitioner_id", "province_code", "authority_id", "document", "granted_on")
_INSERT = Statement(insert(CrossProvinceConsent).values({name: bindparam(name) for name in _COLUMNS}), unread)
_WITHDRAW = Statement(
    update(CrossProvinceConsent)
    .where(
        CrossProvinceConsent.id == bindparam("consent_id"),
        CrossProvinceConsent.province_code == bindparam("province", type_=Text),
        CrossProvinceConsent.withdrawn_on.is_(None),
    )
    .values(
        withdrawn_on=bindparam("day", type_=Date),
        withdrawal_document=bindparam("document_of_day", type_=Text),
    ),
    unread,
)


async def find_holder(work: Work, authority_id: UUID, certificate_number: str) -> CertificateHolder:
    """Whose certificate it is, to compare with the document. Raises NotTheProvince, InvalidBody."""
    person = await _holder_of(work, await _province(work, authority_id), certificate_number)
    return CertificateHolder(
        practitioner_id=person.id,
        practitioner_name=person.name,
        certificate_number_masked=mask_code(normalise_certificate(certificate_number)),
        assessed_in=person.province_name,
    )


async def record_consent(work: Work, authority_id: UUID, consent: ConsentCreate) -> ConsentRead:
    """Records a consent of the authority's province. Raises NotTheProvince, ConsentRecorded, InvalidBody."""
    office = await _province(work, authority_id)
    if consent.granted_on > work.today:
        raise InvalidBody([{"pointer": "/granted_on", "code": "in_the_future"}])
    person = await _holder_of(work, office, consent.certificate_number)
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
    return await _read(work, office, consent_id)


async def withdraw_consent(
    work: Work, authority_id: UUID, consent_id: UUID, withdrawal: ConsentWithdrawal
) -> ConsentRead:
    """Ends a consent: nothing new begins by it, and what it has let in stays registered until it is decided otherwise.

    Raises NotTheProvince, NotFound, ConsentWithdrawn, InvalidBody.
    """
    office = await _province(work, authority_id)
    row = await work.tx.find(CONSENT, consent_id=consent_id, province=office.province_code)
    if row is None:
        raise NotFound
    for wrong, code in (
        (withdrawal.withdrawn_on > work.today, "in_the_future"),
        (withdrawal.withdrawn_on < row.granted_on, "before_the_consent"),
    ):
        if wrong:
            raise InvalidBody([{"pointer": "/withdrawn_on", "code": code}])
    ended = await work.tx.run(
        _WITHDRAW,
        consent_id=consent_id,
        province=office.province_code,
        day=withdrawal.withdrawn_on,
        document_of_day=withdrawal.document,
    )
    if not ended:
        raise ConsentWithdrawn
    return await _read(work, office, consent_id)


async def _province(work: Work, authority_id: UUID) -> Office:
    office = await read_office(work, authority_id)
    if not office.speaks_for_province:
        raise NotTheProvince
    return office


async def _holder_of(work: Work, office: Office, certificate_number: str) -> _Person:
    number = normalise_certificate(certificate_number)
    person = await work.tx.find(_HOLDER, blind=work.system.blind_index.of("qualification_number", number))
    if person is None:
        raise InvalidBody([{"pointer": "/certificate_number", "code": "unknown_certificate"}])
    if person.province_code == office.province_code:
        raise InvalidBody([{"pointer": "/certificate_number", "code": "assessed_here"}])
    return person


async def _read(work: Work, office: Office, consent_id: UUID) -> ConsentRead:
    row = await work.tx.get(CONSENT, consent_id=consent_id, province=office.province_code)
    return read_consent(work, row, may_withdraw=True)
