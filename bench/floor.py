"""The floor: the same transactions in bare Starlette and asyncpg, without validation, problems or texts.

Serves what a careful programmer would write by hand for these operations and nothing else. It checks the
session, sets the scope and lets row-level security work; it writes the same step, audit, outbox and idempotency
rows. It does not open sealed fields, judge preconditions or build the full answer.
"""

import hashlib
import json
import os
import secrets
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uuid_utils.compat import uuid7

from bench import statements as sql
from registry_api.kit.clock import SystemClock
from registry_api.kit.passwords import verify_password

CLOCK = SystemClock()
WINDOW = timedelta(minutes=15)
ADDRESS = "floor/address"
"""Everybody here comes from one, as from a hospital."""


def answer(rows: Any) -> Response:
    """The rows as JSON, whatever they hold."""
    return Response(json.dumps([list(map(str, row)) for row in rows]), media_type="application/json")


class Floor:
    """The five operations."""

    pool: Any

    async def enter(self, request: Request, connection: Any) -> Any:
        realm = request.headers["x-registry-realm"]
        token = hashlib.sha256(request.cookies[realm].encode()).digest()
        return await connection.fetchrow(sql.ENTER, token, realm, CLOCK.now())

    async def sign_in(self, request: Request) -> Response:
        """From a known device: three transactions, the hash between them without a connection, as in the service."""
        body = await request.json()
        realm, login_key = body["realm"], body["login_name"].encode()
        now, token = CLOCK.now(), request.headers["x-registry-device"].encode()
        async with self.pool.acquire() as connection, connection.transaction():
            account = await connection.fetchval(sql.FIND_ACCOUNT, login_key)
            known = await connection.fetchrow(sql.CREDENTIALS, account)
            device = await connection.fetchval(sql.FIND_DEVICE, hashlib.sha256(token).digest(), now)
            attempt = f"floor/{device}"
            await connection.fetchval(sql.COUNT_ATTEMPTS, attempt, now - WINDOW)
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.fetchval(sql.ATTEMPT, ADDRESS, now)
            await connection.fetchval(sql.ATTEMPT, attempt, now)
        matches, _ = await verify_password(body["password"], known["password_hash"])
        if not matches:
            return Response(status_code=401)
        session, reference = uuid7(), secrets.token_urlsafe(32)
        token = hashlib.sha256(reference.encode()).digest()
        async with self.pool.acquire() as connection, connection.transaction():
            who = await connection.fetchrow(sql.ENTER_ACCOUNT, account)
            ends = now + timedelta(days=1)
            await connection.execute(sql.OPEN_SESSION, session, account, token, now, ends)
            identity = (realm, who["role"], account, session)
            event = (uuid7(), now, "session.opened", *identity, session, "{}")
            await connection.execute(sql.SESSION_OPENED, *event, device, attempt)
            row = await connection.fetchrow(sql.ACCOUNT, account)
        result = answer([row])
        result.status_code = 201
        result.set_cookie(realm, reference, httponly=True)
        return result

    async def read_one(self, request: Request) -> Response:
        async with self.pool.acquire() as connection, connection.transaction():
            who = await self.enter(request, connection)
            row = await connection.fetchrow(
                sql.DETAIL.format(scope=sql.DOCTOR), request.path_params["id"], who["practitioner_id"]
            )
            steps = await connection.fetch(sql.STEPS, row["id"])
            files = await connection.fetch(sql.FILES, row["id"])
            await connection.fetchrow(sql.FACTS, row["practitioner_id"], row["institution_id"], CLOCK.today())
        return answer([row, *steps, *files])

    async def list_page(self, request: Request) -> Response:
        last = request.query_params.get("last")
        column = f"{request.headers['x-registry-realm']}_id"
        async with self.pool.acquire() as connection, connection.transaction():
            who = await self.enter(request, connection)
            if last is None:
                await connection.fetchval(sql.COUNT.format(column=column), who[column])
                rows = await connection.fetch(sql.PAGE.format(column=column, after=""), who[column])
            else:
                rows = await connection.fetch(
                    sql.PAGE.format(column=column, after=sql.AFTER), who[column], last
                )
        return answer(rows)

    async def submit(self, request: Request) -> Response:
        return await self.move(request, sql.DOCTOR, "practitioner_id", "submit", "institution_review")

    async def approve(self, request: Request) -> Response:
        return await self.move(request, sql.AUTHORITY, "authority_id", "approve", "approved")

    async def move(self, request: Request, scope: str, column: str, action: str, target: str) -> Response:
        body = await request.body()
        now, today = CLOCK.now(), CLOCK.today()
        async with self.pool.acquire() as connection, connection.transaction():
            who = await self.enter(request, connection)
            record = uuid7()
            key = hashlib.sha256(request.headers["idempotency-key"].encode()).digest()
            await connection.execute(
                sql.RESERVE, record, who["account_id"], key, action, hashlib.sha256(body).digest(), now
            )
            case = await connection.fetchrow(
                sql.LOCK.format(scope=scope), request.path_params["id"], who[column]
            )
            facts = await connection.fetchrow(
                sql.FACTS, case["practitioner_id"], case["institution_id"], today
            )
            registration = None
            if action == "approve":
                registration = uuid7()
                person = case["practitioner_id"]
                await connection.execute(
                    sql.REGISTRATION,
                    registration,
                    person,
                    facts[0],
                    case["authority_id"],
                    registration.bytes,
                    today,
                )
                place, office = case["institution_id"], case["authority_id"]
                entry = uuid7()
                await connection.execute(
                    sql.ENTRY, entry, registration, person, case["id"], today, now, who["account_id"]
                )
                await connection.execute(
                    sql.PRACTICE, uuid7(), registration, person, place, office, today, entry
                )
                await connection.execute(sql.STANDING, uuid7(), registration, person, entry, today)
            await connection.execute(sql.MOVE, case["id"], target, now, today, registration)
            await connection.execute(
                sql.STEP,
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
                sql.AUDIT.format(kind="application"),
                uuid7(),
                now,
                f"application.{action}",
                *identity,
                case["id"],
                "{}",
            )
            await connection.execute(sql.OUTBOX, uuid7(), "floor", "{}", now)
            row = await connection.fetchrow(sql.DETAIL.format(scope=scope), case["id"], who[column])
            steps = await connection.fetch(sql.STEPS, case["id"])
            files = await connection.fetch(sql.FILES, case["id"])
            result = answer([row, *steps, *files])
            await connection.execute(sql.ANSWER, record, bytes(result.body))
        return result


def make_floor(dsn: str) -> Starlette:
    """The floor's ASGI application."""
    floor = Floor()

    async def keep(_connection: Any) -> None:
        """Nothing to reset, as in the service."""

    async def open_pool() -> None:
        floor.pool = await asyncpg.create_pool(
            dsn, min_size=0, max_size=20, reset=keep, server_settings=sql.PLANS
        )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> Any:
        await open_pool()
        yield
        await floor.pool.close()

    api = "/api/v1"
    return Starlette(
        routes=[
            Route(f"{api}/sessions", floor.sign_in, methods=["POST"]),
            Route(f"{api}/doctor/applications/{{id:uuid}}", floor.read_one),
            Route(f"{api}/doctor/applications/{{id:uuid}}/submission", floor.submit, methods=["POST"]),
            Route(f"{api}/authority/applications", floor.list_page),
            Route(f"{api}/institution/applications", floor.list_page),
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
