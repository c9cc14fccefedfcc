"""The transactional outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Words


class OutboxEvent(Base):
    """Something to be done after the commit, at least once; the consumer deduplicates by `id`."""

    __tablename__ = "outbox_event"
    __table_args__ = (
        Index("ix_outbox_event_finished_at", "finished_at", postgresql_where="finished_at IS NOT NULL"),
        Index("ix_outbox_event_due", "run_at", "id", postgresql_where="finished_at IS NULL"),
        Index(
            "uq_outbox_event_dedupe_key",
            "dedupe_key",
            unique=True,
            postgresql_where="dedupe_key IS NOT NULL",
        ),
    )

    id: Mapped[Id]
    kind: Mapped[Words]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Ids and codes only: the consumer reads what it needs, so no personal data is kept here."""
    dedupe_key: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Instant]
    run_at: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    leased_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Set when the last attempt failed for good: a dead letter, visible in the metrics."""
    last_error: Mapped[str | None] = mapped_column(Text)
