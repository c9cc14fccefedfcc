"""Tokens for programs (RFC 6749 4.4, client credentials)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form
from sqlalchemy import Uuid, bindparam, column, func, select

from registry_api.accounts.entry import AUDIENCE
from registry_api.accounts.schemas import Token
from registry_api.accounts.sessions import TOKEN_LIFE
from registry_api.accounts.throttle import Limit, reserve
from registry_api.audit.service import record_refusal
from registry_api.kit.db import Statement
from registry_api.kit.problems import Problem
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork

router = APIRouter(prefix=API_PREFIX, tags=["integration"], route_class=TransactionalRoute)
ATTEMPTS = 60
WINDOW = timedelta(minutes=15)


class InvalidClient(Problem):
    """Unknown client, wrong secret, or a scope that the client does not hold."""

    status, code = 401, "wrong_credentials"


@dataclass(frozen=True, slots=True)
class ClientRow:
    """What a token request is checked against."""

    id: UUID
    secret_hash: bytes
    scopes: list[str]


_FIND_CLIENT = Statement(
    select(column("id"), column("secret_hash"), column("scopes")).select_from(
        func.client_for_token(bindparam("client_id", type_=Uuid)).table_valued("id", "secret_hash", "scopes")
    ),
    ClientRow,
)


@router.post("/oauth/token", operation_id="createToken")
async def create_token(
    work: CurrentWork,
    grant_type: Annotated[Literal["client_credentials"], Form()],
    client_id: Annotated[UUID, Form()],
    client_secret: Annotated[str, Form(min_length=20, max_length=128)],
    scope: Annotated[str, Form(max_length=200)] = "",
) -> Token:
    """A bearer token of ten minutes for an API client; ask again instead of refreshing."""
    del grant_type
    await reserve(work.system, (Limit(f"client/{client_id}", ATTEMPTS, WINDOW),), work.now)
    client = await work.tx.find(_FIND_CLIENT, client_id=client_id)
    given = hashlib.sha256(client_secret.encode()).digest()
    wanted = scope.split() or (client.scopes if client else [])
    if (
        client is None
        or not hmac.compare_digest(given, client.secret_hash)
        or not set(wanted) <= set(client.scopes)
    ):
        record_refusal(work, None, "token.refused", object_type="client", object_id=client_id)
        raise InvalidClient
    token = work.system.signer.issue(
        {"sub": str(client.id), "scope": " ".join(wanted)},
        audience=AUDIENCE,
        lifetime=TOKEN_LIFE,
        now=work.now,
    )
    return Token(access_token=token, expires_in=int(TOKEN_LIFE.total_seconds()), scope=" ".join(wanted))
