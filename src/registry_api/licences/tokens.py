"""What the two QR codes say: a licence for good, and a 亮照 for thirty seconds. CWT (RFC 8392) with integer keys.

A QR code holds `<public origin>/v#<token>`, so that any phone opens the page that checks it, while the fragment never
reaches a server's log. A token is base64url without padding of a signed CWT (`licences.cose`). Claims of both:
iss (1) is the public origin, and -65537 (private use) holds ours under small keys, of which 0 is the kind. No token
holds an ID number.

| ours | licence | presentation (亮照) |
|---|---|---|
| 0 | 1 | 2 |
| 1, 2 | licence number, version | licence number, version |
| 3, 4, 5 | name, certificate number masked, institution | |
| 6 | first 16 bytes of the SHA-256 of the photo's JPEG | |
| 7 | day of issue, days since 1970-01-01 (as CBOR tag 100, RFC 8943, has it) | |

A licence has no exp; its state is in the status list that `status` (65535) refers to, as the IETF's Token Status List
draft has it: {"status_list": {"idx": …, "uri": …}}. A presentation has exp (4) and cti (7).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from registry_api.licences import cose
from registry_api.licences.cose import EXPIRES, ISSUER, TOKEN_ID, SignedMessage
from registry_api.licences.keys import PublishedKeys, Signer
from registry_api.licences.reasons import Reason, Refused

LONGEST_TOKEN = 4096
"""Characters; what a QR code can hold at all is below 3,000."""
VERIFICATION_PATH = "/v"
STATUS_LISTS_PATH = "/api/v1/licences/status-lists/"
PRESENTATION_LIFE = timedelta(seconds=30)
PHOTO_DIGEST_BYTES = 16

_CWT = 61  # the CoAP content format of application/cwt (RFC 8392 9.4)
_STATUS, _OURS = 65535, -65537
_KIND, _NUMBER, _VERSION, _NAME, _CERTIFICATE, _INSTITUTION, _PHOTO, _ISSUED = range(8)
_LICENCE, _PRESENTATION = 1, 2
_EPOCH = date(1970, 1, 1)
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class LicenceClaims:
    """What the permanent QR code of a licence says."""

    issuer: str
    """The public origin, such as https://registry.example.cn."""
    licence_number: str
    version: int
    name: str
    certificate_number_masked: str
    institution: str
    photo_digest: bytes
    """`photo_digest()` of the JPEG that is on the licence."""
    issued_on: date
    """Civil day in Asia/Shanghai."""
    status_list: str
    """Id of the status list."""
    status_index: int
    """Place in that list."""

    @property
    def status_uri(self) -> str:
        """Where the status list is published; this also is the list's own subject."""
        return status_list_uri(self.issuer, self.status_list)


@dataclass(frozen=True, slots=True)
class PresentationClaims:
    """What the QR code of a 亮照 says."""

    issuer: str
    licence_number: str
    version: int
    token_id: bytes
    """Sixteen random bytes: which showing this is."""
    expires_at: datetime
    """Aware, whole seconds."""


def status_list_uri(issuer: str, list_id: str) -> str:
    """Where the status list of that id is published."""
    return f"{issuer}{STATUS_LISTS_PATH}{list_id}"


def photo_digest(jpeg: bytes) -> bytes:
    """What a token says of the photo, so that another one beside the QR code is noticed.

    128 bits suffice: the JPEG is written by our own decoder, so nobody can choose two with one digest.
    """
    return hashlib.sha256(jpeg).digest()[:PHOTO_DIGEST_BYTES]


def issue_licence(claims: LicenceClaims, signer: Signer) -> str:
    """The token of a licence."""
    return _encode(
        {
            ISSUER: claims.issuer,
            _STATUS: {"status_list": {"idx": claims.status_index, "uri": claims.status_uri}},
            _OURS: {
                _KIND: _LICENCE,
                _NUMBER: claims.licence_number,
                _VERSION: claims.version,
                _NAME: claims.name,
                _CERTIFICATE: claims.certificate_number_masked,
                _INSTITUTION: claims.institution,
                _PHOTO: claims.photo_digest,
                _ISSUED: (claims.issued_on - _EPOCH).days,
            },
        },
        signer,
    )


