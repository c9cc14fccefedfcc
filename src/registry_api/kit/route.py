"""The route class: a request's transaction from its session check to its commit.

FastAPI runs the exit code of a yielding dependency in the request's exit stack and charges for it; a route class
costs less and lets the commit come before the response (ADR 2).
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from starlette.responses import Response

from registry_api.kit.clock import WorkingDays
from registry_api.kit.db import CONNECTION_FAULTS, Statement, Transaction, unread
from registry_api.kit.idempotency import IdempotencyRecord
from registry_api.kit.ids import new_id
from registry_api.kit.problems import IdempotencyInFlight, IdempotencyMismatch
from registry_api.kit.texts import language_from
from registry_api.kit.work import System, Work, is_idempotent

API_PREFIX = "/api/v1"
"""Before every operation's path; a router names it, so that routes need no wrapping when the app takes them."""

Enter = Callable[[Request, Work], Awaitable[UUID]]
"""Checks the session and sets the scope; gives the id under which idempotency keys are kept."""

_RESERVE = Statement(
    # ON CONFLICT DO NOTHING waits for a duplicate's transaction, which is the whole in-flight handling.
    insert(IdempotencyRecord)
    .values(
        id=bindparam("id"),
        account_id=bindparam("account_id"),
        key_hash=bindparam("key_hash"),
        operation=bindparam("operation"),
        request_digest=bindparam("request_digest"),
        created_at=bindparam("created_at"),
    )
    .on_conflict_do_nothing(),
    unread,
)
_FIND = Statement(
    select(
        IdempotencyRecord.id,
        IdempotencyRecord.operation,
        IdempotencyRecord.request_digest,
        IdempotencyRecord.status,
        IdempotencyRecord.answer_sealed,
    ).where(
        IdempotencyRecord.account_id == bindparam("account_id"),
        IdempotencyRecord.key_hash == bindparam("key_hash"),
    ),
    lambda *row: row,
)
_ANSWER = Statement(
    update(IdempotencyRecord)
    .where(IdempotencyRecord.id == bindparam("row_id"))
    .values(status=bindparam("status"), answer_sealed=bindparam("answer_sealed")),
    unread,
)
_PLACE = "idempotency_record.answer"
_KEPT_HEADERS = ("etag", "location", "content-type")


class TransactionalRoute(APIRoute):
    """An operation that runs in one transaction, which is committed before the response leaves."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint = super().get_route_handler()
        anonymous = is_anonymous(self)
        idempotent = any(is_idempotent(call) for call in _calls(self.dependant))
        operation = self.operation_id or self.name

        async def handle(request: Request) -> Response:
            # Read first: a slow sender must not hold a connection.
            body = await request.body()
            system: System = request.app.state.system
            calendar: WorkingDays = await request.app.state.read_calendar()
            async with system.database.connection() as connection:
                work = Work(
                    system=system,
                    tx=Transaction(connection),
                    now=system.clock.now(),
                    language=language_from(request.headers.get("accept-language")),
                    request_id=request.state.request_id,
                    address=request.state.address,
                    calendar=calendar,
                )
                request.state.work = work
                transaction = connection.transaction()
                await transaction.start()
                try:
                    key = request.headers.get("idempotency-key") if idempotent else None
                    owner = None if anonymous else await request.app.state.enter(request, work)
                    if key and owner is not None:
                        response = await _once(request, work, endpoint, operation, owner, key, body)
                    else:
                        response = await endpoint(request)
                except BaseException:
                    with suppress(*CONNECTION_FAULTS):
                        await transaction.rollback()
                        await _write_survivors(connection, work.tx)
                    raise
                await _commit(transaction)
                return response

        return handle


async def _commit(transaction: Any) -> None:
    """Commits even if the request is cancelled meanwhile: half a commit would leave its outcome unknown."""
    commit = asyncio.ensure_future(transaction.commit())
    try:
        await asyncio.shield(commit)
    except asyncio.CancelledError:
        await commit
        raise


def is_anonymous(route: APIRoute) -> bool:
    """Whether nothing in the route's signature asks for a principal."""
    return not any(getattr(call, "requires_principal", False) for call in _calls(route.dependant))


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


async def _once(
    request: Request,
    work: Work,
    endpoint: Callable[[Request], Awaitable[Response]],
    operation: str,
    owner: UUID,
    key: str,
    body: bytes,
) -> Response:
    """Answers a repeated request with the stored answer of the first."""
    key_hash = hashlib.sha256(key.encode()).digest()
    digest = hashlib.sha256(
        f"{request.url.path}\n{request.headers.get('if-match')}\n".encode() + body
    ).digest()
    record_id = new_id()
    try:
        reserved = await work.tx.run(
            _RESERVE,
            id=record_id,
            account_id=owner,
            key_hash=key_hash,
            operation=operation,
            request_digest=digest,
            created_at=work.now,
        )
    except asyncpg.LockNotAvailableError:
        raise IdempotencyInFlight(headers={"Retry-After": "2"}) from None
    if not reserved:
        return await _replay(work, operation, owner, key_hash, digest)
    response = await endpoint(request)
    answer = {
        "body": bytes(response.body).decode(),
        "headers": {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers},
    }
    await work.tx.run(
        _ANSWER,
        row_id=record_id,
        status=response.status_code,
        answer_sealed=work.system.sealer.seal_json(answer, _PLACE, record_id),
    )
    return response


async def _replay(work: Work, operation: str, owner: UUID, key_hash: bytes, digest: bytes) -> Response:
    record = await work.tx.find(_FIND, account_id=owner, key_hash=key_hash)
    if record is None:
        raise IdempotencyInFlight(headers={"Retry-After": "2"})
    record_id, first_operation, first_digest, status, sealed = record
    if (first_operation, first_digest) != (operation, digest):
        raise IdempotencyMismatch
    answer = work.system.sealer.open_json(sealed, _PLACE, record_id)
    return Response(
        answer["body"], status_code=status, headers={**answer["headers"], "Idempotency-Replayed": "true"}
    )


async def _write_survivors(connection: Any, tx: Transaction) -> None:
    if not tx.survivors:
        return
    async with connection.transaction():
        for statement, values in tx.survivors:
            await tx.run(statement, **values)
