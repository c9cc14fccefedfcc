"""Beginning something under an account and closing that account wait for each other."""

from uuid import UUID

from sqlalchemy import bindparam, select

from registry_api.accounts.models import Account
from registry_api.accounts.principals import Principal
from registry_api.kit.db import Statement
from registry_api.kit.problems import Unauthenticated
from registry_api.kit.work import Work

_account = select(Account.id).where(Account.id == bindparam("account_id"))
_KEEP: Statement[UUID] = Statement(
    _account.where(Account.status == "active").with_for_update(read=True), lambda one: one
)
_LOCK: Statement[UUID] = Statement(_account.with_for_update(key_share=True), lambda one: one)


async def keep_open(work: Work, principal: Principal) -> None:
    """The account stays open until this transaction ends. Raises Unauthenticated if it has just been closed."""
    if await work.tx.find(_KEEP, account_id=principal.account_id) is None:
        raise Unauthenticated


async def lock_for_closing(work: Work, account_id: UUID) -> None:
    """Waits for whatever is being begun under the account; from then on nothing else is."""
    await work.tx.find(_LOCK, account_id=account_id)
