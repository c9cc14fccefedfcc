"""Refresh tokens: one use each; shown a second time, the session ends (RFC 9700 4.14)."""

from datetime import timedelta

from registry_api.accounts import queries, session_queries
from registry_api.accounts.door import ENTER_ACCOUNT, enter_account
from registry_api.accounts.entry import token_hash
from registry_api.accounts.me import read_me
from registry_api.accounts.schemas import Session
from registry_api.accounts.session_queries import RefreshRow
from registry_api.accounts.sessions import add_refresh_token, give_access
from registry_api.accounts.throttle import address_limit, reserve
from registry_api.audit.service import record_refusal
from registry_api.kit.problems import Problem
from registry_api.kit.work import Work

GRACE = timedelta(seconds=10)
"""A client whose answer was lost gets the same successor for so long."""
ADDRESS_ATTEMPTS = 1000
WINDOW = timedelta(minutes=15)
_PLACE = "refresh_token.successor"


class RefreshRefused(Problem):
    """The refresh token does not count, or its session has ended: sign in again."""

    status, code = 401, "refresh_refused"


async def refresh_session(work: Work, token: str, *, user_agent: str) -> Session:
    """New access and refresh tokens for an old refresh token. Raises RefreshRefused or TooManyRequests.

    The idle and the absolute limit of the session hold as for any request. Of requests at once the first rotates;
    the others wait for its row and get the same successor, if they come from the same client.
    """
    await reserve(work.system, (address_limit("refresh", work.address, ADDRESS_ATTEMPTS, WINDOW),), work.now)
    row = await work.tx.find(session_queries.FIND_REFRESH_TOKEN, token_hash=token_hash(token))
    if row is None or row.expires_at <= work.now:
        raise RefreshRefused
    client = [work.address, user_agent[:200]]
    successor = None if row.used_at is None else _successor(work, row, client)
    if row.used_at is not None and successor is None:
        await _end_for_reuse(work, row)
        raise RefreshRefused
    principal = await work.tx.find(
        queries.ENTER_SESSION, token_hash=None, session_id=row.session_id, realm=None, now=work.now
    )
    if principal is None:
        raise RefreshRefused
    if successor is None:
        successor = await add_refresh_token(work, row.account_id, row.session_id, expires_at=row.expires_at)
        sealed = work.system.sealer.seal_json({"token": successor, "client": client}, _PLACE, row.id)
        await work.tx.run(
            session_queries.USE_REFRESH_TOKEN, token_id=row.id, now=work.now, successor_sealed=sealed
        )
    answer = Session(**dict(await read_me(work, principal)), expires_at=row.expires_at)
    answer.refresh_token = successor
    give_access(work, principal, answer)
    return answer


def _successor(work: Work, row: RefreshRow, client: list[str | None]) -> str | None:
    """The successor for who used the token less than ten seconds ago; None for anybody else."""
    if row.used_at is None or row.successor_sealed is None or work.now - row.used_at > GRACE:
        return None
    kept = work.system.sealer.open_json(row.successor_sealed, _PLACE, row.id)
    return str(kept["token"]) if kept["client"] == client else None


async def _end_for_reuse(work: Work, row: RefreshRow) -> None:
    """Somebody has a copy, and nobody knows who: the session ends, although this request is refused."""
    work.tx.keep_on_rollback(ENTER_ACCOUNT, account_id=row.account_id)
    work.tx.keep_on_rollback(queries.END_SESSION, session_id=row.session_id, now=work.now)
    owner = await enter_account(work, row.account_id)
    record_refusal(work, owner, "refresh_token.reused", object_type="session", object_id=row.session_id)
