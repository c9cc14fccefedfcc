"""Which WeChat person may sign in as which account: one of each for the other."""

from uuid import UUID

from registry_api.accounts.principals import Principal
from registry_api.accounts.reach import get_owner, tell_owner
from registry_api.accounts.tickets import void_tickets
from registry_api.audit.service import record
from registry_api.kit.ids import new_id
from registry_api.kit.problems import Problem
from registry_api.kit.work import Work
from registry_api.wechat import queries

UNION_PLACE = "wechat_login.union"
_BINDING_PLACE = "wechat_binding.union"


class WechatAlreadyBound(Problem):
    """The account has a WeChat; it has to be unbound first."""

    status, code = 409, "wechat_already_bound"


class WechatBoundElsewhere(Problem):
    """This WeChat belongs to another account."""

    status, code = 409, "wechat_bound_elsewhere"


class WechatNotBound(Problem):
    """There is nothing to unbind."""

    status, code = 409, "wechat_not_bound"


async def refuse_second(work: Work, account_id: UUID) -> None:
    """Raises WechatAlreadyBound if the account, whose scope is set, has a WeChat."""
    if await work.tx.find(queries.IS_BOUND, account_id=account_id) is not None:
        raise WechatAlreadyBound


async def account_of(work: Work, keys: tuple[str, ...]) -> UUID | None:
    """The account that the person is bound to, by whichever of their keys."""
    for key in keys:
        found = await work.tx.find(queries.FIND_WECHAT_ACCOUNT, union_index=union_index(work, key))
        if found is not None:
            return found
    return None


def union_index(work: Work, key: str) -> bytes:
    """Blind index of a person's key."""
    return work.system.blind_index.of("wechat_union", key)


def keys_of(work: Work, login: queries.LoginRow) -> tuple[str, ...]:
    """The keys of the person who holds the phone of this login; empty before WeChat has told them."""
    if login.union_sealed is None:
        return ()
    return tuple(work.system.sealer.open_json(login.union_sealed, UNION_PLACE, login.id))


async def bind(work: Work, principal: Principal, login: queries.LoginRow) -> None:
    """Binds the phone's person to the account, whose scope is set; tells its owner.

    Raises WechatAlreadyBound, WechatBoundElsewhere: then the login has ended all the same.
    """
    keys = keys_of(work, login)
    owner = await account_of(work, keys)
    binding_id = new_id()
    bound = owner is None and await work.tx.run(
        queries.BIND,
        id=binding_id,
        account_id=principal.account_id,
        union_index=union_index(work, keys[0]),
        union_sealed=work.system.sealer.seal(keys[0], _BINDING_PLACE, binding_id),
        created_at=work.now,
    )
    if not bound:
        work.tx.keep_on_rollback(queries.SET_STATUS, login_id=login.id, status="bound_elsewhere")
        await refuse_second(work, principal.account_id)
        raise WechatBoundElsewhere
    await void_tickets(work, "wechat_binding", principal.account_id)
    await record(work, principal, "wechat.bound", object_type="wechat_binding", object_id=binding_id)
    await tell_owner(work, await get_owner(work, principal.account_id), "wechat_bound")


async def unbind(work: Work, principal: Principal) -> None:
    """Takes the account's WeChat away; tells its owner. Raises WechatNotBound."""
    if not await work.tx.run(queries.UNBIND, account_id=principal.account_id, now=work.now):
        raise WechatNotBound
    await record(work, principal, "wechat.unbound", object_type="account", object_id=principal.account_id)
    await tell_owner(work, await get_owner(work, principal.account_id), "wechat_unbound")
