"""Signing keys with their certificates, as an operator keeps them: PEM bundles in one setting.

A bundle is what `cat licence.key licence.crt issuer.crt` makes: at most one unencrypted private key on P-256, the
certificate of that key, and the certificates above it up to the root. A self-signed certificate is its own root. A
ring is `base64 of a bundle,base64 of a bundle`: the first has its private key and signs; of the others, which are
retired, only the certificates are wanted.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

DEMONSTRATION = "示例"
"""In the subject of every certificate that a development machine makes for itself; production refuses it."""
_PRIVATE_LINES = (b"-----BEGIN PRIVATE KEY-----", b"-----BEGIN EC PRIVATE KEY-----")
_DEMONSTRATION_LIFE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2070, 1, 1, tzinfo=UTC)
"""Wide enough for tests that move the clock."""


@dataclass(frozen=True, slots=True)
class KeyBundle:
    """A P-256 key with its certificates: `certificates[0]` is the key's own, the last one the root."""

    certificates: tuple[x509.Certificate, ...]
    private_key: EllipticCurvePrivateKey | None = None
    """None for a retired key."""

    @classmethod
    def parse(cls, pem: bytes) -> Self:
        """Reads a bundle; raises ValueError, which never shows a key, on anything but a whole chain of P-256."""
        try:
            certificates = tuple(x509.load_pem_x509_certificates(pem))
        except ValueError:
            raise ValueError("there is no certificate in PEM") from None
        key = _private_key(pem)
        public = certificates[0].public_key()
        on_p256 = isinstance(public, EllipticCurvePublicKey) and isinstance(public.curve, SECP256R1)
        if not on_p256:
            raise ValueError("the first certificate's key is not on the curve P-256")
        if key is not None and key.public_key() != public:
            raise ValueError("the first certificate is not the private key's")
        for below, above in zip(certificates, (*certificates[1:], certificates[-1]), strict=True):
            try:
                below.verify_directly_issued_by(above)
            except (ValueError, TypeError, InvalidSignature):
                raise ValueError(
                    "the certificates are no chain: each must be issued by the next, the last by itself"
                ) from None
        return cls(certificates, key)

    @property
    def public_key(self) -> EllipticCurvePublicKey:
        """The key that the first certificate is about."""
        public = self.certificates[0].public_key()
        assert isinstance(public, EllipticCurvePublicKey)  # noqa: S101 (parse has seen to it)
        return public

    @property
    def is_demonstration(self) -> bool:
        """Whether a development machine made it for itself."""
        return any(DEMONSTRATION in one.subject.rfc4514_string() for one in self.certificates)

    def encode(self, *, with_private_key: bool) -> str:
        """The entry of a ring; without its private key the bundle is one of a retired key."""
        parts = [one.public_bytes(Encoding.PEM) for one in self.certificates]
        if with_private_key and self.private_key is not None:
            parts.insert(0, self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return base64.b64encode(b"".join(parts)).decode()

    def __repr__(self) -> str:
        return f"KeyBundle({self.certificates[0].subject.rfc4514_string()!r})"


def _private_key(pem: bytes) -> EllipticCurvePrivateKey | None:
    if not any(line in pem for line in _PRIVATE_LINES):
        if b"PRIVATE KEY-----" in pem:
            raise ValueError("the private key is encrypted or of another kind than P-256")
        return None
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        raise ValueError("the private key cannot be read") from None
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return key
    raise ValueError("the private key is not on the curve P-256")


def parse_bundles(ring: str) -> tuple[KeyBundle, ...]:
    """The bundles of a ring, the signing one first; raises ValueError, which names the entry and shows no key."""
    bundles = []
    for position, entry in enumerate(filter(None, (part.strip() for part in ring.split(","))), start=1):
        try:
            bundles.append(KeyBundle.parse(base64.b64decode(entry, validate=True)))
        except binascii.Error:
            raise ValueError(f"entry {position} of the ring is not base64") from None
        except ValueError as fault:
            raise ValueError(f"entry {position} of the ring: {fault}") from None
    if not bundles or bundles[0].private_key is None:
        raise ValueError("the first entry of the ring needs its private key")
    return tuple(bundles)


def encode_ring(bundles: Sequence[KeyBundle]) -> str:
    """The ring of these bundles, the signing one first; the private keys of the others are left out."""
    return ",".join(one.encode(with_private_key=at == 0) for at, one in enumerate(bundles))


def make_request(name: str) -> tuple[bytes, bytes]:
    """A new private key, and the request (PKCS #10) by which an authority certifies it; both PEM."""
    key = generate_private_key(SECP256R1())
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject)
        .add_extension(_key_usage(authority=False), critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, request.public_bytes(Encoding.PEM)


def make_demonstration_ring() -> str:
    """A ring with one new key, certified by a root of its own whose key is thrown away; both say 示例.

    For development machines and tests, which sign nothing that counts.
    """
    root_key, key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    root_name = _name("示例根证书（仅供演示）")
    root = _certificate(root_name, root_name, root_key, root_key, path_length=0)
    leaf = _certificate(_name("示例电子证照签名（仅供演示）"), root_name, key, root_key, path_length=None)
    return KeyBundle((leaf, root), key).encode(with_private_key=True)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "示例机关"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePrivateKey,
    issuer_key: EllipticCurvePrivateKey,
    *,
    path_length: int | None,
) -> x509.Certificate:
    """An authority's certificate if `path_length` is given, else a signer's."""
    authority = path_length is not None
    begin, end = _DEMONSTRATION_LIFE
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
        .add_extension(_key_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .sign(issuer_key, SHA256())
    )
