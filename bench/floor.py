"""The floor: the same transactions in bare Starlette and asyncpg, without validation, problems or texts.

Serves what a careful programmer would write by hand for these five operations and nothing else. It checks the
session, sets the scope and lets row-level security work; it writes the same step, audit, outbox and idempotency
rows. It does not open sealed fields, judge preconditions or build the full answer.
"""

import hashlib
import json
import os
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uuid_utils.compat import uuid7

from registry_api.kit.clock import SystemClock

CLOCK = SystemClock()
PLANS = {"jit": "off", "plan_cache_mode": "force_generic_plan"}
ENTER = (
    "SELECT session_id, account_id, realm, role, name, practitioner_id, institution_id, authority_id, office"
    " FROM enter_session($1, NULL, $2, $3)"
)
RESERVE = (
    "INSERT INTO idempotency_record (id, account_id, key_hash, operation, request_digest, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
)
ANSWER = "UPDATE idempotency_record SET status = 200, answer_sealed = $2 WHERE id = $1"
LOCK = """
SELECT a.id, a.version, a.status, a.practitioner_id, a.institution_id, a.authority_id, a.payload, a.form_sealed,
       p.id_number_index
FROM application a JOIN practitioner p ON p.id = a.practitioner_id
WHERE a.id = $1 AND ({scope}) FOR UPDATE OF a
"""
FACTS = """
SELECT q.id, q.status, q.province_code, q.issued_on,
       (SELECT max(r.status) FROM registration r WHERE r.practitioner_id = $1
          AND (r.status = 'valid' OR r.status = 'filed' OR r.status = 'suspended')),
       (SELECT max(r.status_since) FROM registration r WHERE r.practitioner_id = $1
          AND (r.status = 'deregistered' OR r.status = 'revoked')),
       (SELECT array_agg(f.kind) FROM practitioner_fact f WHERE f.practitioner_id = $1 AND f.valid_from <= $3
          AND (f.valid_to IS NULL OR f.valid_to >= $3)),
       i.status, i.division_code, o.id, o.division_code,
       (SELECT array_agg(c.province_code) FROM cross_province_consent c WHERE c.practitioner_id = $1)
FROM qualification q LEFT JOIN institution i ON i.id = $2 LEFT JOIN authority o ON o.id = i.authority_id
WHERE q.practitioner_id = $1 ORDER BY q.issued_on DESC LIMIT 1
"""
MOVE = """
UPDATE application SET status = $2, version = version + 1, status_since = $3, act_by = $4, updated_at = $3,
    number = coalesce(number, 'ZC-000000-20260101-' || nextval('application_number')),
    submitted_at = coalesce(submitted_at, $3), registration_id = coalesce($5, registration_id)
WHERE id = $1
"""
STEP = """
INSERT INTO application_step (id, application_id, version, action, from_status, to_status, actor_id, actor_role,
    actor_name, office, checks, occurred_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
AUDIT = """
INSERT INTO audit_event (id, occurred_at, action, outcome, realm, role, account_id, session_id, object_type,
    object_id, request_id, details) VALUES ($1, $2, $3, 'done', $4, $5, $6, $7, 'application', $8, '-', $9)
"""
OUTBOX = "INSERT INTO outbox_event (id, kind, payload, created_at, run_at) VALUES ($1, $2, $3, $4, $4)"
REGISTRATION = """
INSERT INTO registration (id, practitioner_id, qualification_id, authority_id, certificate_number_sealed,
    certificate_number_index, status, status_since, registered_on, version)
VALUES ($1, $2, $3, $4, $5, $5, 'valid', $6, $6, 1)
"""
PRACTICE = """
INSERT INTO practice (id, registration_id, practitioner_id, institution_id, authority_id, kind, valid_from)
VALUES ($1, $2, $3, $4, $5, 'main', $6)
"""
ENTRY = """
INSERT INTO register_entry (id, registration_id, practitioner_id, application_id, kind, effective_on, recorded_at,
    recorded_by, details) VALUES ($1, $2, $3, $4, 'registered', $5, $6, $7, '{}')
"""
DETAIL = """
SELECT a.*, p.name, p.sex, p.id_number_sealed, p.phone_sealed, i.name, i.address, i.phone, d.name, o.name, o.phone,
       q.certificate_number_sealed, q.issued_on, q.techniques, q.conditions
FROM application a JOIN practitioner p ON p.id = a.practitioner_id
LEFT JOIN LATERAL (SELECT * FROM qualification h WHERE h.practitioner_id = a.practitioner_id
                   ORDER BY h.issued_on DESC, h.id DESC LIMIT 1) q ON true
LEFT JOIN institution i ON i.id = a.institution_id LEFT JOIN division d ON d.code = i.division_code
LEFT JOIN authority o ON o.id = a.authority_id
WHERE a.id = $1 AND ({scope})
"""
STEPS = "SELECT * FROM application_step WHERE application_id = $1 ORDER BY version"
FILES = "SELECT * FROM attachment WHERE application_id = $1 ORDER BY id DESC LIMIT 20"
PAGE = """
SELECT a.id, a.number, a.type, a.status, a.version, a.applicant_name, i.name, o.name, a.status_since,
       a.submitted_at, a.act_by
