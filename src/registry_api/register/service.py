"""Enters decisions into the register. Every effect is one entry, and one application makes at most one."""

from uuid import UUID

from sqlalchemy import bindparam, insert, null, select

from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import CONSTRAINTS, Problem
from registry_api.kit.work import Work
from registry_api.register.models import CERTIFICATE_SEQUENCE, Practice, RegisterEntry, Registration


class AlreadyRegistered(Problem):
    """The person has a registration that is not ended."""

    status, code = 409, "registration_exists"


CONSTRAINTS["uq_registration_current"] = AlreadyRegistered
CONSTRAINTS["uq_register_entry_application_id"] = AlreadyRegistered

_NEXT_NUMBER = Statement(select(CERTIFICATE_SEQUENCE.next_value()), int)
_REGISTRATION = Statement(
    insert(Registration).values(
        id=bindparam("id"),
        practitioner_id=bindparam("practitioner_id"),
        qualification_id=bindparam("qualification_id"),
        authority_id=bindparam("authority_id"),
        certificate_number_sealed=bindparam("sealed"),
        certificate_number_index=bindparam("blind"),
        status="valid",
        status_since=bindparam("status_since"),
        registered_on=bindparam("registered_on"),
        version=1,
    ),
    unread,
)
_PRACTICE = Statement(
    insert(Practice).values(
        id=bindparam("id"),
        registration_id=bindparam("registration_id"),
        practitioner_id=bindparam("practitioner_id"),
        institution_id=bindparam("institution_id"),
        authority_id=bindparam("authority_id"),
        kind="main",
        valid_from=bindparam("valid_from"),
        valid_to=null(),
    ),
    unread,
)
_ENTRY = Statement(
    insert(RegisterEntry).values(
        id=bindparam("id"),
        registration_id=bindparam("registration_id"),
        practitioner_id=bindparam("practitioner_id"),
        application_id=bindparam("application_id"),
        kind="registered",
        effective_on=bindparam("effective_on"),
        recorded_at=bindparam("recorded_at"),
        recorded_by=bindparam("recorded_by"),
        details=bindparam("details"),
    ),
    unread,
)


async def enter_registration(
    work: Work,
    *,
    practitioner_id: UUID,
    qualification_id: UUID,
    institution_id: UUID,
    authority_id: UUID,
    authority_division: str,
    application_id: UUID,
    recorded_by: UUID,
) -> UUID:
    """Opens a registration with its main practice from today on; gives its id. Raises AlreadyRegistered.

    No national scheme for numbers of 中医（专长）医师执业证书 is published, so the number is this system's own.
    """
    registration_id = new_id()
    serial = await work.tx.get(_NEXT_NUMBER)
    number = f"YSZ{authority_division}{serial:07d}"
    await work.tx.run(
        _REGISTRATION,
        id=registration_id,
        practitioner_id=practitioner_id,
        qualification_id=qualification_id,
        authority_id=authority_id,
        sealed=work.system.sealer.seal(number, "registration.certificate_number", registration_id),
        blind=work.system.blind_index.of("certificate_number", number),
        status_since=work.today,
        registered_on=work.today,
    )
    await work.tx.run(
        _PRACTICE,
        id=new_id(),
        registration_id=registration_id,
        practitioner_id=practitioner_id,
        institution_id=institution_id,
        authority_id=authority_id,
        valid_from=work.today,
    )
    await work.tx.run(
        _ENTRY,
        id=new_id(),
        registration_id=registration_id,
        practitioner_id=practitioner_id,
        application_id=application_id,
        effective_on=work.today,
        recorded_at=work.now,
        recorded_by=recorded_by,
        details={"institution_id": str(institution_id), "authority_id": str(authority_id)},
    )
    return registration_id
