"""The keys that licences are signed with, and what is published of them.

Everything a licence consists of is signed with one key: its token (the QR code), its PDF, the status list. ES256
(ECDSA on P-256 with SHA-256) is the only algorithm. A key's id is made of the key itself: the first eight bytes of the
SHA-256 of its SubjectPublicKeyInfo.

`Signer` is the port behind which the key lies. `FileSigner` has it in memory, from the setting. A hardware module
(PKCS #11) would be another Signer; SM2 would be a second signature beside this one, under its own algorithm id, since
ordinary PDF readers and COSE libraries cannot check it. Neither exists here, and nothing claims that it does.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import cbor2
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry_api.kit.key_bundles import KeyBundle, parse_bundles

KEY_ID_BYTES = 8
_COORDINATE = 32
LONGEST_KEY_SET = 1 << 20
"""Bytes of a key set that a verifier reads."""


class Signer(Protocol):
    """Signs in the name of the registry. Call it from a thread: where a hardware module signs, that takes a while."""

    @property
    def key_id(self) -> bytes:
        """Eight bytes that name the key."""

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The key's own certificate, then those above it up to the root."""

    def sign(self, message: bytes) -> bytes:
        """The ES256 signature of a message as COSE wants it: r and s, 32 bytes each (RFC 9053 2.1)."""


class FileSigner:
    """Signs with a private key that the process holds."""

    def __init__(self, bundle: KeyBundle) -> None:
        """Take a bundle with its private key; raises ValueError without one."""
        if bundle.private_key is None:
            raise ValueError("a signer needs the private key")
        self._key = bundle.private_key
        self.key_id = key_id(bundle.public_key)
        self.certificates = bundle.certificates

    def sign(self, message: bytes) -> bytes:
        """See Signer."""
        r, s = decode_dss_signature(self._key.sign(message, ECDSA(SHA256())))
        return r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")

    def __repr__(self) -> str:
        return f"FileSigner({self.key_id.hex()})"


def key_id(key: EllipticCurvePublicKey) -> bytes:
    """The eight bytes by which a token names its key."""
    encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key that licences are, or were, signed with."""

    public_key: EllipticCurvePublicKey
    certificates: tuple[x509.Certificate, ...] = ()
    """Its own first, the root last; empty if it was read from a COSE key set, which has none."""
    key_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key_id", key_id(self.public_key))

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` (r and s, 64 bytes) is this key's for `message`."""
        if len(signature) != 2 * _COORDINATE:
            return False
        r, s = (int.from_bytes(part, "big") for part in (signature[:_COORDINATE], signature[_COORDINATE:]))
        try:
            self.public_key.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


class PublishedKeys:
    """What anybody needs to check a licence: the keys, retired ones too, and whose they are."""

    def __init__(self, keys: Iterable[PublishedKey], issuer: str | None) -> None:
        """Take the keys, and the origin they belong to (None where it is not known, such as a COSE key set)."""
        self._keys = {one.key_id: one for one in keys}
        self.issuer = issuer

    def find(self, key_id: bytes) -> PublishedKey | None:
        """The key of that id."""
        return self._keys.get(key_id)

    def __iter__(self) -> Iterator[PublishedKey]:
        return iter(self._keys.values())

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        """The roots above the keys that came with certificates, each once."""
        return tuple(dict.fromkeys(one.certificates[-1] for one in self._keys.values() if one.certificates))

    def jwks(self) -> dict[str, Any]:
        """The JWK set (RFC 7517) for /.well-known/jwks.json; `issuer` is an additional member, as 5 allows."""
        return {"issuer": self.issuer, "keys": [_jwk(one) for one in self._keys.values()]}

    def cose_keys(self) -> bytes:
        """The COSE_KeySet (RFC 9052 7, application/cose-key-set) for /.well-known/cose-keys."""
        return cbor2.dumps([_cose_key(one) for one in self._keys.values()], canonical=True)

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Reads a JWK set or a COSE_KeySet as published; raises ValueError.

        Keys for something else are left out: of a JWK set those without certificates.
        """
        if len(content) > LONGEST_KEY_SET:
            raise ValueError("too long for a key set")
        try:
            return cls._from_jwks(json.loads(content))
        except (UnicodeDecodeError, json.JSONDecodeError):
            return cls._from_cose(content)

    @classmethod
    def _from_jwks(cls, document: Any) -> Self:
        try:
            issuer = document.get("issuer")
            found = [_read_jwk(one) for one in document["keys"] if "x5c" in one]
        except (AttributeError, LookupError, TypeError):
            raise ValueError("not a JWK set") from None
        if not found or not (issuer is None or isinstance(issuer, str)):
            raise ValueError("the JWK set has no key for licences")
        return cls(found, issuer)

    @classmethod
    def _from_cose(cls, content: bytes) -> Self:
        try:
            found = [_read_cose_key(one) for one in cbor2.loads(content)]
        except (cbor2.CBORError, LookupError, TypeError, ValueError):
            raise ValueError("neither a JWK set nor a COSE key set") from None
        if not found:
            raise ValueError("the COSE key set is empty")
        return cls(found, None)


class LicenceKeyRing:
    """The signer of now, and everything that is published."""

    def __init__(self, signer: Signer, published: PublishedKeys) -> None:
        self.signer = signer
        self.published = published

    @classmethod
    def parse(cls, ring: str, issuer: str) -> Self:
        """Reads the setting REGISTRY_LICENCE_KEYS (`kit.key_bundles`); `issuer` is the public origin.

        Raises ValueError, which shows no key.
        """
        bundles = parse_bundles(ring)
        keys = [PublishedKey(one.public_key, one.certificates) for one in bundles]
        return cls(FileSigner(bundles[0]), PublishedKeys(keys, issuer))


def _coordinates(key: PublishedKey) -> tuple[bytes, bytes]:
    numbers = key.public_key.public_numbers()
    return numbers.x.to_bytes(_COORDINATE, "big"), numbers.y.to_bytes(_COORDINATE, "big")


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _jwk(key: PublishedKey) -> dict[str, Any]:
    x, y = map(_base64url, _coordinates(key))
    chain = [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in key.certificates]
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": x,
        "y": y,
        "use": "sig",
        "alg": "ES256",
        "kid": _base64url(key.key_id),
        "x5c": chain,
    }


def _read_jwk(document: Mapping[str, Any]) -> PublishedKey:
    """The certificates say everything; a set whose x and y differ from them was put together by mistake."""
    try:
        chain = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in document["x5c"]]
    except ValueError:
        raise ValueError("a certificate of the JWK set cannot be read") from None
    bundle = KeyBundle.parse(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    key = PublishedKey(bundle.public_key, bundle.certificates)
    if (document["x"], document["y"]) != tuple(map(_base64url, _coordinates(key))):
        raise ValueError("a key of the JWK set differs from its certificate")
    return key


_EC2, _ES256, _VERIFY, _P256 = 2, -7, 2, 1


def _cose_key(key: PublishedKey) -> dict[int, Any]:
    x, y = _coordinates(key)
    return {1: _EC2, 2: key.key_id, 3: _ES256, 4: [_VERIFY], -1: _P256, -2: x, -3: y}


def _read_cose_key(document: Mapping[int, Any]) -> PublishedKey:
    if (document[1], document[3], document[-1]) != (_EC2, _ES256, _P256):
        raise ValueError("a key of the COSE key set is not for ES256")
    point = b"\x04" + document[-2] + document[-3]
    return PublishedKey(EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point))
