"""COSE_Sign1 with ES256 (RFC 9052 4.2, RFC 9053 2.1), strictly: one algorithm, one encoding of each message.

A message is accepted if it is byte for byte what we would write: tag 18, deterministic encoding (RFC 8949 4.2.1), an
empty unprotected header, and a protected header of algorithm, key id and type. So nothing can be added to a signed
message, nor can it be written in another way. (Of every ECDSA signature there is a second one that says the same, with
n - s for s: a token is no key by which to notice repetition; cti is.) It is not compressed: of 277 to 368 bytes zlib
saved at most 9 %, one size of QR code, and a compressed text can be written in many ways.
"""

from collections.abc import Mapping
from typing import Any, Self

import cbor2

from registry_api.licences.keys import KEY_ID_BYTES, PublishedKey, PublishedKeys, Signer
from registry_api.licences.reasons import Reason, Refused

_SIGN1_TAG = 18
_ALGORITHM, _KEY_ID, _TYPE = 1, 4, 16  # RFC 9052 3.1; RFC 9596
_ES256 = -7
_SIGNATURE_BYTES = 64
_DEPTH = 8

Claims = Mapping[int, Any]
ISSUER, SUBJECT, EXPIRES, ISSUED_AT, TOKEN_ID = 1, 2, 4, 6, 7
"""Claims of a CWT (RFC 8392 3.1)."""


class SignedMessage:
    """A COSE_Sign1 whose form is right and whose signature has not been looked at."""

    def __init__(self, protected: bytes, payload: bytes, signature: bytes) -> None:
        self._protected = protected
        self._payload = payload
        self._signature = signature
        header = _decode(protected)
        rightly = isinstance(header, Mapping) and set(header) == {_ALGORITHM, _KEY_ID, _TYPE}
        if not rightly or _encode(header) != protected or header[_ALGORITHM] != _ES256:
            raise Refused(Reason.MALFORMED)
        self.key_id = header[_KEY_ID]
        self.type = header[_TYPE]
        if not isinstance(self.key_id, bytes) or len(self.key_id) != KEY_ID_BYTES:
            raise Refused(Reason.MALFORMED)

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Reads a message; raises Refused (malformed)."""
        message = _decode(content)
        if not (isinstance(message, cbor2.CBORTag) and message.tag == _SIGN1_TAG):
            raise Refused(Reason.MALFORMED)
        match message.value:
            case [bytes() as protected, Mapping() as unprotected, bytes() as payload, bytes() as signature]:
                pass
            case _:
                raise Refused(Reason.MALFORMED)
        if unprotected or len(signature) != _SIGNATURE_BYTES or _encode(message) != content:
            raise Refused(Reason.MALFORMED)
        return cls(protected, payload, signature)

    def verify(self, keys: PublishedKeys) -> Claims:
        """The claims, once the signature is known to be of one of `keys` and the issuer to be theirs.

        Raises Refused: other_issuer, wrong_key, forged or malformed.
        """
        key = keys.find(self.key_id)
        if key is None:
            claimed = self._claims().get(ISSUER)
            foreign = keys.issuer is not None and claimed != keys.issuer
            raise Refused(Reason.OTHER_ISSUER if foreign else Reason.WRONG_KEY)
        if not self._is_signed_by(key):
            raise Refused(Reason.FORGED)
        claims = self._claims()
        if keys.issuer is not None and claims.get(ISSUER) != keys.issuer:
            raise Refused(Reason.OTHER_ISSUER)
        return claims

    def _is_signed_by(self, key: PublishedKey) -> bool:
        return key.verify(_to_be_signed(self._protected, self._payload), self._signature)

    def _claims(self) -> Claims:
        claims = _decode(self._payload)
        if not isinstance(claims, Mapping) or _encode(claims) != self._payload:
            raise Refused(Reason.MALFORMED)
        return claims


def sign(claims: Claims, message_type: int | str, signer: Signer) -> bytes:
    """The tagged COSE_Sign1 of the claims; `message_type` is its media type or the CoAP number of one."""
    protected = _encode({_ALGORITHM: _ES256, _KEY_ID: signer.key_id, _TYPE: message_type})
    payload = _encode(claims)
    signature = signer.sign(_to_be_signed(protected, payload))
    return _encode(cbor2.CBORTag(_SIGN1_TAG, [protected, {}, payload, signature]))


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return _encode(["Signature1", protected, b"", payload])


def _encode(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


def _decode(content: bytes) -> Any:
    try:
        return cbor2.loads(content, max_depth=_DEPTH, allow_indefinite=False, allow_duplicate_keys=False)
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError, MemoryError):
        raise Refused(Reason.MALFORMED) from None
