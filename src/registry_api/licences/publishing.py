"""What verifiers without a network keep: the status lists and the keys."""

import asyncio
import hashlib
import json
from datetime import datetime, timedelta

from fastapi import Response

from registry_api.accounts.throttle import address_limit, reserve
from registry_api.kit.problems import NotFound
from registry_api.kit.work import System, Work
from registry_api.licences import queries
from registry_api.licences.issuing import LIST_SIZE, key_ring
from registry_api.licences.status_list import MEDIA_TYPE, TIME_TO_LIVE, Status, issue, pack
from registry_api.licences.tokens import status_list_uri

_RENEWED_AFTER = TIME_TO_LIVE / 2
"""A list is signed anew by then, even if nothing has ended: verifiers ask for a fresh one."""
_KEYS_FOR = timedelta(hours=1)
_MOST_KEPT = 8
LISTS_FOR = f"public, max-age={int(TIME_TO_LIVE.total_seconds())}"
FETCHES, WINDOW = 600, timedelta(minutes=10)
"""A verifier asks every five minutes; a city's may come from one address."""


class _Kept:
    """The last signed form of a list."""

    def __init__(self, ended: int, signed_at: datetime, content: bytes) -> None:
        self.ended = ended
        self.signed_at = signed_at
        self.content = content


_kept: dict[tuple[bytes, str], _Kept] = {}
"""By the key that signed it, and its address."""


async def status_list(work: Work, list_id: int, known: str | None) -> Response:
    """The signed list as it is now, or 304 for the ETag `known`.

    Raises NotFound for a list that nobody is in, and TooManyRequests.

    What has ended never counts again, so the number of the ended ones says whether the list that we keep is good.
    """
    await _count(work)
    exists, ended = await work.tx.get(queries.LIST_STATE, list_id=list_id)
    if not exists:
        raise NotFound
    uri = status_list_uri(work.system.settings.origin, str(list_id))
    key = (key_ring(work.system).signer.key_id, uri)
    kept = _kept.get(key)
    if kept is None or kept.ended != ended or not timedelta(0) <= work.now - kept.signed_at < _RENEWED_AFTER:
        superseded, revoked = await work.tx.get(queries.ENDED, list_id=list_id)
        content = await asyncio.to_thread(_sign, work.system, uri, superseded, revoked, work.now)
        kept = _Kept(len(superseded) + len(revoked), work.now, content)
        while len(_kept) >= _MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = kept
    age = TIME_TO_LIVE - (work.now - kept.signed_at)
    return _published(kept.content, MEDIA_TYPE, age, known)


async def status_lists(work: Work) -> list[str]:
    """Where the lists are published. Raises TooManyRequests.

    They are filled one after the other: the first that nobody is in is the end.
    """
    await _count(work)
    found: list[str] = []
    while (await work.tx.get(queries.LIST_STATE, list_id=len(found)))[0]:
        found.append(status_list_uri(work.system.settings.origin, str(len(found))))
    return found


async def _count(work: Work) -> None:
    await reserve(
        work.system, (address_limit("licence/status_list", work.address, FETCHES, WINDOW),), work.now
    )


def _sign(system: System, uri: str, superseded: list[int], revoked: list[int], now: datetime) -> bytes:
    ended = [(place, Status.SUPERSEDED) for place in superseded]
    ended += [(place, Status.REVOKED) for place in revoked]
    issuer = system.settings.origin
    return issue(pack(LIST_SIZE, ended), uri, key_ring(system).signer, issuer=issuer, now=now)


def jwk_set(system: System, known: str | None) -> Response:
    """The keys as a JWK set (RFC 7517), or 304 for the ETag `known`."""
    content = json.dumps(key_ring(system).published.jwks()).encode()
    return _published(content, "application/jwk-set+json", _KEYS_FOR, known)


def cose_key_set(system: System, known: str | None) -> Response:
    """The keys as a COSE_KeySet (RFC 9052 7), or 304."""
    content = key_ring(system).published.cose_keys()
    return _published(content, "application/cose-key-set", _KEYS_FOR, known)


def _published(content: bytes, media_type: str, keep: timedelta, known: str | None) -> Response:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": f"public, max-age={int(keep.total_seconds())}",
        "ETag": tag,
        "Access-Control-Allow-Origin": "*",
    }
    if known is not None and tag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
