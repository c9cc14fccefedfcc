"""What authorities announce."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, CreatedAt, Id, Words, one_of

KINDS = ("notice", "policy", "service")


class Announcement(Base):
    """Words of one authority to everybody: a draft without `published_at`, no longer shown with `withdrawn_at`."""

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= published_at", name="withdrawn"),
        Index("ix_announcement_pinned_published_at_id", "pinned", "published_at", "id"),
    )

    id: Mapped[Id]
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    kind: Mapped[Words]
    title: Mapped[Words]
    body: Mapped[Words]
    """Plain text; an empty line parts paragraphs."""
    pinned: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[CreatedAt]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
