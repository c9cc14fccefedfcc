"""An authority finds a person and reads what the register holds of them; both are recorded."""

from datetime import date
from typing import Any
from uuid import UUID

from registry_api.accounts.principals import AuthorityStaff
from registry_api.audit.service import record
from registry_api.kit.problems import InvalidBody, NotFound
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.practitioners.identity import (
    IdNumberRefused,
    check_id_number,
    mask_code,
    mask_id_number,
    mask_phone,
    normalise_certificate,
    normalise_name,
)
from registry_api.register import queries
from registry_api.register.queries import PersonRow, QualificationRow
from registry_api.register.reading import on_day, read_registrations, registers_of
from registry_api.register.schemas import (
    PractitionerFound,
    PractitionerSearch,
    PractitionersFound,
    QualificationRead,
    RegistrationSummary,
    RegistryPractitioner,
)


async def find_practitioners(
    work: Work, staff: AuthorityStaff, asked: PractitionerSearch
) -> PractitionersFound:
    """Whom the authority may see and the criterion names exactly. Raises InvalidBody."""
    given = [name for name, value in asked.model_dump().items() if value is not None]
    if len(given) != 1:
        raise InvalidBody([{"pointer": f"/{given[1] if given else 'id_number'}", "code": "one_criterion"}])
    persons = await _persons(work, staff.authority_id, asked)
    shown = persons[: queries.MOST_FOUND]
    ids = [person.id for person in shown]
    qualifications: dict[UUID, QualificationRow] = {}
    registrations: dict[UUID, RegistrationSummary] = {}
    if ids:
        for held in await work.tx.fetch_all(queries.QUALIFICATIONS, practitioner_ids=ids):
            qualifications.setdefault(held.practitioner_id, held)
        for row in await work.tx.fetch_all(queries.SUMMARIES, practitioner_ids=ids):
            summary = RegistrationSummary(
                id=row.id,
                status=row.status,
                status_title=text(f"registration_status.{row.status}", work.language),
                status_since=row.status_since,
                authority_name=row.authority_name,
                institution_name=row.institution_name,
            )
            registrations.setdefault(row.practitioner_id, summary)
    await record(
        work,
        staff,
        "practitioner.searched",
        object_type="practitioner",
        object_id=ids[0] if len(ids) == 1 else None,
        details={"by": given[0], "found": len(ids)},
    )
    return PractitionersFound(
        items=[
            PractitionerFound(
                practitioner_id=person.id,
                name=person.name,
                sex=person.sex,
                id_number_masked=_masked_id_number(work, person),
                qualification=_qualification(work, qualifications[person.id])
                if person.id in qualifications
                else None,
                registration=registrations.get(person.id),
            )
            for person in shown
        ],
        more=len(persons) > len(shown),
    )


async def _persons(work: Work, authority_id: UUID, asked: PractitionerSearch) -> list[PersonRow]:
    index, scope = work.system.blind_index.of, {"authority_id": authority_id}
    if asked.id_number is not None:
        try:
            number = check_id_number(asked.id_number, work.today).number
        except IdNumberRefused as refused:
            message = text(f"id_number.{refused.code}", work.language)
            error: dict[str, Any] = {"pointer": "/id_number", "code": refused.code, "message": message}
            raise InvalidBody([error]) from refused
        return await work.tx.fetch_all(
            queries.BY_ID_NUMBER, **scope, id_number_index=index("id_number", number)
        )
    if asked.certificate_number is not None:
        number = normalise_certificate(asked.certificate_number)
        return await work.tx.fetch_all(
            queries.BY_CERTIFICATE,
            **scope,
            qualification_index=index("qualification_number", number),
            registration_index=index("certificate_number", number),
        )
    return await work.tx.fetch_all(queries.BY_NAME, **scope, name=normalise_name(asked.name or ""))


async def read_practitioner(
    work: Work, staff: AuthorityStaff, practitioner_id: UUID, as_of: date | None
) -> RegistryPractitioner:
    """The person with every registration and its history, and how it was on a day. Raises NotFound."""
    person = await work.tx.find(
        queries.PERSON, practitioner_id=practitioner_id, authority_id=staff.authority_id
    )
    if person is None:
        raise NotFound
    held = await registers_of(work, person.id, staff.authority_id)
    qualifications = await work.tx.fetch_all(queries.QUALIFICATIONS, practitioner_ids=[person.id])
    await record(
        work, staff, "practitioner.viewed", object_type="practitioner", object_id=person.id, details={}
    )
    phone = person.phone_sealed
    return RegistryPractitioner(
        practitioner_id=person.id,
        name=person.name,
        sex=person.sex,
        id_number_masked=_masked_id_number(work, person),
        phone_masked=mask_phone(work.system.sealer.open_text(phone, "practitioner.phone", person.id))
        if phone
        else None,
        qualifications=[_qualification(work, one) for one in qualifications],
        registrations=read_registrations(work, held),
        on_day=on_day(work, held, as_of or work.today),
    )


def _masked_id_number(work: Work, person: PersonRow) -> str:
    number = work.system.sealer.open_text(person.id_number_sealed, "practitioner.id_number", person.id)
    return mask_id_number(number)


def _qualification(work: Work, row: QualificationRow) -> QualificationRead:
    number = work.system.sealer.open_text(row.certificate_sealed, "qualification.certificate_number", row.id)
    return QualificationRead(
        id=row.id,
        certificate_number_masked=mask_code(number),
        province_code=row.province_code,
        province_name=row.province_name,
        issued_on=row.issued_on,
        status=row.status,
        techniques=row.techniques,
        conditions=row.conditions,
    )