FROM application a LEFT JOIN institution i ON i.id = a.institution_id LEFT JOIN authority o ON o.id = a.authority_id
WHERE a.authority_id = $1 AND a.status <> 'draft' {after} ORDER BY a.id DESC LIMIT 21
"""
COUNT = (
    "SELECT count(*) FROM (SELECT 1 FROM application a"
    " WHERE a.authority_id = $1 AND a.status <> 'draft' LIMIT 1001) c"
)
DOCTOR, AUTHORITY = "a.practitioner_id = $2", "a.authority_id = $2 AND a.status <> 'draft'"


def answer(rows: Any) -> Response:
    """The rows as JSON, whatever they hold."""
    return Response(json.dumps([list(map(str, row)) for row in rows]), media_type="application/json")


class Floor:
    """The five operations."""

    pool: Any

    async def enter(self, request: Request, connection: Any) -> Any:
        realm = request.headers["x-registry-realm"]
        token = hashlib.sha256(request.cookies[realm].encode()).digest()
        return await connection.fetchrow(ENTER, token, realm, CLOCK.now())

    async def read_one(self, request: Request) -> Response:
        async with self.pool.acquire() as connection, connection.transaction():
            who = await self.enter(request, connection)
            row = await connection.fetchrow(
                DETAIL.format(scope=DOCTOR), request.path_params["id"], who["practitioner_id"]
            )
            steps = await connection.fetch(STEPS, row["id"])
            files = await connection.fetch(FILES, row["id"])
            await connection.fetchrow(FACTS, row["practitioner_id"], row["institution_id"], CLOCK.today())
        return answer([row, *steps, *files])

    async def list_page(self, request: Request) -> Response:
        last = request.query_params.get("last")
        async with self.pool.acquire() as connection, connection.transaction():
            who = await self.enter(request, connection)
            if last is None:
                await connection.fetchval(COUNT, who["authority_id"])
                rows = await connection.fetch(PAGE.format(after=""), who["authority_id"])
            else:
                rows = await connection.fetch(PAGE.format(after="AND a.id < $2"), who["authority_id"], last)
        return answer(rows)

    async def submit(self, request: Request) -> Response:
        return await self.move(request, DOCTOR, "practitioner_id", "submit", "institution_review")

    async def approve(self, request: Request) -> Response:
        return await self.move(request, AUTHORITY, "authority_id", "approve", "approved")

    async def move(self, request: Request, scope: str, column: str, action: str, target: str) -> Response:
        body = await request.body()
        now, today = CLOCK.now(), CLOCK.today()
        async with self.pool.acquire() as connection, connection.transaction():
            who = await self.enter(request, connection)
            record = uuid7()
            key = hashlib.sha256(request.headers["idempotency-key"].encode()).digest()
            await connection.execute(
                RESERVE, record, who["account_id"], key, action, hashlib.sha256(body).digest(), now
            )
            case = await connection.fetchrow(LOCK.format(scope=scope), request.path_params["id"], who[column])
            facts = await connection.fetchrow(FACTS, case["practitioner_id"], case["institution_id"], today)
            registration = None
            if action == "approve":
                registration = uuid7()
                person = case["practitioner_id"]
                await connection.execute(
                    REGISTRATION,
                    registration,
                    person,
                    facts[0],
                    case["authority_id"],
                    registration.bytes,
                    today,
                )
                place, office = case["institution_id"], case["authority_id"]
                await connection.execute(PRACTICE, uuid7(), registration, person, place, office, today)
                await connection.execute(
                    ENTRY, uuid7(), registration, person, case["id"], today, now, who["account_id"]
                )
            await connection.execute(MOVE, case["id"], target, now, today, registration)
            await connection.execute(
                STEP,
                uuid7(),
                case["id"],
                case["version"] + 1,
                action,
                case["status"],
                target,
                who["account_id"],
                who["role"],
                who["name"],
                who["office"],
                "[]",
                now,
            )
            identity = (who["realm"], who["role"], who["account_id"], who["session_id"])
            await connection.execute(
                AUDIT, uuid7(), now, f"application.{action}", *identity, case["id"], "{}"
            )
            await connection.execute(OUTBOX, uuid7(), "floor", "{}", now)
            row = await connection.fetchrow(DETAIL.format(scope=scope), case["id"], who[column])
            steps = await connection.fetch(STEPS, case["id"])
            files = await connection.fetch(FILES, case["id"])
            result = answer([row, *steps, *files])
            await connection.execute(ANSWER, record, bytes(result.body))
        return result


def make_floor(dsn: str) -> Starlette:
    """The floor's ASGI application."""
    floor = Floor()

    async def keep(_connection: Any) -> None:
        """Nothing to reset, as in the service."""

    async def open_pool() -> None:
        floor.pool = await asyncpg.create_pool(
            dsn, min_size=0, max_size=20, reset=keep, server_settings=PLANS
        )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> Any:
        await open_pool()
        yield
        await floor.pool.close()

    api = "/api/v1"
    return Starlette(
        routes=[
            Route(f"{api}/doctor/applications/{{id:uuid}}", floor.read_one),
            Route(f"{api}/doctor/applications/{{id:uuid}}/submission", floor.submit, methods=["POST"]),
            Route(f"{api}/authority/applications", floor.list_page),
            Route(f"{api}/authority/applications/{{id:uuid}}/decisions", floor.approve, methods=["POST"]),
        ],
        lifespan=lifespan,
    )


if __name__ == "__main__":
    uvicorn.run(
        make_floor(os.environ["REGISTRY_DATABASE_URL"]),
        port=int(os.environ["REGISTRY_PORT"]),
        access_log=False,
        log_level="warning",
    )
