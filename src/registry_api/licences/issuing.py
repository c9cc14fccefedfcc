"""Issues a version of a licence: drawn, signed, stored, and only then a row.

Nothing is locked while it is drawn. Writing the row waits for whoever enters something for the registration, and is
refused if the register says otherwise by then (`licence_says_what_is_so`, migration 0015); whoever enters something
later finds the row. The same holds for the photo, under a lock of its own.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from registry_api.kit.ids import new_id
from registry_api.kit.texts import DEFAULT_LANGUAGE, Language, has_text, text
from registry_api.kit.work import System, Work
from registry_api.licences import queries, tokens
from registry_api.licences.keys import LicenceKeyRing
from registry_api.licences.pdf_signature import certify
from registry_api.licences.problems import PressBusy, RegisterMoved
from registry_api.licences.queries import Holding
from registry_api.licences.status_list import PERMUTATION_KEY_BYTES, place
from registry_api.outbox.service import event
from registry_api.photos.current import CurrentPhoto, current_photo
from registry_api.practitioners.identity import IdNumberRefused, check_id_number, mask_code
from registry_api.printing.engine import in_turn
from registry_api.printing.licence import LicencePage, render_licence

LIST_SIZE = 1 << 20
"""Places of one status list. A list is as long from its first day on, so that it does not tell how many there are."""
MOST_WAITING = 8
"""Licences being made at once in one process: each holds a connection until it is done, so only some may wait."""
CLAIMS_PLACE = "licence.claims"
FILE_PLACE = "licence.file"
UNCLAIMED_AFTER = timedelta(hours=1)

_under_way = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Which version it is, and where the status lists have it."""

    id: UUID
    number: str
    version: int
    list_id: int
    list_index: int


@cache
def _parse_ring(setting: str, issuer: str) -> LicenceKeyRing:
    return LicenceKeyRing.parse(setting, issuer)


def key_ring(system: System) -> LicenceKeyRing:
    """The keys of the process."""
    return _parse_ring(system.settings.licence_keys.get_secret_value(), system.settings.origin)


async def issue(work: Work, holding: Holding, photo: CurrentPhoto) -> UUID:
    """Issues the next version to an eligible holder; gives its id. Raises PressBusy and RegisterMoved."""
    global _under_way  # noqa: PLW0603 (what one process has under way)
    if _under_way >= MOST_WAITING:
        raise PressBusy(headers={"Retry-After": "2"})
    _under_way += 1
    try:
        return await _issue(work, holding, photo)
    finally:
        _under_way -= 1


async def _issue(work: Work, holding: Holding, photo: CurrentPhoto) -> UUID:
    at = await _reserve(work, holding)
    jpeg = await work.system.storage.get(photo.storage_key)
    token = _token(work, holding, at, jpeg)
    document = await _document(work, holding, at, jpeg, token)
    key = file_key(at.id)
    await _announce(work, at.id)
    # The file first: a row without it would be a lie, a file without row is swept.
    await work.system.storage.put(
        key, work.system.sealer.seal(document, FILE_PLACE, at.id), "application/octet-stream"
    )
    await work.tx.run(
        queries.INSERT,
        id=at.id,
        registration_id=holding.registration_id,
        practitioner_id=holding.practitioner_id,
        institution_id=holding.institution_id,
        authority_id=holding.authority_id,
        number=at.number,
        version=at.version,
        list_id=at.list_id,
        list_index=at.list_index,
        claims_sealed=work.system.sealer.seal_json(_claims(work, holding, token), CLAIMS_PLACE, at.id),
        photo_key=photo.storage_key,
        photo_sha256=photo.sha256,
        storage_key=key,
        sha256=sha256(document).digest(),
        size=len(document),
        issued_at=work.now,
    )
    await _require_same_photo(work, holding.registration_id, photo)
    return at.id


