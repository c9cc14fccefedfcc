"""Codes for the verifier in the browser, and what the service's own verifier says of each.

`python -m tests.support.browser_vectors` writes the file anew: when tokens or status lists change.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2

from registry_api.licences import cose, status_list
from registry_api.licences.keys import PublishedKeys
from registry_api.licences.offline import judge
from registry_api.licences.reasons import Refused
from registry_api.licences.status_list import Status, StatusList
from registry_api.licences.tokens import LicenceClaims, qr_url
from tests.support.licence_keys import make_bundle
from tests.support.signed_licences import INDEX, NOW, ORIGIN, Issuer

VECTORS = Path(__file__).parents[2] / "frontends" / "public" / "tests" / "vectors.json"
LATER = NOW + timedelta(minutes=10)


@dataclass
class Case:
    """A code, the list at hand, and the instant of the check."""

    name: str
    scanned: str
    listed: str | None = None
    at: datetime = NOW


def encoded(content: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes again."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def make() -> dict[str, Any]:
    """Everything that the file holds."""
    retired, current = make_bundle(), make_bundle()
    before, issuer = Issuer(retired), Issuer(current, retired)
    stranger, foreign = Issuer(), Issuer(origin="https://other.example.cn")
    lists = {
        "empty": issuer.status_list(),
        "revoked": issuer.status_list((INDEX, Status.REVOKED)),
        "suspended": issuer.status_list((INDEX, Status.SUSPENDED)),
        "superseded": issuer.status_list((INDEX, Status.SUPERSEDED), (INDEX - 1, Status.REVOKED)),
        "old": issuer.status_list(issued_at=NOW - timedelta(minutes=6)),
        "old, revoked": issuer.status_list((INDEX, Status.REVOKED), issued_at=NOW - timedelta(days=6)),
        "another": issuer.status_list((INDEX, Status.REVOKED), list_id="1"),
        "short": issuer.status_list(size=100),
        "large": issuer.status_list(
            *((place, Status.REVOKED) for place in range(3, 1 << 20, 97)), size=1 << 20
        ),
    }
    token = issuer.token()
    cases = [
        *(Case(f"listed as {name}", token, name) for name in lists),
        Case("no list", token),
        Case("as an address", qr_url(ORIGIN, token), "empty"),
        Case("with spaces round it", f"\n {token} ", "empty"),
        Case("signed with a retired key", before.token(), "empty"),
        Case("rare characters", issuer.token(name="龙𬱖㛃·买买提", institution="䶮"), "empty"),
        Case("large numbers", issuer.token(version=70_000, status_index=9_999), "empty"),
        Case("shown", issuer.presentation()),
        Case("shown and over", issuer.presentation(NOW - timedelta(seconds=30))),
        Case("shown long ago", issuer.presentation(), at=LATER),
        Case("signed by nobody we know", stranger.token(), "empty"),
        Case("another issuer", foreign.token(), "empty"),
        Case("a status list", encoded(lists["empty"]), "empty"),
        *(Case(f"not a code: {text}", text) for text in NO_CODES),
        *(Case(f"respelled: {name}", text, "empty") for name, text in respelled(token, issuer)),
    ]
    keys = issuer.ring.published
    return {
        "keys": keys.jwks(),
        "lists": {name: encoded(content) for name, content in lists.items()},
        "cases": [
            {
                "case": one.name,
                "scanned": one.scanned,
                "list": one.listed,
                "at": milliseconds(one.at),
                **verdict_on(one.scanned, keys, read(lists, one.listed, keys), one.at),
            }
            for one in cases
        ],
        "flipped": {"token": token, "flips": list(flips(token, keys))},
    }


NO_CODES = (
    "",
    "你好",
    "https://example.com/",
    "https://example.com/other#abc",
    "ftp://example.com/v#abc",
    "a b",
    "=",
)


def respelled(token: str, issuer: Issuer) -> Iterator[tuple[str, str]]:
    """The same content in other words, and content that is nobody's."""
    content = decoded(token)
    message = cbor2.loads(content)
    protected, unprotected, payload, signature = message.value
    yield "something after it", encoded(content + b"\0")
    yield "padded", token + "="
    yield (
        "an unprotected header",
        encoded(cbor2.dumps(cbor2.CBORTag(18, [protected, {4: b"x"}, payload, signature]))),
    )
    yield "no tag", encoded(cbor2.dumps(message.value))
    yield "another tag", encoded(cbor2.dumps(cbor2.CBORTag(17, message.value)))
    yield "a longer head", encoded(content[:1] + b"\x98\x04" + content[2:])
    yield "an endless array", encoded(content[:1] + b"\x9f" + content[2:] + b"\xff")
    yield (
        "a short signature",
        encoded(cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected, payload, signature[:-1]]))),
    )
    yield "five parts", encoded(cbor2.dumps(cbor2.CBORTag(18, [*message.value, b""])))
    yield "nested", encoded(b"\x81" * 200 + b"\0")
    signer = issuer.ring.signer
    yield "another kind", encoded(cose.sign({1: ORIGIN, -65537: {0: 3}}, 61, signer))
    yield "no kind", encoded(cose.sign({1: ORIGIN}, 61, signer))
    yield "half a licence", encoded(cose.sign({1: ORIGIN, -65537: {0: 1, 1: "DZ"}}, 61, signer))
    yield "another type", encoded(cose.sign({1: ORIGIN, -65537: {0: 1}}, "application/jwt", signer))
    yield "no map", encoded(cose.sign([1, 2], 61, signer))  # type: ignore[arg-type]


def flips(token: str, keys: PublishedKeys) -> Iterator[list[Any]]:
    """Every byte changed in two ways, and what becomes of it: place, what it is XORed with, outcome, reason."""
    content = decoded(token)
    for at in range(len(content)):
        for flip in (1, 128):
            changed = bytearray(content)
            changed[at] ^= flip
            verdict = verdict_on(encoded(bytes(changed)), keys, None, NOW)
            yield [at, flip, verdict["outcome"], verdict["reason"]]


def verdict_on(scanned: str, keys: PublishedKeys, listed: StatusList | None, at: datetime) -> dict[str, Any]:
    """What the service's own verifier says, as the file holds it."""
    found = judge(scanned.encode(), keys, listed, now=at)
    claims = found.claims
    return {
        "outcome": found.outcome.value,
        "reason": found.reasons[0].value if found.reasons else None,
        "number": claims.licence_number if claims else None,
        "name": getattr(claims, "name", None),
        "institution": getattr(claims, "institution", None),
        "issued_on": claims.issued_on.isoformat() if isinstance(claims, LicenceClaims) else None,
        "list_issued_at": milliseconds(found.list_issued_at) if found.list_issued_at else None,
    }


def read(lists: dict[str, bytes], name: str | None, keys: PublishedKeys) -> StatusList | None:
    """The list of that name; a verifier keeps none that it could not read."""
    try:
        return status_list.read(lists[name], keys) if name else None
    except Refused:
        return None


def milliseconds(instant: datetime) -> int:
    """Since 1970, as browsers count."""
    return int(instant.timestamp() * 1000)


def instant(since_1970: int) -> datetime:
    """The aware instant again."""
    return datetime.fromtimestamp(since_1970 / 1000, UTC)


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(make(), ensure_ascii=False, indent=1) + "\n", "utf-8")
