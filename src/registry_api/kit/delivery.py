"""Ports to the outside: text messages and mail. Adapters lie in `messages`; settings choose (`parts.make_system`)."""

from typing import Any, Protocol
from uuid import UUID


class DeliveryDelayed(Exception):  # noqa: N818 (named after what happened)
    """The other side is away, busy, or speaks nonsense: the same message, with the same id, is worth another try.

    Its words go to the log, so they name neither recipient nor content.
    """


class DeliveryRefused(Exception):  # noqa: N818
    """This message will never be taken, such as to a number that does not exist. Its words name nobody either."""


class SmsGateway(Protocol):
    """Whoever brings text messages to phones."""

    async def send(
        self, message_id: UUID, phone: str, text: str, template: str, values: dict[str, Any]
    ) -> str | None:
        """Hands over a text, once per `message_id` however often it is called; gives the gateway's own id.

        `phone` is E.164 without the sign or a mainland number as it is kept; gateways that know only registered
        templates use `template` and `values`. Raises DeliveryDelayed, DeliveryRefused.
        """


class Mailer(Protocol):
    """Whoever brings mail to mailboxes."""

    async def send(self, message_id: UUID, to: str, subject: str, body: str) -> None:
        """Hands over a mail in plain text. Raises DeliveryDelayed, DeliveryRefused."""
