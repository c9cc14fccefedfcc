"""The development machine's way of delivery: nothing leaves it; `/development/inbox` shows what was sent."""

from typing import Any
from uuid import UUID


class InboxSms:
    """Takes every text message."""

    async def send(
        self, message_id: UUID, phone: str, text: str, template: str, values: dict[str, Any]
    ) -> str | None:
        """The row is all there is to show; it keeps its values in development."""


class InboxMail:
    """Takes every mail."""

    async def send(self, message_id: UUID, to: str, subject: str, body: str) -> None:
        """The row is all there is to show; it keeps its values in development."""
