"""Proof of work (altcha 2): a signed puzzle that a device solves; it counts once, for one purpose.

The device looks for one counter out of `proof_of_work_counters`, of which the issuer chose one at random: the time
has a bound, and the device can tell how far it is.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from altcha import Payload, create_challenge, verify_solution
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from registry_api.captchas.models import SpentProof
from registry_api.kit.db import Statement, unread
from registry_api.kit.work import System

LIFETIME = timedelta(minutes=10)
ALGORITHM = "PBKDF2/SHA-256"
"""The only one of altcha's that browsers compute themselves (crypto.subtle), at the speed of the machine."""

_SPEND = Statement(
    insert(SpentProof)
    .values(challenge_hash=bindparam("challenge_hash"), expires_at=bindparam("expires_at"))
    .on_conflict_do_nothing(),
    unread,
)


@dataclass(frozen=True, slots=True)
class Puzzle:
    """A challenge in altcha's format, and until when (UTC) its solution is taken."""

    challenge: dict[str, Any]
    expires_at: datetime


def make_puzzle(system: System, purpose: str, now: datetime) -> Puzzle:
    """A puzzle of which about half the counters must be tried; costs one derivation (measured: 1.5 ms)."""
    expires_at = now + LIFETIME
    counters = system.settings.proof_of_work_counters
    challenge = create_challenge(
        ALGORITHM,
        system.settings.proof_of_work_cost,
        counter=secrets.randbelow(counters),
        expires_at=expires_at,
        data={"purpose": purpose, "counters": counters},
        hmac_secret=_key(system, "challenge"),
        hmac_key_secret=_key(system, "solution"),
    )
    return Puzzle(challenge.to_dict(), expires_at)


async def spend_proof(system: System, purpose: str, proof: str, now: datetime) -> bool:
    """Whether this is a right solution of a puzzle of ours for this purpose, never shown before.

    `proof` is the Base64 of altcha's payload. A wrong solution costs no row; a right one is kept until it expires.
    """
    result = verify_solution(proof, _key(system, "challenge"), hmac_key_secret=_key(system, "solution"))
    if not result.verified:
        return False
    challenge = Payload.from_base64(proof).challenge
    parameters = challenge.parameters
    if (parameters.data or {}).get("purpose") != purpose or (parameters.expires_at or 0) <= now.timestamp():
        return False
    # The signature covers every parameter: it is the one name of a challenge that nobody can vary.
    async with system.counters.transaction() as tx:
        spent = await tx.run(
            _SPEND,
            challenge_hash=hashlib.sha256(str(challenge.signature).encode()).digest(),
            expires_at=now + LIFETIME,
        )
    return spent == 1


def _key(system: System, of: str) -> bytes:
    return system.blind_index.of("proof_of_work", of)
