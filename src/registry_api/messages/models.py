"""Messages to people: what goes to a phone or a mailbox, sealed until it is sent and gone some days later."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Sealed, Words, one_of

CHANNELS = ("sms", "email")


class Message(Base):
    """One SMS or mail. Its outbox event, `message.sms_due` or `message.email_due`, carries the id only."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(one_of("channel", CHANNELS), name="channel"),
        Index("ix_message_account_id_id", "account_id", "id"),
    )

    id: Mapped[Id]
    """Also the idempotency key shown to the gateway, and the left part of a mail's Message-ID."""
    channel: Mapped[Words]
    template: Mapped[Words]
    """Key under `message.` in the catalogues."""
    language: Mapped[Words]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    to_sealed: Mapped[Sealed]
    values_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the template needs, codes and links included; emptied when the message is sent, unless in development."""
    created_at: Mapped[Instant] = mapped_column(index=True)
    expires_at: Mapped[Instant]
    """Too late is not sent: a code that arrives after its end only confuses."""
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reference: Mapped[str | None] = mapped_column(Text)
    """The gateway's own id."""
