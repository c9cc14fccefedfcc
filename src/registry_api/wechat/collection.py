"""The desktop asks what became of its code, and gets its session once."""

from dataclasses import replace
from typing import cast
from uuid import UUID

from registry_api.accounts.devices import find_device, remember_device
from registry_api.accounts.door import enter_account
from registry_api.accounts.entry import token_hash
from registry_api.accounts.principals import Principal
from registry_api.accounts.reach import get_owner, tell_owner
from registry_api.accounts.sessions import Opened, open_session
from registry_api.kit.problems import NotFound
from registry_api.kit.work import Work
from registry_api.wechat import queries
from registry_api.wechat.binding import account_of, keys_of
from registry_api.wechat.schemas import LoginStatus, WechatPoll


async def collect(
    work: Work, login_id: UUID, body: WechatPoll, *, user_agent: str, device_token: str | None
) -> tuple[LoginStatus, Opened | None]:
    """How the login stands; opens the session of a confirmed sign-in. Raises NotFound.

    WeChat on the owner's phone stands for password and second factor both, like a passkey, also in an unknown
    browser. It is no fresh proof for changes of security settings: those ask for another one.
    """
    login = await work.tx.find(queries.FIND_LOGIN, login_id=login_id, poll_hash=token_hash(body.poll_token))
    if login is None:
        raise NotFound
    if login.status in ("waiting", "scanned", "confirmed") and login.expires_at <= work.now:
        return "expired", None
    if login.purpose == "bind" or login.status != "confirmed":
        return cast("LoginStatus", login.status), None
    if await work.tx.find(queries.USE, login_id=login.id, now=work.now) is None:
        return "used", None
    # Unbound or disabled since the phone confirmed: nobody gets in.
    account_id = await account_of(work, keys_of(work, login))
    principal = None if account_id is None else await enter_account(work, account_id)
    if principal is None or account_id != login.account_id:
        return "unbound", None
    opened = await _open(
        work, principal, user_agent=user_agent, device_token=device_token, remember=body.remember_device
    )
    return "confirmed", opened


async def _open(
    work: Work, principal: Principal, *, user_agent: str, device_token: str | None, remember: bool
) -> Opened:
    device_id, new_token = await find_device(work, principal.account_id, device_token), None
    if device_id is None:
        await tell_owner(work, await get_owner(work, principal.account_id), "new_device")
        if remember:
            device_id, new_token = await remember_device(work, principal, user_agent)
    opened = await open_session(work, principal, "cookie", user_agent=user_agent, device_id=device_id)
    return replace(opened, device_token=new_token)
