"""Sessions: opened once it is proved who is there, listed, and ended at once."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from registry_api.accounts import queries, session_queries
from registry_api.accounts.addresses import mask_address
from registry_api.accounts.entry import AUDIENCE, token_hash
from registry_api.accounts.me import read_me
from registry_api.accounts.principals import Principal
from registry_api.accounts.schemas import Delivery, Session, SessionItem, SessionList
from registry_api.audit.service import INSERT_EVENT, event_values, record
from registry_api.kit.db import Write
from registry_api.kit.ids import new_id
from registry_api.kit.problems import NotFound
from registry_api.kit.roles import Realm
from registry_api.kit.work import Work

LIMITS: dict[Realm, tuple[timedelta, timedelta]] = {
    "doctor": (timedelta(minutes=30), timedelta(hours=12)),
    "institution": (timedelta(minutes=15), timedelta(hours=8)),
    "authority": (timedelta(minutes=15), timedelta(hours=8)),
}
"""Idle and absolute life of a session (security notes, section 3)."""

TOKEN_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was just opened: the cookie's content, and the body of the answer."""

    realm: Realm
    reference: str
    session: Session
    device_token: str | None = None
    """Of the device that is known from now on; None where nothing changed."""


async def open_session(
    work: Work,
    principal: Principal,
    delivery: Delivery,
    *,
    user_agent: str,
    device_id: UUID | None = None,
    proved: bool = False,
    password_hash: str | None = None,
    writes: tuple[Write, ...] = (),
) -> Opened:
    """Opens a session for whom `enter_account` gave; the caller has every proof that the way in asks for.

    `proved`: a second factor was shown just now. `password_hash` replaces one of an older make. `writes` go along
    in the same round trip.
    """
    reference, session_id = secrets.token_urlsafe(32), new_id()
    idle, life = LIMITS[principal.realm]
    expires_at = work.now + life
    await work.tx.run(
        queries.OPEN_SESSION,
        id=session_id,
        account_id=principal.account_id,
        token_hash=token_hash(reference),
        now=work.now,
        idle_seconds=int(idle.total_seconds()),
        expires_at=expires_at,
        user_agent=user_agent[:200],
        address=work.address,
        password_hash=password_hash,
    )
    principal = replace(principal, session_id=session_id)
    marks = {
        "session_id": session_id,
        "device_id": device_id,
        "proved_at": work.now if proved else None,
    }
    opened = event_values(work, principal, "session.opened", object_type="session", object_id=session_id)
    await work.tx.run_together(
        (session_queries.MARK_SESSION, marks),
        (queries.FORGET_FAILURES, {"account_id": principal.account_id}),
        (INSERT_EVENT, opened),
        *writes,
    )
    answer = Session(**dict(await read_me(work, principal)), expires_at=expires_at)
    if delivery == "bearer":
        answer.refresh_token = await add_refresh_token(
            work, principal.account_id, session_id, expires_at=answer.expires_at
        )
        give_access(work, principal, answer)
    return Opened(principal.realm, reference, answer)


async def add_refresh_token(work: Work, account_id: UUID, session_id: UUID, *, expires_at: datetime) -> str:
    """A new refresh token of the session, good once and no longer than it; gives the token."""
    token = secrets.token_urlsafe(32)
    await work.tx.run(
        session_queries.ADD_REFRESH_TOKEN,
        id=new_id(),
        session_id=session_id,
        account_id=account_id,
        token_hash=token_hash(token),
        created_at=work.now,
        expires_at=expires_at,
    )
    return token


def give_access(work: Work, principal: Principal, answer: Session) -> None:
    """Puts an access token of ten minutes into the answer, whose `expires_at` was the session's until now."""
    answer.refresh_expires_at = answer.expires_at
    answer.access_token = work.system.signer.issue(
        {"sub": str(principal.account_id), "sid": str(principal.session_id)},
        audience=AUDIENCE,
        lifetime=TOKEN_LIFE,
        now=work.now,
    )
    answer.token_type = "Bearer"  # noqa: S105 (RFC 6750)
    answer.expires_at = work.now + TOKEN_LIFE


async def list_sessions(work: Work, principal: Principal) -> SessionList:
    """The account's sessions that live, newest first; at most a hundred."""
    rows = await work.tx.fetch_all(
        session_queries.LIST_SESSIONS, account_id=principal.account_id, now=work.now
    )
    return SessionList(
        items=[
            SessionItem(
                id=row.id,
                current=row.id == principal.session_id,
                user_agent=row.user_agent,
                address_masked=mask_address(row.address),
                created_at=row.created_at,
                last_seen_at=row.last_seen_at,
                expires_at=row.expires_at,
                known_device=row.known_device,
            )
            for row in rows
        ]
    )


async def end_session(work: Work, principal: Principal, session_id: UUID) -> None:
    """Ends one of the account's sessions; its next request is refused. Raises NotFound."""
    ended = await work.tx.run(
        session_queries.END_ONE, session_id=session_id, account_id=principal.account_id, now=work.now
    )
    if not ended:
        raise NotFound
    await record(work, principal, "session.ended", object_type="session", object_id=session_id)


async def end_other_sessions(work: Work, principal: Principal) -> None:
    """Ends all sessions of the account but this one."""
    ended = await work.tx.run(
        session_queries.END_OTHERS,
        account_id=principal.account_id,
        kept=principal.session_id,
        now=work.now,
    )
    await record(
        work,
        principal,
        "sessions.ended",
        object_type="account",
        object_id=principal.account_id,
        details={"count": ended},
    )


async def sign_out(work: Work, principal: Principal) -> None:
    """Ends the session of this request at once; a program without a session has nothing to end."""
    if principal.session_id is not None:
        await work.tx.run(queries.END_SESSION, session_id=principal.session_id, now=work.now)
        await record(work, principal, "session.ended", object_type="session", object_id=principal.session_id)
