"""What a request works with: the parts of the process, and the unit of work of one request."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Header, Request

from registry_api.kit.clock import SHANGHAI, Clock, WorkingDays
from registry_api.kit.db import Database, Transaction
from registry_api.kit.delivery import Mailer, SmsGateway
from registry_api.kit.problems import PreconditionRequired, StaleVersion
from registry_api.kit.sealing import BlindIndex, Sealer
from registry_api.kit.settings import Settings
from registry_api.kit.storage import BlobStorage
from registry_api.kit.texts import Language
from registry_api.kit.tokens import TokenKeyRing, TokenSigner, TokenVerifier


@dataclass(slots=True)
class System:
    """The parts of one process, made once by `app.create_app` or by the worker."""

    settings: Settings
    database: Database
    counters: Database
    """A few connections of their own for what commits before it is evaluated: a request that holds a connection must
    not wait for a second one of the same pool."""
    clock: Clock
    sealer: Sealer
    blind_index: BlindIndex
    storage: BlobStorage
    sms: SmsGateway
    mailer: Mailer
    token_keys: TokenKeyRing
    signer: TokenSigner
    verifier: TokenVerifier
    calendar: WorkingDays | None = None


@dataclass(slots=True)
class Work:
    """The unit of work of one request: one transaction, one instant, one language."""

    system: System
    tx: Transaction
    now: datetime
    language: Language
    request_id: str
    address: str | None
    calendar: WorkingDays

    @property
    def today(self) -> date:
        """The civil day in Asia/Shanghai."""
        return self.now.astimezone(SHANGHAI).date()


async def _current_work(request: Request) -> Work:
    work: Work = request.state.work
    return work


CurrentWork = Annotated[Work, Depends(_current_work)]


async def _idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=8,
            max_length=128,
            description="Same key and body, same answer; kept for 24 hours.",
        ),
    ] = None,
) -> str | None:
    return idempotency_key


IdempotencyKey = Annotated[str | None, Depends(_idempotency_key)]
"""In a signature it makes the operation idempotent: `kit.route` looks for it."""


@dataclass(frozen=True, slots=True)
class Match:
    """The version that the caller has seen."""

    version: int | None

    def require(self, current: int) -> None:
        """Raises PreconditionRequired without `If-Match`, StaleVersion for another version."""
        if self.version is None:
            raise PreconditionRequired
        if self.version != current:
            raise StaleVersion(current_version=current)


async def _if_match(
    if_match: Annotated[
        str | None, Header(alias="If-Match", max_length=32, description='The version seen, such as "v3".')
    ] = None,
) -> Match:
    if if_match is None:
        return Match(None)
    tag = if_match.strip().removeprefix("W/").strip('"').removeprefix("v")
    # Something that is no version of ours cannot match any.
    return Match(int(tag) if tag.isascii() and tag.isdigit() and len(tag) < 10 else 0)


IfMatch = Annotated[Match, Depends(_if_match)]


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"v{version}"'


def is_idempotent(call: object) -> bool:
    """Whether a dependency is the one behind `IdempotencyKey`."""
    return call is _idempotency_key
