"""The phone comes back from WeChat: the code is exchanged between two short transactions, never inside one."""

import secrets
from uuid import UUID

from registry_api.accounts.door import enter_account
from registry_api.accounts.entry import token_hash
from registry_api.accounts.visit import Visit
from registry_api.audit.service import record
from registry_api.kit.work import Work
from registry_api.wechat import queries
from registry_api.wechat.binding import UNION_PLACE, account_of
from registry_api.wechat.provider import WechatFailed, WechatPerson
from registry_api.wechat.schemas import LoginStatus
from registry_api.wechat.service import DECISION_LIFE, provider_of


async def arrive(visit: Visit, code: str | None, state: str, browser: str | None) -> str:
    """Gives the page that comes next, with its fragment. Raises WechatOff.

    Without `code` the person refused at WeChat. The state is used up before WeChat is asked: whatever happens then,
    it cannot be shown again.
    """
    provider = provider_of(visit.system.settings)
    async with visit.transaction() as work:
        login = await work.tx.find(
            queries.TAKE_STATE,
            state_hash=token_hash(state),
            browser_hash=token_hash(browser or ""),
            now=work.now,
        )
        if login is None:
            await _record_refusal(work, None, "state")
            return "/wechat/result#expired"
    if code is None:
        return await _end(visit, login, "refused", "at_wechat")
    try:
        person = await provider.identify(code)
    except WechatFailed:
        return await _end(visit, login, "failed", "wechat_failed")
    async with visit.transaction() as work:
        return await _recognise(work, login, person)


async def _end(visit: Visit, login: queries.LoginRow, status: LoginStatus, reason: str) -> str:
    async with visit.transaction() as work:
        return await _close(work, login, status, reason)


async def _close(work: Work, login: queries.LoginRow, status: LoginStatus, reason: str) -> str:
    await work.tx.run(
        queries.ARRIVE,
        login_id=login.id,
        status=status,
        account_id=login.account_id,
        union_sealed=None,
        confirm_hash=None,
        now=work.now,
        until=work.now + DECISION_LIFE,
    )
    await _record_refusal(work, login.id, reason)
    return f"/wechat/result#{status}"


async def _recognise(work: Work, login: queries.LoginRow, person: WechatPerson) -> str:
    bound_to = await account_of(work, person.keys)
    if login.purpose == "sign_in" and (bound_to is None or await enter_account(work, bound_to) is None):
        return await _close(work, login, "unbound", "unbound")
    if login.purpose == "bind" and bound_to is not None:
        return await _close(work, login, "bound_elsewhere", "bound_elsewhere")
    confirm_token = secrets.token_urlsafe(32)
    arrived = await work.tx.find(
        queries.ARRIVE,
        login_id=login.id,
        status="scanned",
        account_id=bound_to or login.account_id,
        union_sealed=work.system.sealer.seal_json(person.keys, UNION_PLACE, login.id),
        confirm_hash=token_hash(confirm_token),
        now=work.now,
        until=work.now + DECISION_LIFE,
    )
    return "/wechat/result#expired" if arrived is None else f"/wechat/confirm#{confirm_token}"


async def _record_refusal(work: Work, login_id: UUID | None, reason: str) -> None:
    await record(
        work,
        None,
        "wechat_login.refused",
        object_type="wechat_login",
        object_id=login_id,
        outcome="refused",
        details={"reason": reason},
    )
