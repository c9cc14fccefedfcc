"""Tells doctors what became of their licences when they did not do it themselves."""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from registry_api.accounts.models import Account
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.notices.service import tell_account
from registry_api.outbox.worker import Event

_ACCOUNT = Statement(
    select(Account.id).where(
        Account.practitioner_id == bindparam("practitioner_id", type_=Uuid), Account.status == "active"
    ),
    lambda account_id: account_id,
)


async def tell_of_licence(work: Work, event: Event) -> None:
    """A notice for the holder, if they have an account; told once."""
    practitioner_id = UUID(event.payload["practitioner_id"])
    for account_id in await work.tx.fetch_all(_ACCOUNT, practitioner_id=practitioner_id):
        await tell_account(work, account_id, event.id, event.payload["notice"])
