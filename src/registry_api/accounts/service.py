"""Sign-in and sign-out."""

import secrets
from datetime import timedelta
from typing import Any

from registry_api.accounts import queries
from registry_api.accounts.entry import AUDIENCE, token_hash
from registry_api.accounts.principals import AuthorityStaff, Doctor, InstitutionStaff, Principal
from registry_api.accounts.schemas import Account, Me, Office, Session, SessionCreate
from registry_api.audit.service import INSERT_EVENT, event_values, record
from registry_api.kit.ids import new_id
from registry_api.kit.passwords import verify_password
from registry_api.kit.problems import Problem, TooManyRequests
from registry_api.kit.roles import Realm
from registry_api.kit.work import System, Work
from registry_api.practitioners.identity import mask_id_number, mask_phone

LIMITS: dict[Realm, tuple[timedelta, timedelta]] = {
    "doctor": (timedelta(minutes=30), timedelta(hours=12)),
    "institution": (timedelta(minutes=15), timedelta(hours=8)),
    "authority": (timedelta(minutes=15), timedelta(hours=8)),
}
"""Idle and absolute life of a session (security notes, section 3)."""

ATTEMPTS = 10
WINDOW = timedelta(minutes=15)
ADDRESS_ATTEMPTS = 300
"""A hospital signs in from one address; this only stops spraying."""
TOKEN_LIFE = timedelta(minutes=10)


class WrongCredentials(Problem):
    """Login name, password or entrance is wrong; which one is not told."""

    status, code = 401, "wrong_credentials"


async def reserve_attempt(system: System, key: str, allowed: int, work: Work) -> None:
    """Counts an attempt in a transaction of its own, before it is evaluated. Raises TooManyRequests."""
    async with system.database.transaction() as tx:
        reserved = await tx.get(
            queries.RESERVE_ATTEMPT, key=key, now=work.now, window_opened=work.now - WINDOW
        )
    if reserved.attempts > allowed:
        wait = reserved.window_start + WINDOW - work.now
        raise TooManyRequests(headers={"Retry-After": str(max(1, int(wait.total_seconds())))})


async def sign_in(system: System, work: Work, body: SessionCreate, user_agent: str) -> tuple[str, Session]:
    """Opens a session; gives the reference for the cookie and the body of the answer.

    The attempt is reserved first and the hash computed between two transactions, so that no connection waits
    for it. Raises WrongCredentials or TooManyRequests.
    """
    login_key = body.login_name.strip().casefold()
    key = system.blind_index.of("sign_in", f"{body.realm}/{login_key}").hex()
    if work.address:
        await reserve_attempt(system, f"address/{work.address}", ADDRESS_ATTEMPTS, work)
    await reserve_attempt(system, f"sign_in/{key}", ATTEMPTS, work)
    async with system.database.transaction() as tx:
        known = await tx.find(queries.FIND_CREDENTIALS, realm=body.realm, login_key=login_key)
    matches, new_hash = await verify_password(body.password, known.password_hash if known else None)
    async with system.database.transaction() as tx:
        work.tx = tx
        if known is None or not matches or known.status != "active":
            refusal = event_values(
                work,
                None,
                "session.refused",
                object_type="account",
                object_id=known.account_id if known else None,
                outcome="refused",
                details={"realm": body.realm},
            )
            await tx.run(INSERT_EVENT, **refusal)
        else:
            return await _open_session(work, body, known.account_id, new_hash, user_agent, key)
    raise WrongCredentials


async def _open_session(
    work: Work, body: SessionCreate, account_id: Any, new_hash: str | None, user_agent: str, key: str
) -> tuple[str, Session]:
    system = work.system
    reference = secrets.token_urlsafe(32)
    session_id = new_id()
    idle, life = LIMITS[body.realm]
    expires_at = work.now + life
    await work.tx.run(
        queries.OPEN_SESSION,
        id=session_id,
        account_id=account_id,
        token_hash=token_hash(reference),
        now=work.now,
        idle_seconds=int(idle.total_seconds()),
        expires_at=expires_at,
        user_agent=user_agent[:200],
        address=work.address,
        password_hash=new_hash,
    )
    principal = await work.tx.get(
        queries.ENTER_SESSION, token_hash=None, session_id=session_id, realm=body.realm, now=work.now
    )
    await work.tx.run(queries.FORGET_ATTEMPTS, key=f"sign_in/{key}")
    await record(work, principal, "session.opened", object_type="session", object_id=session_id)
    answer = Session(**dict(await read_me(work, principal)), expires_at=expires_at)
    if body.delivery == "bearer":
        answer.access_token = system.signer.issue(
            {"sub": str(account_id), "sid": str(session_id)},
            audience=AUDIENCE,
            lifetime=TOKEN_LIFE,
            now=work.now,
        )
        answer.token_type = "Bearer"  # noqa: S105 (RFC 6750)
        answer.expires_at = work.now + TOKEN_LIFE
    return reference, answer


async def sign_out(work: Work, principal: Principal) -> None:
    """Ends the session of this request at once; a program without a session has nothing to end."""
    if principal.session_id is not None:
        await work.tx.run(queries.END_SESSION, session_id=principal.session_id, now=work.now)
        await record(work, principal, "session.ended", object_type="session", object_id=principal.session_id)


async def read_me(work: Work, principal: Principal) -> Me:
    """The signed-in account, masked, and its next step."""
    row = await work.tx.find(queries.GET_ACCOUNT, account_id=principal.account_id)
    sealer = work.system.sealer
    id_number = phone = None
    if row is not None and row.id_number_sealed is not None:
        id_number = mask_id_number(sealer.open_text(row.id_number_sealed, "account.id_number", row.id))
    if row is not None and row.phone_sealed is not None:
        phone = mask_phone(sealer.open_text(row.phone_sealed, "account.phone", row.id))
    next_step: Any = None
    if isinstance(principal, Doctor) and not principal.activated:
        next_step = "activate" if principal.practitioner_id else "verify_identity"
    return Me(
        account=Account(
            id=principal.account_id,
            realm=principal.realm,
            role=principal.role,
            login_name=row.login_name if row else "",
            name=principal.name,
            id_number_masked=id_number,
            phone_masked=phone,
            office=_office(principal),
        ),
        next_step=next_step,
    )


def _office(principal: Principal) -> Office | None:
    if isinstance(principal, InstitutionStaff):
        return Office(id=principal.institution_id, name=principal.office)
    if isinstance(principal, AuthorityStaff):
        return Office(id=principal.authority_id, name=principal.office)
    return None
