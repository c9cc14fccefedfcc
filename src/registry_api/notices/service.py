"""Tells the people concerned about each change of status."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Text, Uuid, and_, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from registry_api.accounts.models import Account
from registry_api.applications.models import Application
from registry_api.institutions.models import Institution
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.messages.service import send
from registry_api.notices.models import Notice
from registry_api.outbox.worker import Event
from registry_api.register.models import Practice
from registry_api.workflow.table import Action


@dataclass(frozen=True, slots=True)
class _Ways:
    """Where else somebody wants notices: sealed, and None unless verified and chosen."""

    phone_sealed: bytes | None
    email_sealed: bytes | None


_WAYS = (
    case((and_(Account.notice_by_sms, Account.phone_verified_at.is_not(None)), Account.phone_sealed)),
    case((and_(Account.notice_by_email, Account.email_verified_at.is_not(None)), Account.email_sealed)),
)
_WAYS_OF = Statement(select(*_WAYS).where(Account.id == bindparam("account_id")), _Ways)


@dataclass(frozen=True, slots=True)
class _Recipient:
    account_id: UUID
    number: str
    office: str
    phone_sealed: bytes | None
    email_sealed: bytes | None

    @property
    def values(self) -> dict[str, str]:
        return {"number": self.number, "office": self.office}

    @property
    def ways(self) -> _Ways:
        return _Ways(self.phone_sealed, self.email_sealed)


_TOLD_AFTERWARDS: tuple[Action, ...] = (
    *("approve", "refuse", "decline", "terminate", "set_aside"),
    *("take_over", "file_direct", "countersign"),
)
"""What an authority does that the institution hears of, whether it endorsed, was passed over or never asked."""
_to = bindparam("to", type_=Text)
_action = bindparam("action", type_=Text)
_by_system = bindparam("by", type_=Text) == "system"


def _those(*actions: str) -> list[ColumnElement[bool]]:
    return [_action == action for action in actions]


# The doctor always; the desk that receives it as well, or loses it without a doing of its own, the institution that
# reported, whom a delay or an objection concerns, the colleague whose direct handling another judges, and the
# institution about whose doctor the authority acts by itself.
_RECIPIENTS = Statement(
    select(
        Account.id,
        func.coalesce(Application.number, ""),
        func.coalesce(Institution.name, ""),
        *_WAYS,
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
                    or_(
                        _to == "institution_review",
                        _action == "withdraw",
                        Application.filer == "institution",
                    ),
                    Account.institution_id == Application.institution_id,
                ),
                and_(
                    or_(
                        *(_to == one for one in ("authority_review", "countersign")),
                        *_those("escalate", "object", "countersign", "discard"),
                        and_(
                            or_(_action == "withdraw", and_(_action == "terminate", _by_system)),
                            Application.received_at.is_not(None),
                        ),
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
    _Recipient,
)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    account_id: UUID
    left: bool
    """Whether it was the doctor's main institution until this decision."""


# Offices that decided nothing here, but where the doctor practises by the registration that changed, or did until then:
# the institution left by 变更, those of additional practices that 备案 suspends or 注销 ends, and their authorities.
_ELSEWHERE = Statement(
    select(
        Account.id,
        func.bool_or(
            and_(Practice.end_kind == "changed", Practice.kind == "main", Account.authority_id.is_(None))
        ),
    )
    .select_from(Application)
    .join(Practice, Practice.registration_id == Application.registration_id)
    .join(
        Account,
        and_(
            Account.status == "active",
            Account.role != "authority_auditor",
            or_(
                and_(
                    Account.institution_id == Practice.institution_id,
                    Account.institution_id != Application.institution_id,
                ),
                and_(
                    Account.authority_id == Practice.authority_id,
                    Account.authority_id != Application.authority_id,
                ),
            ),
        ),
    )
    .where(
        Application.id == bindparam("application_id", type_=Uuid),
        or_(Practice.ended_on.is_(None), Practice.ended_on == bindparam("day", type_=Date)),
        or_(Practice.valid_to.is_(None), Practice.valid_to >= bindparam("day", type_=Date)),
    )
    .group_by(Account.id),
    _Elsewhere,
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
    told = event.payload
    application_id, kind = UUID(told["application_id"]), told["action"]
    recipients = await work.tx.fetch_all(
        _RECIPIENTS, application_id=application_id, to=told["to"], action=kind, by=told.get("by", "")
    )
    for recipient in recipients:
        if await _write(work, recipient.account_id, event.id, kind, recipient.values, application_id):
            words = text(f"notice.{kind}", work.language, **recipient.values)
            await _send(work, recipient.account_id, recipient.ways, "application_moved", words)
    if told["to"] == "approved" or (kind == "set_aside" and told.get("from") == "approved"):
        await _tell_elsewhere(work, event, application_id)


async def _tell_elsewhere(work: Work, event: Event, application_id: UUID) -> None:
    day = datetime.fromisoformat(event.payload["since"]).astimezone(SHANGHAI).date()
    for one in await work.tx.fetch_all(_ELSEWHERE, application_id=application_id, day=day):
        # The case is another office's, and nobody is named outside the register: the own roster shows who it is.
        kind = "doctor_left" if one.left else "registration_changed"
        await tell_account(work, one.account_id, event.id, kind)


async def tell_account(work: Work, account_id: UUID, event_id: UUID, kind: str, **values: str) -> bool:
    """A notice in the portal without an application; `event_id` is what it is about, told once. Gives whether it is
    new."""
    return await _write(work, account_id, event_id, kind, values, None)


async def tell_as_chosen(work: Work, account_id: UUID, event_id: UUID, kind: str, **values: str) -> None:
    """The same, and by SMS or mail where the person chose that."""
    if await tell_account(work, account_id, event_id, kind, **values):
        ways = await work.tx.get(_WAYS_OF, account_id=account_id)
        await _send(work, account_id, ways, "notice", text(f"notice.{kind}", work.language, **values))


async def _write(
    work: Work,
    account_id: UUID,
    event_id: UUID,
    kind: str,
    values: dict[str, str],
    application_id: UUID | None,
) -> bool:
    # Ids are in order of time, which is the order in which notices are listed.
    written = await work.tx.run(
        _INSERT,
        id=new_id(),
        event_id=event_id,
        account_id=account_id,
        application_id=application_id,
        kind=kind,
        values=values,
        created_at=work.now,
    )
    return bool(written)


async def _send(work: Work, account_id: UUID, ways: _Ways, template: str, words: str) -> None:
    sealer, values = work.system.sealer, {"notice": words}
    if ways.phone_sealed is not None:
        phone = sealer.open_text(ways.phone_sealed, "account.phone", account_id)
        await send(work, "sms", template, phone, values, account_id=account_id)
    if ways.email_sealed is not None:
        email = sealer.open_text(ways.email_sealed, "account.email", account_id)
        await send(work, "email", template, email, values, account_id=account_id)
