"""Tells the people concerned about each change of status."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, and_, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from registry_api.accounts.models import Account
from registry_api.applications.models import Application
from registry_api.institutions.models import Institution
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.messages.service import send
from registry_api.notices.models import Notice
from registry_api.outbox.worker import Event
from registry_api.workflow.table import Action


@dataclass(frozen=True, slots=True)
class Recipient:
    """An account that is told, and where else it wants to hear."""

    account_id: UUID
    number: str
    office: str
    phone_sealed: bytes | None
    """None unless the phone is verified and its owner wants notices there; the address likewise."""
    email_sealed: bytes | None

    @property
    def values(self) -> dict[str, Any]:
        return {"number": self.number, "office": self.office}


_TOLD_AFTERWARDS: tuple[Action, ...] = (
    *("approve", "refuse", "decline", "terminate", "set_aside"),
    *("take_over", "file_direct", "countersign"),
)
"""What an authority does that the institution hears of, whether it endorsed, was passed over or never asked."""
_to = bindparam("to", type_=Text)
_action = bindparam("action", type_=Text)


def _those(*actions: str) -> list[ColumnElement[bool]]:
    return [_action == action for action in actions]


# The doctor always; the desk that receives it as well, the institution that reported, whom a delay or an objection
# concerns, and the institution about whose doctor the authority acts by itself.
_RECIPIENTS = Statement(
    select(
        Account.id,
        func.coalesce(Application.number, ""),
        func.coalesce(Institution.name, ""),
        case((and_(Account.notice_by_sms, Account.phone_verified_at.is_not(None)), Account.phone_sealed)),
        case((and_(Account.notice_by_email, Account.email_verified_at.is_not(None)), Account.email_sealed)),
    )
    .select_from(Application)
    .outerjoin(Institution, Institution.id == Application.institution_id)
    .join(
        Account,
        and_(
            Account.status == "active",
            or_(
                Account.practitioner_id == Application.practitioner_id,
                and_(
                    or_(_to == "institution_review", Application.filer == "institution"),
                    Account.institution_id == Application.institution_id,
                ),
                and_(
                    or_(
                        *(_to == one for one in ("authority_review", "countersign")),
                        *_those("escalate", "object"),
                    ),
                    Account.authority_id == Application.authority_id,
                    Account.role != "authority_auditor",
                ),
                and_(
                    # A refusal is told to the institution as well (行政许可法 38), and what ends on its desk.
                    or_(*_those(*_TOLD_AFTERWARDS)),
                    Account.institution_id == Application.institution_id,
                ),
            ),
        ),
    )
    .where(Application.id == bindparam("application_id", type_=Uuid)),
    Recipient,
)
_STAFF = Statement(
    select(Account.id).where(
        Account.institution_id == bindparam("institution_id"), Account.status == "active"
    ),
    lambda account_id: account_id,
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
    """Writes a notice for each account concerned, and sends it to those who asked for that.

    A repeated event tells nobody twice: who has its notice has the message too, by the same transaction.
    """
    application_id = UUID(event.payload["application_id"])
    recipients = await work.tx.fetch_all(
        _RECIPIENTS, application_id=application_id, to=event.payload["to"], action=event.payload["action"]
    )
    for recipient in recipients:
        # Ids are in order of time, which is the order in which notices are listed.
        written = await work.tx.run(
            _INSERT,
            id=new_id(),
            event_id=event.id,
            account_id=recipient.account_id,
            application_id=application_id,
            kind=event.payload["action"],
            values=recipient.values,
            created_at=work.now,
        )
        if written:
            await send_outside(work, recipient, event.payload["action"])
    if left := event.payload.get("left_institution_id"):
        for account_id in await work.tx.fetch_all(_STAFF, institution_id=UUID(left)):
            await tell_account(work, account_id, event.id, "doctor_left")


async def send_outside(work: Work, recipient: Recipient, kind: str) -> None:
    """The notice by SMS and mail as well, where the account wants it."""
    account_id, sealer = recipient.account_id, work.system.sealer
    values = {"notice": text(f"notice.{kind}", work.language, **recipient.values)}
    if recipient.phone_sealed is not None:
        phone = sealer.open_text(recipient.phone_sealed, "account.phone", account_id)
        await send(work, "sms", "application_moved", phone, values, account_id=account_id)
    if recipient.email_sealed is not None:
        email = sealer.open_text(recipient.email_sealed, "account.email", account_id)
        await send(work, "email", "application_moved", email, values, account_id=account_id)


async def tell_account(work: Work, account_id: UUID, event_id: UUID, kind: str, **values: str) -> int:
    """A notice without an application; `event_id` is what it is about, told once: gives 1, and 0 for a repetition."""
    return await work.tx.run(
        _INSERT,
        id=new_id(),
        event_id=event_id,
        account_id=account_id,
        application_id=None,
        kind=kind,
        values=values,
        created_at=work.now,
    )
