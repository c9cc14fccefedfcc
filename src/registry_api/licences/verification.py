"""What anyone learns who scans a code: the state of the register now, whatever the code says of itself.

The signature is looked at first, so that nobody can go through numbers; and of a code that does not count nothing is
told but why.
"""

import base64
from datetime import date, timedelta

from registry_api.accounts.throttle import address_limit, reserve
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.storage import BlobMissing, StorageUnavailable
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.licences import queries, tokens
from registry_api.licences.issuing import key_ring, sex_title
from registry_api.licences.queries import VerifiedLicence
from registry_api.licences.reasons import Reason, Refused
from registry_api.licences.schemas import (
    LicenceVerified,
    Outcome,
    TokenKind,
    VerifiedHolder,
    VerifiedLicenceRead,
    VerifiedPractice,
)
from registry_api.practitioners.identity import mask_code

CHECKS = 300
WINDOW = timedelta(minutes=10)


async def verify(work: Work, scanned: str) -> LicenceVerified:
    """Checks a code. Raises TooManyRequests."""
    await reserve(
        work.system, (address_limit("licence/verification", work.address, CHECKS, WINDOW),), work.now
    )
    try:
        token = tokens.find_token(scanned)
        claims = tokens.verify(token, key_ring(work.system).published, now=work.now)
    except Refused as refused:
        # Only a 亮照 has an end, so it was one.
        expired = refused.reason is Reason.EXPIRED
        return _answer(work, "expired" if expired else "forged", "presentation" if expired else None, refused)
    kind: TokenKind = "licence" if isinstance(claims, tokens.LicenceClaims) else "presentation"
    found = await work.tx.find(
        queries.VERIFIED, number=claims.licence_number, version=claims.version, day=work.today
    )
    if found is None:
        return _answer(work, "unknown", kind)
    outcome = _outcome(found)
    answer = _answer(work, outcome, kind)
    answer.licence = VerifiedLicenceRead(
        number=claims.licence_number,
        version=claims.version,
        issued_on=found.issued_at.astimezone(SHANGHAI).date(),
        ended_on=_day(found),
    )
    answer.holder = await _holder(work, found, outcome)
    answer.practice = _practice(work, found)
    return answer


def _outcome(found: VerifiedLicence) -> Outcome:
    """By the licence, and by the register too: what revokes a licence does so in one transaction with its cause."""
    if found.status == "superseded":
        return "superseded"
    if found.status == "revoked":
        return "suspended" if found.registration_status == "suspended" else "revoked"
    if found.registration_status != "valid":
        return "suspended" if found.registration_status == "suspended" else "revoked"
    return "valid"


def _answer(
    work: Work, outcome: Outcome, kind: TokenKind | None, refused: Refused | None = None
) -> LicenceVerified:
    return LicenceVerified(
        outcome=outcome,
        reason=refused.reason.value if refused else None,
        message=text(f"licence_outcome.{outcome}", work.language),
        kind=kind,
        checked_at=work.now,
        licence=None,
        holder=None,
        practice=None,
    )


def _day(found: VerifiedLicence) -> date | None:
    return found.ended_at.astimezone(SHANGHAI).date() if found.ended_at else None


async def _holder(work: Work, found: VerifiedLicence, outcome: Outcome) -> VerifiedHolder:
    number = work.system.sealer.open_text(
        found.certificate_number_sealed, "registration.certificate_number", found.registration_id
    )
    return VerifiedHolder(
        name=found.name,
        sex_title=sex_title(found.sex, work.language),
        photo=await _photo(work, found.photo_key) if outcome == "valid" else None,
        certificate_number_masked=mask_code(number),
    )


async def _photo(work: Work, key: str) -> str | None:
    """What is registered can be said without it, if the storage is away."""
    try:
        content = await work.system.storage.get(key)
    except (BlobMissing, StorageUnavailable):
        return None
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"


def _practice(work: Work, found: VerifiedLicence) -> VerifiedPractice:
    """Where and what may be practised: nothing unless the registration is valid."""
    valid = found.registration_status == "valid"
    return VerifiedPractice(
        status=found.registration_status,
        status_title=text(f"registration_status.{found.registration_status}", work.language),
        institution=found.institution if valid else None,
        authority=found.authority,
        techniques=found.techniques if valid else [],
        conditions=found.conditions if valid else [],
        additional=found.additional if valid else [],
    )
