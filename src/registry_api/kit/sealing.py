"""Field encryption and blind indexes: how the database holds ID numbers, phones and certificate numbers.

Envelope: version byte, length of the key id, key id, 12-byte nonce, AES-256-GCM ciphertext with tag. The
associated data names the table, the column and the row, so a ciphertext moved elsewhere does not open
(ASVS 5.0 11.3.3).
"""

import base64
import binascii
import hmac
import json
import os
import re
from collections.abc import Sequence
from typing import Any, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_VERSION = 1
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class SealBroken(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The envelope does not open: altered, moved from another place, or sealed with an unknown key."""


def generate_key() -> str:
    """A new random 256-bit key in base64, for one entry of a ring or for the blind index."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _decode_key(text: str, label: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise ValueError(f"{label} is not base64") from None  # the cause would show the key
    if len(key) != KEY_BYTES:
        raise ValueError(f"{label} must have {KEY_BYTES} bytes")
    return key


class KeyRing:
    """Named 256-bit keys: the first seals, every one opens."""

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        """Take `(key_id, key)` pairs, current one first; raises ValueError on an empty or malformed ring."""
        if not keys:
            raise ValueError("a key ring needs at least one key")
        for key_id, key in keys:
            if not _KEY_ID.fullmatch(key_id):
                raise ValueError("a key id has 1 to 64 letters, digits, dots, hyphens or underscores")
            if len(key) != KEY_BYTES:
                raise ValueError(f"key {key_id} must have {KEY_BYTES} bytes")
        self._keys = dict(keys)
        if len(self._keys) != len(keys):
            raise ValueError("a key id occurs twice in the ring")
        self.current_id = keys[0][0]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `id:base64,id:base64`; raises ValueError without showing any key."""
        keys = []
        for position, entry in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
            key_id, colon, encoded = entry.partition(":")
            if not colon:
                raise ValueError(f"entry {position} of the key ring lacks its id")
            keys.append((key_id.strip(), _decode_key(encoded, f"entry {position} of the key ring")))
        return cls(keys)

    def items(self) -> Sequence[tuple[str, bytes]]:
        """The `(key_id, key)` pairs, current one first."""
        return tuple(self._keys.items())

    def __repr__(self) -> str:
        return f"KeyRing(ids={list(self._keys)})"


class Sealer:
    """Seals values into envelopes and opens them.

    `place` is "table.column"; `row` is the id of the row that will hold the envelope.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in ring.items()}
        self._current = self._ciphers[ring.current_id]
        self._prefix = _prefix(ring.current_id)

    def seal(self, plaintext: str | bytes, place: str, row: UUID) -> bytes:
        """The envelope of `plaintext` (text goes as UTF-8); every call gives another one."""
        content = plaintext.encode() if isinstance(plaintext, str) else plaintext
        nonce = os.urandom(_NONCE_BYTES)
        return self._prefix + nonce + self._current.encrypt(nonce, content, _bound_to(place, row))

    def open_bytes(self, envelope: bytes, place: str, row: UUID) -> bytes:
        """The sealed bytes; raises SealBroken."""
        key_id, start = _read_key_id(envelope)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealBroken("the key of this envelope is not in the ring")
        body = start + _NONCE_BYTES
        try:
            return cipher.decrypt(envelope[start:body], envelope[body:], _bound_to(place, row))
        except InvalidTag:
            raise SealBroken("the envelope was altered or belongs to another row or column") from None

    def open_text(self, envelope: bytes, place: str, row: UUID) -> str:
        """The sealed text; raises SealBroken."""
        try:
            return self.open_bytes(envelope, place, row).decode()
        except UnicodeDecodeError:
            raise SealBroken("the envelope does not hold text") from None

    def seal_json(self, value: object, place: str, row: UUID) -> bytes:
        """The envelope of a value that JSON can express."""
        return self.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")), place, row)

    def open_json(self, envelope: bytes, place: str, row: UUID) -> Any:
        """The sealed value; raises SealBroken."""
        try:
            return json.loads(self.open_bytes(envelope, place, row))
        except ValueError:
            raise SealBroken("the envelope does not hold JSON") from None

    def needs_reseal(self, envelope: bytes) -> bool:
        """Whether another key than the current one sealed it; raises SealBroken if it is no envelope."""
        _read_key_id(envelope)
        return not envelope.startswith(self._prefix)


def _prefix(key_id: str) -> bytes:
    return bytes((_VERSION, len(key_id))) + key_id.encode("ascii")


def _bound_to(place: str, row: UUID) -> bytes:
    return f"{place}/{row}".encode()


def _read_key_id(envelope: bytes) -> tuple[str, int]:
    if len(envelope) < 2 or envelope[0] != _VERSION:
        raise SealBroken("not an envelope of a known version")
    start = 2 + envelope[1]
    if len(envelope) < start + _NONCE_BYTES + _TAG_BYTES:
        raise SealBroken("the envelope is cut short")
    return envelope[2:start].decode("latin-1"), start


class BlindIndex:
    """Keyed digests by which an encrypted value can be looked up and kept unique.

    A plain hash of an ID number falls to exhaustive search; without the key these do not.
    """

    def __init__(self, master: bytes) -> None:
        """Take the 256-bit master key; each kind gets its own key, derived with HKDF (RFC 5869)."""
        if len(master) != KEY_BYTES:
            raise ValueError(f"the blind index key must have {KEY_BYTES} bytes")
        self._master = master
        self._keys: dict[str, bytes] = {}

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the master key from base64; raises ValueError without showing it."""
        return cls(_decode_key(text, "the blind index key"))

    def of(self, kind: str, value: str) -> bytes:
        """The 32-byte digest of a value that the caller has normalised; `kind` is such as "id_number"."""
        key = self._keys.get(kind)
        if key is None:
            hkdf = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"registry blind index {kind}".encode())
            key = self._keys[kind] = hkdf.derive(self._master)
        return hmac.digest(key, value.encode(), "sha256")

    def __repr__(self) -> str:
        return "BlindIndex()"
