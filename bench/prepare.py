"""Prepares what the load needs: sessions with known references, drafts to submit, cases to approve."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

OPEN = """
INSERT INTO account_session (id, account_id, token_hash, created_at, last_seen_at, idle_seconds, expires_at,
    user_agent) VALUES ($1, $2, $3, now(), now(), 86400, now() + interval '1 day', 'bench')
"""
# Cases that wait at an institution and never came back become the drafts they were.
DRAFTS = """
SELECT a.id, c.id AS account_id FROM application a JOIN account c ON c.practitioner_id = a.practitioner_id
WHERE a.status = 'institution_review' AND a.version = 2 ORDER BY a.id LIMIT $1
"""
FORGET_STEPS = "DELETE FROM application_step WHERE application_id = ANY($1::uuid[])"
UNSUBMIT = """
UPDATE application SET status = 'draft', version = 1, number = NULL, submitted_at = NULL WHERE id = ANY($1::uuid[])
"""
ACCEPTED = """
SELECT a.id, a.version, c.id AS account_id FROM application a JOIN LATERAL (
    SELECT id FROM account c WHERE c.authority_id = a.authority_id AND c.role = 'authority_approver' LIMIT 1) c ON true
WHERE a.status = 'accepted' ORDER BY a.id LIMIT $1
"""
# The seed's digests are of another make; approval would ask for a new endorsement.
FORGET_DIGESTS = "UPDATE application SET endorsed_digest = NULL WHERE id = ANY($1::uuid[])"
BUSIEST = """
SELECT a.authority_id, c.id AS account_id, count(*) AS cases FROM application a
JOIN account c ON c.authority_id = a.authority_id AND c.role = 'authority_approver'
WHERE a.status <> 'draft' GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1
"""
LOGINS = "SELECT login_name FROM account WHERE realm = 'doctor' AND status = 'active' ORDER BY id LIMIT 300"
DEEP = """
SELECT id FROM application WHERE authority_id = $1 AND status <> 'draft' ORDER BY id DESC OFFSET $2 LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Case:
    """An application with the session of whoever acts on it."""

    id: UUID
    version: int
    reference: str


@dataclass(frozen=True, slots=True)
class Material:
    """Everything the requests are made of."""

    drafts: list[Case]
    accepted: list[Case]
    login_names: list[str]
    clerk: str
    deep: UUID
    cases_of_clerk: int
    applications: int


class Sessions:
    """One session per account."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._known: dict[UUID, str] = {}

    async def of(self, account: UUID) -> str:
        if account not in self._known:
            reference = self._known[account] = secrets.token_urlsafe(32)
            await self._connection.execute(
                OPEN, uuid7(), account, hashlib.sha256(reference.encode()).digest()
            )
        return self._known[account]


async def prepare(connection: Any, *, submits: int, approvals: int) -> Material:
    """Changes the seeded content over the owner's connection so that there is enough to submit and to approve."""
    sessions = Sessions(connection)
    drafts = await connection.fetch(DRAFTS, submits)
    ids = [row["id"] for row in drafts]
    await connection.execute(FORGET_STEPS, ids)
    await connection.execute(UNSUBMIT, ids)
    accepted = await connection.fetch(ACCEPTED, approvals)
    await connection.execute(FORGET_DIGESTS, [row["id"] for row in accepted])
    busiest = await connection.fetchrow(BUSIEST)
    return Material(
        drafts=[Case(row["id"], 1, await sessions.of(row["account_id"])) for row in drafts],
        accepted=[Case(row["id"], row["version"], await sessions.of(row["account_id"])) for row in accepted],
        login_names=[row["login_name"] for row in await connection.fetch(LOGINS)],
        clerk=await sessions.of(busiest["account_id"]),
        deep=await connection.fetchval(DEEP, busiest["authority_id"], busiest["cases"] * 9 // 10),
        cases_of_clerk=busiest["cases"],
        applications=await connection.fetchval("SELECT count(*) FROM application"),
    )
