"""Puts a message into the outbox, in the transaction of what it is about."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert

from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.work import Work
from registry_api.messages.models import Message
from registry_api.messages.templates import Channel, render
from registry_api.outbox.service import event

TO_PLACE = "message.to"
VALUES_PLACE = "message.values"
KEPT = timedelta(days=1)

_NAMES = (
    "id",
    "channel",
    "template",
    "language",
    "account_id",
    "to_sealed",
    "values_sealed",
    "created_at",
    "expires_at",
)
_INSERT = Statement(insert(Message).values({name: bindparam(name) for name in _NAMES}), unread)


async def send(
    work: Work,
    channel: Channel,
    template: str,
    to: str,
    values: dict[str, Any],
    *,
    account_id: UUID | None = None,
    lifetime: timedelta = KEPT,
) -> UUID:
    """Has the worker send `message.<template>` of the catalogue to a phone or an address; gives its id.

    `values` fill the template and may hold codes and links: they are kept sealed. After `lifetime` it is not sent.
    Raises KeyError for a template without words for the channel, or without a value that the words want.
    """
    render(channel, template, work.language, values, signature=work.system.settings.sms_signature)
    message_id = new_id()
    sealer = work.system.sealer
    await work.tx.run_together(
        (
            _INSERT,
            {
                "id": message_id,
                "channel": channel,
                "template": template,
                "language": work.language,
                "account_id": account_id,
                "to_sealed": sealer.seal(to, TO_PLACE, message_id),
                "values_sealed": sealer.seal_json(values, VALUES_PLACE, message_id),
                "created_at": work.now,
                "expires_at": work.now + lifetime,
            },
        ),
        event(work, f"message.{channel}_due", {"message_id": str(message_id)}),
    )
    return message_id
