"""Which licences have ended: the IETF's Token Status List (draft-ietf-oauth-status-list) as a CWT, two bits a licence.

A list is a row of two-bit statuses, packed from the low bits of each byte on and compressed with zlib; the CWT around
it has iss (1), sub (2), iat (6), ttl (65534) and status_list (65533). A verifier without a network keeps a list and
says how old it is; one with a network asks the register instead, which knows at once.

A licence's place in its list tells nothing about when it was issued: places are a secret permutation of the order.
"""

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from registry_api.licences import cose
from registry_api.licences.cose import ISSUED_AT, ISSUER, SUBJECT, SignedMessage
from registry_api.licences.keys import PublishedKeys, Signer
from registry_api.licences.reasons import Reason, Refused

MEDIA_TYPE = "application/statuslist+cwt"
TIME_TO_LIVE = timedelta(seconds=300)
"""How long a verifier may keep a list, and a cache the answer."""
LARGEST_LIST = 4_000_000
"""Licences of one list: 1 MB before compression."""
LONGEST_STATUS_TOKEN = 2 << 20
PERMUTATION_KEY_BYTES = 16

_BITS = 2
_PER_BYTE = 8 // _BITS
_STATUS_LIST, _TTL = 65533, 65534
_ROUNDS = 8


class Status(IntEnum):
    """Values of the draft's registry: VALID, INVALID, SUSPENDED, and the one that is left to the application."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2
    SUPERSEDED = 3
    """A newer version of the same licence counts."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list whose signature was checked."""

    uri: str
    """Which list it is: what licences refer to."""
    issued_at: datetime
    """Aware; what ended later is not in it."""
    packed: bytes

    def find(self, index: int) -> Status | None:
        """The status at a place; None if the list does not reach that far."""
        at, shift = divmod(index, _PER_BYTE)
        if index < 0 or at >= len(self.packed):
            return None
        return Status((self.packed[at] >> (shift * _BITS)) & 3)

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may still be relied upon at `now` (aware)."""
        return now - self.issued_at <= TIME_TO_LIVE


def pack(size: int, ended: Iterable[tuple[int, Status]]) -> bytes:
    """The statuses of a list of `size` places: valid where `ended` names no other.

    Raises ValueError for a place outside the list.
    """
    if not 0 < size <= LARGEST_LIST:
        raise ValueError(f"a status list has 1 to {LARGEST_LIST} places")
    packed = bytearray(-(-size // _PER_BYTE))
    for index, status in ended:
        if not 0 <= index < size:
            raise ValueError("no such place in the status list")
        at, shift = divmod(index, _PER_BYTE)
        packed[at] = packed[at] & ~(3 << shift * _BITS) | status << shift * _BITS
    return bytes(packed)


def issue(packed: bytes, uri: str, signer: Signer, *, issuer: str, now: datetime) -> bytes:
    """The signed list that is published at `uri` (`tokens.status_list_uri`); `now` is aware.

    Call it from a thread, as all that signs.
    """
    return cose.sign(
        {
            ISSUER: issuer,
            SUBJECT: uri,
            ISSUED_AT: int(now.timestamp()),
            _TTL: int(TIME_TO_LIVE.total_seconds()),
            _STATUS_LIST: {"bits": _BITS, "lst": _deflate(packed)},
        },
        MEDIA_TYPE,
        signer,
    )


def read(content: bytes, keys: PublishedKeys) -> StatusList:
    """The list, if one of `keys` signed it, however old; raises Refused."""
    if len(content) > LONGEST_STATUS_TOKEN:
        raise Refused(Reason.MALFORMED)
    message = SignedMessage.parse(content)
    if message.type != MEDIA_TYPE:
        raise Refused(Reason.NOT_A_STATUS_LIST)
    claims = message.verify(keys)
    try:
        return _read_claims(claims)
    except (KeyError, TypeError, ValueError, OverflowError, zlib.error):
        raise Refused(Reason.MALFORMED) from None


def _read_claims(claims: cose.Claims) -> StatusList:
    held = claims[_STATUS_LIST]
    if held["bits"] != _BITS or not isinstance(claims[SUBJECT], str):
        raise ValueError("not a list of this service")
    return StatusList(
        uri=claims[SUBJECT],
        issued_at=datetime.fromtimestamp(claims[ISSUED_AT], UTC),
        packed=_inflate(held["lst"]),
    )


def _deflate(packed: bytes) -> bytes:
    """As runs: a million places of which 1 % have ended take 16.0 kB and 0.6 ms; level 9 takes 14.5 kB and 66 ms."""
    deflater = zlib.compressobj(9, strategy=zlib.Z_RLE)
    return deflater.compress(packed) + deflater.flush()


def _inflate(compressed: bytes) -> bytes:
    """At most the largest list: whoever has our key could still send us a bomb by mistake."""
    inflater = zlib.decompressobj()
    packed = inflater.decompress(compressed, LARGEST_LIST // _PER_BYTE)
    if not inflater.eof or inflater.unused_data:
        raise ValueError("the list is cut short or too long")
    return packed


def place(position: int, size: int, key: bytes) -> int:
    """The place of the `position`-th licence (from 0) of a list with `size` places and a secret `key` (16 bytes).

    A permutation: every position has a place of its own, and without the key places tell nothing of the order.
    A Feistel network over the next power of four; what falls outside the list is sent through again (cycle walking).
    """
    if not 0 <= position < size <= LARGEST_LIST or len(key) != PERMUTATION_KEY_BYTES:
        raise ValueError("no such position, or not a key")
    half = max(1, -(-(size - 1).bit_length() // 2))
    found = position
    while True:
        left, right = found >> half, found & ((1 << half) - 1)
        for number in range(_ROUNDS):
            left, right = right, left ^ _round(number, right, half, key)
        found = left << half | right
        if found < size:
            return found


def _round(number: int, value: int, bits: int, key: bytes) -> int:
    digest = hashlib.blake2s(bytes([number, *value.to_bytes(2, "big")]), key=key, digest_size=4).digest()
    return int.from_bytes(digest, "big") & ((1 << bits) - 1)
