"""The desktop asks what became of its code, and gets its session once."""

import secrets
from typing import cast
from uuid import UUID

from fastapi import Request, Response

from registry_api.accounts import queries as account_queries
from registry_api.accounts.door import enter_account
from registry_api.accounts.entry import cookie_name, token_hash
from registry_api.accounts.principals import Principal
from registry_api.accounts.schemas import Session
from registry_api.accounts.service import LIMITS, read_me
from registry_api.audit.service import record
from registry_api.kit.ids import new_id
from registry_api.kit.problems import NotFound
from registry_api.kit.work import Work
from registry_api.wechat import queries
from registry_api.wechat.binding import account_of, keys_of
from registry_api.wechat.schemas import LoginStatus, WechatPoll, WechatProgress
from registry_api.wechat.service import progress


async def collect(
    work: Work, login_id: UUID, body: WechatPoll, request: Request, response: Response
) -> WechatProgress:
    """How the login stands; opens the session of a confirmed sign-in. Raises NotFound.

    WeChat on the owner's phone stands for password and second factor both, like a passkey, also in an unknown
    browser. It is no fresh proof for changes of security settings: those ask for another one.
    """
    login = await work.tx.find(queries.FIND_LOGIN, login_id=login_id, poll_hash=token_hash(body.poll_token))
    if login is None:
        raise NotFound
    if login.status in ("waiting", "scanned", "confirmed") and login.expires_at <= work.now:
        return progress(work, "expired")
    if login.purpose == "bind" or login.status != "confirmed":
        return progress(work, cast("LoginStatus", login.status))
    if await work.tx.find(queries.USE, login_id=login.id, now=work.now) is None:
        return progress(work, "used")
    # Unbound or disabled since the phone confirmed: nobody gets in.
    account_id = await account_of(work, keys_of(work, login))
    principal = None if account_id is None else await enter_account(work, account_id)
    if principal is None or account_id != login.account_id:
        return progress(work, "unbound")
    answer = progress(work, "confirmed")
    answer.session = await _open(work, principal, request, response)
    return answer


async def _open(work: Work, principal: Principal, request: Request, response: Response) -> Session:
    reference, session_id = secrets.token_urlsafe(32), new_id()
    idle, life = LIMITS["doctor"]
    await work.tx.run(
        account_queries.OPEN_SESSION,
        id=session_id,
        account_id=principal.account_id,
        token_hash=token_hash(reference),
        now=work.now,
        idle_seconds=int(idle.total_seconds()),
        expires_at=work.now + life,
        user_agent=request.headers.get("user-agent", "")[:200],
        address=work.address,
        password_hash=None,
    )
    entered = await work.tx.get(
        account_queries.ENTER_SESSION,
        token_hash=None,
        session_id=session_id,
        realm="doctor",
        now=work.now,
    )
    await record(work, entered, "session.opened", object_type="session", object_id=session_id)
    settings = work.system.settings
    response.set_cookie(
        cookie_name("doctor", settings),
        reference,
        httponly=True,
        secure=not settings.plain_http,
        samesite="strict",
        path="/",
    )
    return Session(**dict(await read_me(work, entered)), expires_at=work.now + life)