def issue_presentation(claims: PresentationClaims, signer: Signer) -> str:
    """The token of a 亮照; the caller sets `expires_at` to now + PRESENTATION_LIFE."""
    return _encode(
        {
            ISSUER: claims.issuer,
            EXPIRES: int(claims.expires_at.timestamp()),
            TOKEN_ID: claims.token_id,
            _OURS: {_KIND: _PRESENTATION, _NUMBER: claims.licence_number, _VERSION: claims.version},
        },
        signer,
    )


def qr_url(issuer: str, token: str) -> str:
    """What the QR code holds."""
    return f"{issuer}{VERIFICATION_PATH}#{token}"


def find_token(scanned: str) -> str:
    """The token in what was scanned or pasted: the URL of a QR code, or the token itself.

    Raises Refused: not_a_licence for another URL or text.
    """
    text = scanned.strip()
    if "#" in text or "://" in text:
        try:
            parts = urlsplit(text)
        except ValueError:
            raise Refused(Reason.NOT_A_LICENCE) from None
        if parts.scheme not in ("http", "https") or parts.path != VERIFICATION_PATH:
            raise Refused(Reason.NOT_A_LICENCE)
        text = parts.fragment
    if not text or not _ALPHABET.fullmatch(text):
        raise Refused(Reason.NOT_A_LICENCE)
    return text


def verify(token: str, keys: PublishedKeys, *, now: datetime) -> LicenceClaims | PresentationClaims:
    """What the token says, if one of `keys` signed it and it is not expired at `now` (aware).

    Whether a licence still counts is not in its token: ask the register or a status list. Raises Refused.
    """
    message = SignedMessage.parse(_decode(token))
    if message.type != _CWT:
        raise Refused(Reason.NOT_A_LICENCE)
    claims = message.verify(keys)
    ours = claims.get(_OURS)
    kind = ours.get(_KIND) if isinstance(ours, Mapping) else None
    try:
        if kind == _LICENCE:
            return _read_licence(claims, ours)
        if kind == _PRESENTATION:
            presentation = _read_presentation(claims, ours)
        else:
            raise Refused(Reason.NOT_A_LICENCE)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        raise Refused(Reason.MALFORMED) from None
    if presentation.expires_at <= now:
        raise Refused(Reason.EXPIRED)
    return presentation


def _read_licence(claims: cose.Claims, ours: Any) -> LicenceClaims:
    reference = claims[_STATUS]["status_list"]
    issuer = _text(claims[ISSUER])
    before, path, list_id = _text(reference["uri"]).partition(STATUS_LISTS_PATH)
    if before != issuer or not path:
        raise ValueError("the status list is another issuer's")
    return LicenceClaims(
        issuer=issuer,
        licence_number=_text(ours[_NUMBER]),
        version=_number(ours[_VERSION]),
        name=_text(ours[_NAME]),
        certificate_number_masked=_text(ours[_CERTIFICATE]),
        institution=_text(ours[_INSTITUTION]),
        photo_digest=_bytes(ours[_PHOTO]),
        issued_on=_EPOCH + timedelta(days=_number(ours[_ISSUED])),
        status_list=list_id,
        status_index=_number(reference["idx"]),
    )


def _read_presentation(claims: cose.Claims, ours: Any) -> PresentationClaims:
    return PresentationClaims(
        issuer=_text(claims[ISSUER]),
        licence_number=_text(ours[_NUMBER]),
        version=_number(ours[_VERSION]),
        token_id=_bytes(claims[TOKEN_ID]),
        expires_at=datetime.fromtimestamp(_number(claims[EXPIRES]), UTC),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError
    return value


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _encode(claims: cose.Claims, signer: Signer) -> str:
    token = base64.urlsafe_b64encode(cose.sign(claims, _CWT, signer)).rstrip(b"=").decode()
    if len(token) > LONGEST_TOKEN:
        raise ValueError("the claims are too long for a token")
    return token


def _decode(token: str) -> bytes:
    """The bytes of the one spelling that base64url has for them; raises Refused (malformed)."""
    if len(token) > LONGEST_TOKEN or not _ALPHABET.fullmatch(token):
        raise Refused(Reason.MALFORMED)
    try:
        content = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raise Refused(Reason.MALFORMED) from None
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode() != token:
        raise Refused(Reason.MALFORMED)
    return content
