"""Hands a message over, in the worker: at least once, always under the same id."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from registry_api.kit.db import Statement, unread
from registry_api.kit.delivery import DeliveryDelayed, DeliveryRefused
from registry_api.kit.metrics import MESSAGES
from registry_api.kit.texts import Language
from registry_api.kit.work import Work
from registry_api.messages.models import Message
from registry_api.messages.service import TO_PLACE, VALUES_PLACE
from registry_api.messages.templates import Channel, render
from registry_api.outbox.worker import Event, TryLater

LONGEST_PAUSE = timedelta(minutes=5)
_SHARE_OF_LIFE = 10
"""A code that is good for five minutes is tried again every 30 s at the latest."""


@dataclass(frozen=True, slots=True)
class _Due:
    id: UUID
    channel: Channel
    template: str
    language: Language
    to_sealed: bytes
    values_sealed: bytes | None
    created_at: datetime
    expires_at: datetime


_LOCK = Statement(
    select(*(getattr(Message, name) for name in _Due.__dataclass_fields__))
    .where(
        Message.id == bindparam("message_id"),
        Message.sent_at.is_(None),
        Message.failed_at.is_(None),
    )
    .with_for_update(),
    _Due,
)
_CLOSE = Statement(
    update(Message)
    .where(Message.id == bindparam("message_id"))
    .values({name: bindparam(name) for name in ("sent_at", "failed_at", "reference", "values_sealed")}),
    unread,
)


async def send_message(work: Work, event: Event) -> None:
    """Sends the event's message unless that was done, was refused, or is too late.

    Raises TryLater while the other side is away: only the message's own end stops the tries, so that an outage of
    hours loses nothing that is still wanted.
    """
    due = await work.tx.find(_LOCK, message_id=UUID(event.payload["message_id"]))
    if due is None:
        return
    if due.expires_at <= work.now:
        await _close(work, due, "expired")
        return
    try:
        reference = await _hand_over(work, due)
    except DeliveryDelayed as delay:
        MESSAGES.labels(due.channel, "delayed").inc()
        longest = min(LONGEST_PAUSE, (due.expires_at - due.created_at) / _SHARE_OF_LIFE)
        raise TryLater(str(delay), longest) from None
    except DeliveryRefused:
        await _close(work, due, "refused")
    else:
        await _close(work, due, "sent", reference)


async def _hand_over(work: Work, due: _Due) -> str | None:
    system = work.system
    to = system.sealer.open_text(due.to_sealed, TO_PLACE, due.id)
    values: dict[str, Any] = system.sealer.open_json(due.values_sealed or b"", VALUES_PLACE, due.id)
    rendered = render(
        due.channel, due.template, due.language, values, signature=system.settings.sms_signature
    )
    if due.channel == "sms":
        return await system.sms.send(due.id, to, rendered.text, due.template, values)
    await system.mailer.send(due.id, to, rendered.subject or "", rendered.text)
    return None


async def _close(work: Work, due: _Due, outcome: str, reference: str | None = None) -> None:
    """Marks the end, and forgets what the message said; a development machine keeps it for its inbox."""
    sent = outcome == "sent"
    await work.tx.run(
        _CLOSE,
        message_id=due.id,
        sent_at=work.now if sent else None,
        failed_at=None if sent else work.now,
        reference=reference,
        values_sealed=due.values_sealed if work.system.settings.environment == "development" else None,
    )
    MESSAGES.labels(due.channel, outcome).inc()
