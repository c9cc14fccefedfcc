"""Tells the people concerned about each change of status."""

from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from registry_api.accounts.models import Account
from registry_api.applications.models import Application
from registry_api.institutions.models import Institution
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.work import Work
from registry_api.notices.models import Notice
from registry_api.outbox.worker import Event

_to = bindparam("to", type_=Text)
# Applicant always; the desk that receives it as well.
_RECIPIENTS = Statement(
    select(Account.id, func.coalesce(Application.number, ""), func.coalesce(Institution.name, ""))
    .select_from(Application)
    .outerjoin(Institution, Institution.id == Application.institution_id)
    .join(
        Account,
        and_(
            Account.status == "active",
            or_(
                Account.practitioner_id == Application.practitioner_id,
                and_(_to == "institution_review", Account.institution_id == Application.institution_id),
                and_(
                    _to == "authority_review",
                    Account.authority_id == Application.authority_id,
                    Account.role != "authority_auditor",
                ),
            ),
        ),
    )
    .where(Application.id == bindparam("application_id", type_=Uuid)),
    lambda account_id, number, office: (account_id, {"number": number, "office": office}),
)
_INSERT = Statement(
    insert(Notice)
    .values(
        {
            name: bindparam(name)
            for name in ("id", "event_id", "account_id", "application_id", "kind", "values", "created_at")
        }
    )
    .on_conflict_do_nothing(index_elements=[Notice.event_id, Notice.account_id]),
    unread,
)


async def tell(work: Work, event: Event) -> None:
    """Writes a notice for each account concerned; a repeated event tells nobody twice."""
    application_id = UUID(event.payload["application_id"])
    recipients = await work.tx.fetch_all(_RECIPIENTS, application_id=application_id, to=event.payload["to"])
    for account_id, values in recipients:
        # Ids are in order of time, which is the order in which notices are listed.
        await work.tx.run(
            _INSERT,
            id=new_id(),
            event_id=event.id,
            account_id=account_id,
            application_id=application_id,
            kind=event.payload["action"],
            values=values,
            created_at=work.now,
        )
