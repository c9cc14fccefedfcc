"""Signs the PDF of a licence: PAdES B-B (ETSI EN 319 142-1), a certification that permits no change.

The seal is drawn in the page, so the signature's field has no size, only a name that is read aloud. The URL of the QR
code stands in the signature's /ContactInfo, "to enable a recipient to verify the signature" (ISO 32000-1, table 252):
there a verifier finds the token, whatever the page looks like, and the signature covers it. A file beside the page
would break PDF/A-2, and a link would be read aloud as five hundred letters.

There is no time stamp of a third party: whether a licence counts is the register's to say, not the signature's age.
"""

import io
from datetime import datetime

from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign import Signer as PyhankoSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from registry_api.licences.keys import Signer

FIELD_NAME = "LicenceSignature"
_READABLE_NAME = "注册机关电子签名"
_REASON = "电子证照"
_CMS_BYTES = 1024
"""A CMS signature apart from its certificates: attributes, algorithms, the signature."""


def certify(pdf: bytes, qr_url: str, signer: Signer, *, signed_at: datetime) -> bytes:
    """The signed PDF; `qr_url` is what its QR code holds, `signed_at` an aware instant.

    It takes some 20 ms, and an event loop would stand still: call it from a thread (`printing.engine.in_turn`).
    """
    chain = [one.public_bytes(Encoding.DER) for one in signer.certificates]
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    # pyHanko would write the XMP anew and lose PDF/A's extension schema (upstream issue 755); the content and its
    # metadata are as they were, only a signature is added. Private, hence the exact version in pyproject.toml.
    writer._update_meta = lambda: None  # type: ignore[method-assign]  # noqa: SLF001
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=_REASON,
        contact_info=qr_url,
    )
    field = SigFieldSpec(FIELD_NAME, readable_field_name=_READABLE_NAME)
    signed = io.BytesIO()
    _PdfSigner(metadata, _Delegate(signer, chain), signed_at, field).sign_pdf(
        writer,
        # Hexadecimal, so two for each byte.
        bytes_reserved=2 * (_CMS_BYTES + sum(map(len, chain))),
        output=signed,
    )
    return signed.getvalue()


class _PdfSigner(PdfSigner):
    """pyHanko's, which takes the instant from the caller and not from the machine."""

    def __init__(
        self, metadata: PdfSignatureMetadata, signer: PyhankoSigner, signed_at: datetime, field: SigFieldSpec
    ) -> None:
        super().__init__(metadata, signer, new_field_spec=field)
        self._signed_at = signed_at

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        """See PdfSigner."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._signed_at
        return session


class _Delegate(PyhankoSigner):
    """Makes CMS signatures with a Signer of ours."""

    def __init__(self, signer: Signer, chain: list[bytes]) -> None:
        certificates = [asn1.Certificate.load(one) for one in chain]
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple(certificates[1:])
        super().__init__(signing_cert=certificates[0], cert_registry=registry)
        self._signer = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The DER of the ES256 signature of `data`."""
        assert digest_algorithm == "sha256"  # noqa: S101 (as the metadata say)
        signature = b"\xff" * 64 if dry_run else self._signer.sign(data)
        r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
        return encode_dss_signature(r, s)
