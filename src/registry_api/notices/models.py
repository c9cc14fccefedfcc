"""Notices shown in the portals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Words


class Notice(Base):
    """One event told to one account; the pair is unique, so a redelivered event tells nobody twice."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("event_id", "account_id"),
        Index("ix_notice_account_id_id", "account_id", "id"),
    )

    id: Mapped[Id]
    event_id: Mapped[UUID]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    application_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    """None where the notice is about the account itself."""
    kind: Mapped[Words]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Instant]
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
