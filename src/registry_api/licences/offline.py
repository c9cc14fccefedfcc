"""Whether what somebody shows is a licence of ours, decided without network, database or settings.

It takes a signed PDF, the URL of a QR code, or its token; the published keys; and, to know about licences that have
ended, a status list. A 亮照 needs no list: it is minted only while the registration is valid, and lives 30 seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registry_api.kit.clock import SHANGHAI
from registry_api.kit.texts import LANGUAGES, text
from registry_api.licences import status_list
from registry_api.licences.keys import PublishedKeys
from registry_api.licences.pdf_verification import check_pdf
from registry_api.licences.reasons import Reason, Refused
from registry_api.licences.status_list import Status, StatusList
from registry_api.licences.tokens import (
    LONGEST_TOKEN,
    LicenceClaims,
    PresentationClaims,
    find_token,
    verify,
)

_PDF = b"%PDF-"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


class Outcome(StrEnum):
    """What comes of it; each has its words under `verify.outcome` in the catalogues."""

    VALID = "valid"
    """Genuine, and by a status list that is recent enough it has not ended."""
    SHOWN = "shown"
    """A 亮照 of less than thirty seconds ago."""
    UNCHECKED = "unchecked"
    """Genuine; whether it has ended is not known, or was not when an old list was made."""
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    """A genuine 亮照 that is over thirty seconds old: a copy, perhaps."""
    REFUSED = "refused"

    @property
    def exit_status(self) -> int:
        """Of `registry verify`: 0 counts, 1 not genuine, 3 genuine and ended, 4 genuine and state not known."""
        if self in (Outcome.VALID, Outcome.SHOWN):
            return 0
        if self is Outcome.REFUSED:
            return 1
        return 4 if self is Outcome.UNCHECKED else 3


_OF_STATUS = {
    Status.VALID: Outcome.VALID,
    Status.REVOKED: Outcome.REVOKED,
    Status.SUSPENDED: Outcome.SUSPENDED,
    Status.SUPERSEDED: Outcome.SUPERSEDED,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    """Why it is refused, or has expired."""
    claims: LicenceClaims | PresentationClaims | None = None
    """What it says, if its token is genuine."""
    list_issued_at: datetime | None = None
    """Aware; when the status list was made that knows this licence."""


def judge(shown: bytes, keys: PublishedKeys, listed: StatusList | None, *, now: datetime) -> Verdict:
    """The verdict on what was shown: the bytes of a PDF, or of a text with a QR code's content; `now` is aware.

    Call it where no event loop runs. It raises nothing.
    """
    if shown.startswith(_PDF):
        check = check_pdf(shown, keys, now=now)
        if check.reasons or check.claims is None:
            return Verdict(Outcome.REFUSED, check.reasons, check.claims)
        return _of_the_list(check.claims, listed, now)
    try:
        claims = verify(_read_text(shown), keys, now=now)
    except Refused as refused:
        expired = refused.reason is Reason.EXPIRED
        return Verdict(Outcome.EXPIRED if expired else Outcome.REFUSED, (refused.reason,))
    if isinstance(claims, PresentationClaims):
        return Verdict(Outcome.SHOWN, (), claims)
    return _of_the_list(claims, listed, now)


def _read_text(shown: bytes) -> str:
    if shown.startswith(_PICTURES) or len(shown) > 2 * LONGEST_TOKEN:
        raise Refused(Reason.NOT_A_LICENCE)
    try:
        return find_token(shown.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused(Reason.NOT_A_LICENCE) from None


def _of_the_list(claims: LicenceClaims, listed: StatusList | None, now: datetime) -> Verdict:
    status = None
    if listed is not None and listed.uri == claims.status_uri:
        status = listed.find(claims.status_index)
    if listed is None or status is None:
        return Verdict(Outcome.UNCHECKED, (), claims)
    outcome = _OF_STATUS[status]
    # What has ended in an old list has ended; what had not may have by now.
    if outcome is Outcome.VALID and not listed.is_fresh(now):
        outcome = Outcome.UNCHECKED
    return Verdict(outcome, (), claims, listed.issued_at)


class Unusable(Exception):  # noqa: N818 (named after what happened)
    """Keys or status list cannot be used; the text says so in both languages."""


def read_keys(content: bytes, issuer: str | None = None) -> PublishedKeys:
    """The published keys, and whose they are if `issuer` is given; raises Unusable."""
    try:
        keys = PublishedKeys.parse(content)
    except ValueError as fault:
        raise Unusable(f"{_both('verify.fault.keys')}: {fault}") from None
    return PublishedKeys(keys, issuer) if issuer else keys


def read_status_list(content: bytes, keys: PublishedKeys) -> StatusList:
    """The status list; raises Unusable."""
    try:
        return status_list.read(content, keys)
    except Refused as refused:
        raise Unusable(
            f"{_both('verify.fault.status_list')}: {_both(f'verify.reason.{refused.reason}')}"
        ) from None


def report(verdict: Verdict) -> Iterator[str]:
    """The verdict for people, line by line, in Chinese and in English."""
    yield _both(f"verify.outcome.{verdict.outcome}")
    for reason in verdict.reasons:
        yield f"  - {_both(f'verify.reason.{reason}')}"
    yield from (f"  {_both(f'verify.label.{name}')}: {value}" for name, value in _stated(verdict))
    if verdict.outcome is Outcome.UNCHECKED:
        yield f"  {_both('verify.note.old_list' if verdict.list_issued_at else 'verify.note.no_list')}"
    elif verdict.claims is not None and verdict.reasons:
        yield f"  {_both('verify.note.token_only')}"


def _stated(verdict: Verdict) -> Iterator[tuple[str, object]]:
    claims = verdict.claims
    if claims is None:
        return
    yield "licence_number", claims.licence_number
    yield "version", claims.version
    if isinstance(claims, LicenceClaims):
        yield "name", claims.name
        yield "certificate_number", claims.certificate_number_masked
        yield "institution", claims.institution
        yield "issued_on", claims.issued_on
    yield "issuer", claims.issuer
    if verdict.list_issued_at is not None:
        at = verdict.list_issued_at.astimezone(SHANGHAI)
        yield "list_issued_at", f"{at:%Y-%m-%d %H:%M} (Asia/Shanghai)"


def _both(key: str) -> str:
    return " · ".join(text(key, language) for language in LANGUAGES)
