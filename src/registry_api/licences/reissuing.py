"""Issues anew what today's keys do not verify: after a key was left out of the ring, or the service has moved.

Such a licence is worth nothing to anybody who checks it, so it ends as superseded, with the event by which the worker
issues the next version. It may be interrupted and begun again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry_api.kit.work import System, Work
from registry_api.licences import queries
from registry_api.licences.following import supersede
from registry_api.licences.issuing import CLAIMS_PLACE, key_ring
from registry_api.licences.reasons import Refused
from registry_api.licences.tokens import verify

_AT_ONCE = 200
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Reissued:
    """How many valid licences there were, and how many of them are issued anew."""

    valid: int
    anew: int


async def reissue(system: System, open_work: Callable[[System, Any], Awaitable[Work]]) -> Reissued:
    """Looks at every valid licence, some in each transaction; `open_work` makes the worker's unit of work."""
    valid = anew = 0
    last = _FIRST
    while True:
        async with system.database.transaction() as tx:
            work = await open_work(system, tx)
            rows = await tx.fetch_all(queries.VALID_AFTER, last=last, limit=_AT_ONCE)
            for licence_id, registration_id, claims in rows:
                token = system.sealer.open_json(claims, CLAIMS_PLACE, licence_id)["token"]
                if not _verifies(token, work):
                    anew += await supersede(work, registration_id, "reissued")
        valid += len(rows)
        if len(rows) < _AT_ONCE:
            return Reissued(valid, anew)
        last = rows[-1][0]


def _verifies(token: str, work: Work) -> bool:
    try:
        verify(token, key_ring(work.system).published, now=work.now)
    except Refused:
        return False
    return True
