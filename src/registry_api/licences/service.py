"""What a doctor does with a licence: claims it, shows it, takes it home."""

import secrets
from datetime import timedelta
from uuid import UUID

from registry_api.accounts.principals import Doctor, practitioner_of
from registry_api.accounts.throttle import Limit, reserve
from registry_api.audit.service import record
from registry_api.kit.problems import NotFound
from registry_api.kit.work import Work
from registry_api.licences import queries, tokens
from registry_api.licences.eligibility import is_eligible
from registry_api.licences.issuing import FILE_PLACE, issue, key_ring
from registry_api.licences.problems import LicenceEnded, LicenceNotEligible
from registry_api.licences.queries import LicenceRow
from registry_api.licences.reading import describe, judge_holding
from registry_api.licences.schemas import LicenceRead, Presentation
from registry_api.printing.licence import qr_svg

REFRESH_SECONDS = 20
"""Ten seconds before a code dies its page asks for the next: somebody is just scanning the old one."""
SHOWS, CLAIMS, WINDOW = 90, 20, timedelta(minutes=10)


async def claim(work: Work, doctor: Doctor, registration_id: UUID) -> LicenceRead:
    """The valid licence of the doctor's registration, issued now if there is none yet.

    Raises NotActivated, NotFound, LicenceNotEligible, RegisterMoved, PressBusy, TooManyRequests.
    """
    person = practitioner_of(doctor)
    owned = await work.tx.find(
        queries.OWN_REGISTRATION, registration_id=registration_id, practitioner_id=person
    )
    if owned is None:
        raise NotFound
    licence_id = await work.tx.find(queries.VALID_OF, registration_id=registration_id)
    if licence_id is None:
        licence_id = await _issue(work, registration_id)
        await record(work, doctor, "licence.issued", object_type="licence", object_id=licence_id)
    return await read_own(work, doctor, licence_id)


async def _issue(work: Work, registration_id: UUID) -> UUID:
    holding = await work.tx.find(queries.HELD, registration_id=registration_id)
    judged = await judge_holding(work, holding)
    if judged.holding is None or judged.photo is None or not is_eligible(judged.findings):
        checks = [finding.say(work.language).model_dump() for finding in judged.findings]
        raise LicenceNotEligible(checks)
    # Whoever is refused has cost nothing; drawing costs something each time.
    await reserve(work.system, (Limit(f"licence/claim/{registration_id}", CLAIMS, WINDOW),), work.now)
    return await issue(work, judged.holding, judged.photo)


async def read_own(work: Work, doctor: Doctor, licence_id: UUID) -> LicenceRead:
    """A version of the doctor's own. Raises NotActivated, NotFound."""
    return describe(work, await _find_own(work, doctor, licence_id))


async def present(work: Work, doctor: Doctor, licence_id: UUID) -> Presentation:
    """亮照: a code for thirty seconds, while licence and registration are valid; each is recorded.

    Raises NotActivated, NotFound, LicenceEnded, TooManyRequests.
    """
    row = await _find_own(work, doctor, licence_id)
    if row.status != "valid" or row.registration_status != "valid":
        raise LicenceEnded
    await reserve(work.system, (Limit(f"licence/show/{licence_id}", SHOWS, WINDOW),), work.now)
    token_id = secrets.token_bytes(16)
    expires_at = work.now.replace(microsecond=0) + tokens.PRESENTATION_LIFE
    issuer = work.system.settings.origin
    claims = tokens.PresentationClaims(issuer, row.number, row.version, token_id, expires_at)
    url = tokens.qr_url(issuer, tokens.issue_presentation(claims, key_ring(work.system).signer))
    await record(
        work,
        doctor,
        "licence.shown",
        object_type="licence",
        object_id=licence_id,
        details={"code": token_id.hex()},
    )
    return Presentation(
        url=url,
        qr_svg=qr_svg(url).decode(),
        expires_at=expires_at,
        expires_in_seconds=int((expires_at - work.now).total_seconds()),
        refresh_after_seconds=REFRESH_SECONDS,
    )


async def read_document(work: Work, doctor: Doctor, licence_id: UUID) -> bytes:
    """The signed PDF, also of a version that has ended: its code says so. Raises NotActivated, NotFound."""
    row = await _find_own(work, doctor, licence_id)
    sealed = await work.system.storage.get(row.storage_key)
    await record(work, doctor, "licence.downloaded", object_type="licence", object_id=licence_id)
    return work.system.sealer.open_bytes(sealed, FILE_PLACE, licence_id)


async def read_photo(work: Work, doctor: Doctor, licence_id: UUID) -> bytes:
    """The photo on the valid licence, as JPEG. Raises NotActivated, NotFound."""
    row = await _find_own(work, doctor, licence_id)
    if row.status != "valid":
        raise NotFound
    return await work.system.storage.get(row.photo_key)


async def _find_own(work: Work, doctor: Doctor, licence_id: UUID) -> LicenceRow:
    row = await work.tx.find(queries.ONE_OWN, licence_id=licence_id, practitioner_id=practitioner_of(doctor))
    if row is None:
        raise NotFound
    return row