async def _reserve(work: Work, holding: Holding) -> _Place:
    last = await work.tx.find(queries.LAST_VERSION, registration_id=holding.registration_id)
    if last is None:
        serial = await work.tx.get(queries.NEXT_NUMBER)
        # 谁办理谁提供谁负责: numbered by this system; a national number would come through a port of its own.
        number, version = f"DZ{holding.authority_division}{serial:08d}", 1
    else:
        number, version = last[0], last[1] + 1
    list_id, position = divmod(await work.tx.get(queries.NEXT_PLACE), LIST_SIZE)
    secret = work.system.blind_index.of("licence_list", str(list_id))[:PERMUTATION_KEY_BYTES]
    return _Place(new_id(), number, version, list_id, place(position, LIST_SIZE, secret))


def _token(work: Work, holding: Holding, at: _Place, jpeg: bytes) -> str:
    claims = tokens.LicenceClaims(
        issuer=work.system.settings.origin,
        licence_number=at.number,
        version=at.version,
        name=holding.name,
        certificate_number_masked=mask_code(_certificate(work, holding)),
        institution=holding.institution or "",
        photo_digest=tokens.photo_digest(jpeg),
        issued_on=work.today,
        status_list=str(at.list_id),
        status_index=at.list_index,
    )
    return tokens.issue_licence(claims, key_ring(work.system).signer)


async def _document(work: Work, holding: Holding, at: _Place, jpeg: bytes, token: str) -> bytes:
    qualification = work.system.sealer.open_text(
        holding.qualification_sealed, "qualification.certificate_number", holding.qualification_id
    )
    qr_url = tokens.qr_url(work.system.settings.origin, token)
    page = LicencePage(
        name=holding.name,
        sex_title=sex_title(holding.sex),
        birth_date=_birth_date(work, holding),
        certificate_number=_certificate(work, holding),
        qualification_number_masked=mask_code(qualification),
        institution=holding.institution or "",
        authority=holding.authority,
        techniques=holding.techniques,
        conditions=holding.conditions,
        registered_on=holding.registered_on,
        issued_on=work.today,
        version=at.version,
        licence_number=at.number,
        photo_jpeg=jpeg,
        qr_url=qr_url,
        demonstration=work.system.settings.environment == "development",
    )
    drawn = await render_licence(page, work.now)
    signer = key_ring(work.system).signer
    return await in_turn(lambda: certify(drawn, qr_url, signer, signed_at=work.now))


def _certificate(work: Work, holding: Holding) -> str:
    return work.system.sealer.open_text(
        holding.certificate_sealed, "registration.certificate_number", holding.registration_id
    )


def _birth_date(work: Work, holding: Holding) -> date | None:
    number = work.system.sealer.open_text(
        holding.id_number_sealed, "practitioner.id_number", holding.practitioner_id
    )
    with suppress(IdNumberRefused):
        return check_id_number(number, work.today).birth_date
    return None


def sex_title(code: str, language: Language = DEFAULT_LANGUAGE) -> str:
    """GB/T 2261.1 in words; nothing for what is not said."""
    key = f"sex.{code}"
    return text(key, language) if has_text(key, language) else ""


def _claims(work: Work, holding: Holding, token: str) -> dict[str, Any]:
    return {
        "name": holding.name,
        "sex": holding.sex,
        "certificate_number_masked": mask_code(_certificate(work, holding)),
        "institution": holding.institution,
        "authority": holding.authority,
        "techniques": holding.techniques,
        "conditions": holding.conditions,
        "token": token,
    }


def file_key(licence_id: UUID) -> str:
    """Where the file of a licence lies."""
    return f"licences/{licence_id}"


async def _announce(work: Work, licence_id: UUID) -> None:
    """Says, in a transaction of its own, which file is about to be: whatever stops us, the worker looks for its row."""
    told, when = {"licence_id": str(licence_id)}, work.now + UNCLAIMED_AFTER
    statement, values = event(work, "licence.stored", told, run_at=when)
    async with work.system.counters.transaction() as tx:
        await tx.run(statement, **values)


async def _require_same_photo(work: Work, registration_id: UUID, photo: CurrentPhoto) -> None:
    await work.tx.run(queries.LOCK_PHOTO, lock=photo_lock(registration_id))
    now = await current_photo(work, registration_id)
    if now is None or now.sha256 != photo.sha256:
        raise RegisterMoved


def photo_lock(registration_id: UUID) -> str:
    """Name of the lock under which the photo of a licence changes."""
    return f"licence.photo/{registration_id}"
