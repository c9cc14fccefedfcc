"""Consent of a province that somebody assessed elsewhere practises there (Order 15 Art. 27): what is recorded."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import Text, Uuid, bindparam, select, true

from registry_api.institutions.models import Authority, Division
from registry_api.institutions.provinces import read_office
from registry_api.kit.db import Statement
from registry_api.kit.paging import read_cursor, write_cursor
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_code
from registry_api.practitioners.models import CrossProvinceConsent, Practitioner, Qualification


class ConsentRead(BaseModel):
    """A recorded consent, and its withdrawal if there was one."""

    id: UUID
    practitioner_id: UUID
    practitioner_name: str
    certificate_number_masked: Annotated[str, Field(description="医师资格证书编码")]
    assessed_in: Annotated[str, Field(description="Name of the province that assessed the person.")]
    province_code: Annotated[str, Field(description="The province that consents, GB/T 2260.")]
    authority_name: str
    document: str
    granted_on: date
    withdrawn_on: date | None
    withdrawal_document: str | None
    may_withdraw: Annotated[bool, Field(description="Whether the reader may withdraw it.")]


class ConsentPage(BaseModel):
    """The consents of a province, the last recorded first."""

    items: list[ConsentRead]
    next_cursor: str | None
    may_record: Annotated[bool, Field(description="Whether the reader may record one.")]
    locked: Annotated[str | None, Field(description="Why the reader may not, in words.")]


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent with whom it is about."""

    id: UUID
    practitioner_id: UUID
    practitioner_name: str
    qualification_id: UUID
    certificate_sealed: bytes
    assessed_in: str
    province_code: str
    authority_name: str
    document: str
    granted_on: date
    withdrawn_on: date | None
    withdrawal_document: str | None


_held = (
    select(Qualification.id, Qualification.certificate_number_sealed, Qualification.province_code)
    .where(Qualification.practitioner_id == CrossProvinceConsent.practitioner_id)
    .order_by(Qualification.issued_on.desc(), Qualification.id.desc())
    .limit(1)
    .correlate(CrossProvinceConsent)
    .lateral()
)
_CONSENTS = (
    select(
        CrossProvinceConsent.id,
        CrossProvinceConsent.practitioner_id,
        Practitioner.name,
        _held.c.id,
        _held.c.certificate_number_sealed,
        Division.name,
        CrossProvinceConsent.province_code,
        Authority.name,
        CrossProvinceConsent.document,
        CrossProvinceConsent.granted_on,
        CrossProvinceConsent.withdrawn_on,
        CrossProvinceConsent.withdrawal_document,
    )
    .join(Practitioner, Practitioner.id == CrossProvinceConsent.practitioner_id)
    .join(_held, true())
    .join(Division, Division.code == _held.c.province_code)
    .join(Authority, Authority.id == CrossProvinceConsent.authority_id)
    .where(CrossProvinceConsent.province_code == bindparam("province", type_=Text))
)
_NEWEST = _CONSENTS.order_by(CrossProvinceConsent.id.desc()).limit(bindparam("limit"))
FIRST = Statement(_NEWEST, ConsentRow)
NEXT = Statement(_NEWEST.where(CrossProvinceConsent.id < bindparam("before", type_=Uuid)), ConsentRow)
CONSENT = Statement(_CONSENTS.where(CrossProvinceConsent.id == bindparam("consent_id")), ConsentRow)


async def list_consents(
    work: Work, authority_id: UUID, *, keeps: bool, limit: int, cursor: str | None
) -> ConsentPage:
    """What the province of an authority has consented to. `keeps`: the reader's role may record consents."""
    office = await read_office(work, authority_id)
    asked = {"province": office.province_code, "limit": limit + 1}
    if cursor is None:
        rows = await work.tx.fetch_all(FIRST, **asked)
    else:
        [before] = read_cursor(cursor, UUID)
        rows = await work.tx.fetch_all(NEXT, **asked, before=before)
    locked = None if keeps else "role"
    if not office.speaks_for_province:
        locked = "province"
    shown = rows[:limit]
    return ConsentPage(
        items=[read_consent(work, row, may_withdraw=locked is None) for row in shown],
        next_cursor=write_cursor(shown[-1].id) if len(rows) > limit else None,
        may_record=locked is None,
        locked=text(f"consent_locked.{locked}", work.language) if locked else None,
    )


def read_consent(work: Work, row: ConsentRow, *, may_withdraw: bool) -> ConsentRead:
    """A row as it is read; one that is withdrawn stays so."""
    number = work.system.sealer.open_text(
        row.certificate_sealed, "qualification.certificate_number", row.qualification_id
    )
    return ConsentRead(
        id=row.id,
        practitioner_id=row.practitioner_id,
        practitioner_name=row.practitioner_name,
        certificate_number_masked=mask_code(number),
        assessed_in=row.assessed_in,
        province_code=row.province_code,
        authority_name=row.authority_name,
        document=row.document,
        granted_on=row.granted_on,
        withdrawn_on=row.withdrawn_on,
        withdrawal_document=row.withdrawal_document,
        may_withdraw=may_withdraw and row.withdrawn_on is None,
    )
