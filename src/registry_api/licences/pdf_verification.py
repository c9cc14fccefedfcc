"""Checks the PDF of a licence with nothing but the published keys.

It counts only if one signature of a published key covers the whole file. Other programs are less strict: poppler says
"Signature is Valid" of a file to which something was added afterwards. What is wrong is named, all of it, since
"invalid" helps nobody who has to decide whether a hospital's copy machine or a forger was at work.
"""

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509 as asn1
from asn1crypto.parser import peek
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import EmbeddedPdfSignature, PdfSignatureStatus, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from registry_api.licences.keys import PublishedKey, PublishedKeys, key_id
from registry_api.licences.reasons import Reason, Refused
from registry_api.licences.tokens import LicenceClaims, find_token, photo_digest, verify

LONGEST_PDF = 8 << 20
_MOST_PAGES = 20
# It logs each certificate that does not fit with a traceback; here that is a finding, which is returned.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
_SIGNS = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


@dataclass(frozen=True, slots=True)
class PdfCheck:
    """What was found; with no reasons it is a licence of ours, whatever its state is by now."""

    reasons: tuple[Reason, ...]
    claims: LicenceClaims | None = None
    """What its token says, if that is genuine; a PDF with reasons does not get better by it."""
    signed_at: datetime | None = None
    """Aware, as the signer says."""


def check_pdf(content: bytes, keys: PublishedKeys, *, now: datetime) -> PdfCheck:
    """Looks at everything; `now` is aware. Call it where no event loop runs. It raises nothing."""
    if len(content) > LONGEST_PDF:
        return PdfCheck((Reason.MALFORMED,))
    try:
        return _check(content, keys, now)
    except Refused as refused:
        return PdfCheck((refused.reason,))
    except Exception:  # a reader of whatever somebody hands in fails in more ways than it documents
        return PdfCheck((Reason.MALFORMED,))


def _check(content: bytes, keys: PublishedKeys, now: datetime) -> PdfCheck:
    reader = PdfFileReader(io.BytesIO(content))
    if not reader.embedded_signatures:
        raise Refused(Reason.UNSIGNED)
    signature = reader.embedded_signatures[0]
    signed_at = signature.self_reported_timestamp
    certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
    key = _find_key(certificate, keys)
    status = validate_pdf_signature(
        signature,
        ValidationContext(
            trust_roots=_roots(key, certificate),
            moment=signed_at or now,
            allow_fetching=False,
            other_certs=[],
        ),
        key_usage_settings=_SIGNS,
        # What comes after the signature is not judged: there must be nothing.
        skip_diff=True,
    )
    reasons = [*_of_the_key(key, certificate, keys), *_of_the_bytes(signature, status, content)]
    if key is not None and status.intact and status.valid and not status.trusted:
        reasons.append(Reason.UNTRUSTED)
    if signature.docmdp_level is not MDPPerm.NO_CHANGES or len(reader.embedded_signatures) != 1:
        reasons.append(Reason.NOT_A_LICENCE)
    claims, of_the_token = _read_token(signature, keys, now)
    reasons += of_the_token
    if claims is not None and claims.photo_digest not in map(photo_digest, _photos(reader)):
        reasons.append(Reason.OTHER_PHOTO)
    return PdfCheck(tuple(dict.fromkeys(reasons)), claims, signed_at)


def _read_token(
    signature: EmbeddedPdfSignature, keys: PublishedKeys, now: datetime
) -> tuple[LicenceClaims | None, list[Reason]]:
    """The licence that the signature is about, or why there is none."""
    contact = signature.sig_object.get("/ContactInfo")
    try:
        claims = verify(find_token(str(contact or "")), keys, now=now)
    except Refused as refused:
        return None, [refused.reason]
    return (claims, []) if isinstance(claims, LicenceClaims) else (None, [Reason.NOT_A_LICENCE])


def _find_key(certificate: x509.Certificate, keys: PublishedKeys) -> PublishedKey | None:
    public = certificate.public_key()
    return keys.find(key_id(public)) if isinstance(public, EllipticCurvePublicKey) else None


def _roots(key: PublishedKey | None, certificate: x509.Certificate) -> list[asn1.Certificate]:
    """What the chain has to lead to; of a key that was published without certificates, its own one."""
    root = key.certificates[-1] if key is not None and key.certificates else certificate
    return [asn1.Certificate.load(root.public_bytes(Encoding.DER))]


def _of_the_key(
    key: PublishedKey | None, certificate: x509.Certificate, keys: PublishedKeys
) -> Iterator[Reason]:
    """Somebody else's certificate, or one that only bears our name."""
    if key is None:
        ours = {one.subject for known in keys for one in known.certificates}
        yield Reason.WRONG_KEY if {certificate.subject, certificate.issuer} & ours else Reason.OTHER_ISSUER


def _of_the_bytes(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus, content: bytes
) -> Iterator[Reason]:
    """Whether the file is what was signed, from its first byte to its last, and the signature is the key's."""
    start, first, second, rest = (int(one) for one in signature.byte_range)
    cms = signature.pkcs7_content
    hole = b"<%b>" % cms.hex().encode()
    if not status.intact:
        yield Reason.ALTERED
    elif not status.valid:
        yield Reason.FORGED
    whole = start == 0 and second == first + len(hole) and second + rest == len(content)
    # Nothing hides in the room that was reserved for the signature either.
    if not whole or content[first:second].lower() != hole or any(cms[peek(cms) :]):
        yield Reason.EDITED


def _photos(reader: PdfFileReader) -> Iterator[bytes]:
    """The JPEGs of the pages, as they stand in the file."""
    pages = reader.root["/Pages"]
    for number in range(min(int(pages["/Count"]), _MOST_PAGES)):
        page: Any = reader.find_page_for_modification(number)[0].get_object()  # type: ignore[no-untyped-call]
        drawn: Any = page["/Resources"].get("/XObject", {})
        for name in drawn:
            image = drawn[name]
            if isinstance(image, StreamObject) and image.get("/Filter") == "/DCTDecode":
                yield image.encoded_data
