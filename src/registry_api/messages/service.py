"""Puts a message into the outbox, in the transaction of what it is about."""

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, insert

from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.work import Work
from registry_api.messages.models import Message
from registry_api.outbox.service import event

Channel = Literal["sms", "email"]
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
    """
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
        event(work, "message.due", {"message_id": str(message_id)}),
    )
    return message_id
