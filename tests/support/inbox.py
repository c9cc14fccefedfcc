"""What was sent to a phone or a mailbox, read from the database with the keys of the tests."""

from typing import Any

import asyncpg

from registry_api.kit.sealing import KeyRing, SealBroken, Sealer
from registry_api.messages.service import TO_PLACE, VALUES_PLACE
from registry_api.messages.templates import render
from tests.support.people import Cast
from tests.support.superuser import superuser_dsn

_NEWEST = (
    "SELECT id, channel, template, language, to_sealed, values_sealed, sent_at, failed_at"
    " FROM message ORDER BY id DESC LIMIT 200"
)


async def messages_to(cast: Cast, to: str) -> list[dict[str, Any]]:
    """Messages to a phone or an address, the newest first: {id, channel, template, values, subject, text, sent_at,
    failed_at}. The worker need not have sent them; of 200, the newest of all, those to `to`.
    """
    sealer = Sealer(KeyRing.parse(cast.settings.field_keys.get_secret_value()))
    connection = await asyncpg.connect(superuser_dsn(cast.settings))
    try:
        rows = await connection.fetch(_NEWEST)
    finally:
        await connection.close()
    found = []
    for row in rows:
        try:
            addressed = sealer.open_text(row["to_sealed"], TO_PLACE, row["id"])
        except SealBroken:
            continue  # some tests write rows that nobody can open
        if row["values_sealed"] is None or addressed != to:
            continue
        values = sealer.open_json(row["values_sealed"], VALUES_PLACE, row["id"])
        rendered = render(
            row["channel"],
            row["template"],
            row["language"],
            values,
            signature=cast.settings.sms_signature,
        )
        found.append(
            {
                "id": row["id"],
                "channel": row["channel"],
                "template": row["template"],
                "values": values,
                "subject": rendered.subject,
                "text": rendered.text,
                "sent_at": row["sent_at"],
                "failed_at": row["failed_at"],
            }
        )
    return found


async def last_message(cast: Cast, to: str) -> dict[str, Any]:
    """The newest of `messages_to`; fails where there is none. A code is in `["values"]["code"]`."""
    found = await messages_to(cast, to)
    assert found, "no message was sent there"
    return found[0]
