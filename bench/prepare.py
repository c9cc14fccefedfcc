"""Prepares what the load needs: sessions with known references, drafts to submit, cases to approve."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry_api.accounts.entry import token_hash
from registry_api.demo.proofs import device_token

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
# Came back from its institution: it has steps, and its preconditions are judged.
RETURNED = """
SELECT a.id, a.version, c.id AS account_id FROM application a JOIN account c ON c.practitioner_id = a.practitioner_id
WHERE a.status = 'institution_returned' ORDER BY a.id LIMIT 1
"""
# The seed's digests are of another make; approval would ask for a new endorsement.
FORGET_DIGESTS = "UPDATE application SET endorsed_digest = NULL WHERE id = ANY($1::uuid[])"
NEAREST = """
SELECT a.{column} AS office, c.id AS account_id, count(*) AS cases FROM application a
JOIN LATERAL (SELECT id FROM account c WHERE c.{column} = a.{column} AND c.role = $2 AND c.status = 'active'
              ORDER BY id LIMIT 1) c ON true
WHERE a.status <> 'draft' GROUP BY 1, 2 ORDER BY abs(count(*) - $1), a.{column} LIMIT 1
"""
LOGINS = (
    "SELECT id, login_name FROM account WHERE realm = 'doctor' AND status = 'active' ORDER BY id LIMIT 400"
)
KNOW = """
INSERT INTO known_device (id, account_id, token_hash, user_agent, created_at, last_seen_at, expires_at)
VALUES ($1, $2, $3, 'bench', now(), now(), now() + interval '1 day') ON CONFLICT DO NOTHING
"""
DEEP = """
SELECT id FROM application WHERE {column} = $1 AND status <> 'draft' ORDER BY id DESC OFFSET $2 LIMIT 1
"""

_ENDLESS = 1 << 40
EQUAL, LARGEST = "equal", "largest"
"""Kinds of desks: as long at every size of the table, and the longest there is."""


@dataclass(frozen=True, slots=True)
class Case:
    """An application with the session of whoever acts on it."""

    id: UUID
    version: int
    reference: str


@dataclass(frozen=True, slots=True)
class Desk:
    """An office's list with the session of one of its staff."""

    name: str
    realm: str
    office: UUID
    cases: int
    reference: str
    deep: UUID
    """The application after which a page at nine tenths of the list begins."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the requests that change something or need a password are made of."""

    returned: Case
    drafts: list[Case]
    accepted: list[Case]
    login_names: list[str]


class Sessions:
    """One session per account."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._known: dict[UUID, str] = {}

    async def of(self, account: UUID) -> str:
        if account not in self._known:
            reference = self._known[account] = secrets.token_urlsafe(32)
            await self._connection.execute(OPEN, uuid7(), account, token_hash(reference))
        return self._known[account]


async def prepare(connection: Any, sessions: Sessions, *, submits: int, approvals: int) -> Material:
    """Changes the seeded content, over the owner's connection, into what can be submitted and approved."""
    drafts = await connection.fetch(DRAFTS, submits)
    accepted = await connection.fetch(ACCEPTED, approvals)
    ids = [row["id"] for row in drafts]
    await connection.execute(FORGET_STEPS, ids)
    await connection.execute(UNSUBMIT, ids)
    await connection.execute(FORGET_DIGESTS, [row["id"] for row in accepted])
    returned = await connection.fetchrow(RETURNED)
    logins = await connection.fetch(LOGINS)
    devices = [(uuid7(), row["id"], token_hash(device_token("doctor", row["login_name"]))) for row in logins]
    await connection.executemany(KNOW, devices)
    return Material(
        returned=Case(returned["id"], returned["version"], await sessions.of(returned["account_id"])),
        drafts=[Case(row["id"], 1, await sessions.of(row["account_id"])) for row in drafts],
        accepted=[Case(row["id"], row["version"], await sessions.of(row["account_id"])) for row in accepted],
        login_names=[row["login_name"] for row in logins],
    )


async def find_desks(connection: Any, sessions: Sessions, before: list[Desk]) -> list[Desk]:
    """The largest desk of each kind, and one that is as long at every size of the table.

    The first time that one is nearest to three quarters of the largest. After the table has grown, `before`
    holds the desks of then, and another office is taken whose list is now as long as that one's was.
    """
    sizes = {desk.name: desk.cases for desk in before}
    desks = []
    for realm, role in (("authority", "authority_approver"), ("institution", "institution_handler")):
        column = f"{realm}_id"
        largest = await connection.fetchrow(NEAREST.format(column=column), _ENDLESS, role)
        size = sizes.get(f"{EQUAL} {realm}", largest["cases"] * 3 // 4)
        equal = await connection.fetchrow(NEAREST.format(column=column), size, role)
        for kind, found in ((EQUAL, equal), (LARGEST, largest)):
            deep = await connection.fetchval(
                DEEP.format(column=column), found["office"], found["cases"] * 9 // 10
            )
            reference = await sessions.of(found["account_id"])
            desks.append(Desk(f"{kind} {realm}", realm, found["office"], found["cases"], reference, deep))
    return desks
