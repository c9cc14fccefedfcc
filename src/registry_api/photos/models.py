"""Files that belong to an application."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Words, one_of


class Attachment(Base):
    """A decoded and re-encoded file; its content lies behind the storage port."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint(one_of("kind", ("photo",)), name="kind"),
        CheckConstraint(one_of("status", ("pending", "approved", "rejected")), name="status"),
    )

    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    kind: Mapped[Words]
    status: Mapped[Words]
    storage_key: Mapped[str] = mapped_column(Text)
    content_type: Mapped[Words]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(Integer)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    advice: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[Instant]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
