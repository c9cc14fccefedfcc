"""One doctor in the public register: by the whole name, and the institution or a certificate number."""

from datetime import timedelta

from registry_api.accounts.addresses import network_of
from registry_api.accounts.throttle import address_limit, reserve
from registry_api.captchas.service import HumanProofRequired, require_proof
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.practitioners.identity import (
    is_registered_name,
    mask_code,
    normalise_certificate,
    normalise_name,
)
from registry_api.public_register import queries
from registry_api.public_register.queries import FoundRow
from registry_api.public_register.schemas import (
    PublicRegisterSearch,
    PublicRegistration,
    PublicRegistrations,
)
from registry_api.register.state import OVER

MOST_FOUND = 20
_MOST_LOOKED_AT = 200
"""Of one institution's doctors those whose name the register could not write have to be compared here."""
FREE_AN_HOUR = 10
"""Look-ups from one network without a proof that somebody is there."""
AN_HOUR = timedelta(hours=1)
MOST_AN_HOUR = 300
"""A market of patients may share one address; this only stops who copies the register."""
_BRACKETS = str.maketrans({"(": "（", ")": "）", " ": None, "\u3000": None})


async def look_up(work: Work, asked: PublicRegisterSearch) -> PublicRegistrations:
    """What the register says today. Raises HumanProofRequired, InvalidBody, TooManyRequests.

    Whoever gives only a part of what is true gets what somebody gets who asks for nobody.
    """
    if asked.human_proof is not None:
        await require_proof(work, "register_search", asked.human_proof)
    limit = address_limit("register_search", network_of(work.address), MOST_AN_HOUR, AN_HOUR)
    if await reserve(work.system, (limit,), work.now) > FREE_AN_HOUR and asked.human_proof is None:
        raise HumanProofRequired
    name = normalise_name(asked.name)
    index = work.system.blind_index.of
    number = normalise_certificate(asked.certificate_number) if asked.certificate_number else None
    rows = await work.tx.fetch_all(
        queries.FIND,
        name=name,
        institution_id=asked.institution_id,
        institution_name=_written(asked.institution) if asked.institution else None,
        qualification_index=index("qualification_number", number) if number else None,
        registration_index=index("certificate_number", number) if number else None,
        day=work.today,
        most=_MOST_LOOKED_AT,
    )
    found = [row for row in rows if is_registered_name(row.name, name)]
    return PublicRegistrations(
        items=[_read(work, row) for row in found[:MOST_FOUND]],
        more=len(found) > MOST_FOUND,
        checked_at=work.now,
    )


def _written(institution: str) -> str:
    """As the index of institutions' names has it: brackets of one kind, no spaces, lower case."""
    return institution.translate(_BRACKETS).lower()


def _read(work: Work, row: FoundRow) -> PublicRegistration:
    may_practise = row.status == "valid" and row.institution is not None
    number = work.system.sealer.open_text(row.certificate_sealed, "registration.certificate_number", row.id)
    return PublicRegistration(
        name=row.name,
        certificate_number_masked=mask_code(number),
        status=row.status,
        status_title=text(f"registration_status.{row.status}", work.language),
        institution=None if row.status in OVER else row.institution,
        authority=row.authority,
        additional=row.additional if may_practise else [],
        techniques=row.techniques if may_practise else [],
        conditions=row.conditions if may_practise else [],
    )
