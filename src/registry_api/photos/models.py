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
        CheckConstraint(one_of("kind", ("photo", "evidence")), name="kind"),
        CheckConstraint(one_of("status", ("pending", "approved", "rejected")), name="status"),
        CheckConstraint(one_of("uploaded_by", ("doctor", "institution", "authority")), name="uploaded_by"),
        CheckConstraint("(kind = 'photo') = (status IS NOT NULL)", name="reviewed"),
        CheckConstraint("(kind = 'evidence') = (name_sealed IS NOT NULL)", name="named"),
    )

    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    kind: Mapped[Words]
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the uploader calls a proof; a photo needs no name."""
    uploaded_by: Mapped[Words] = mapped_column(server_default="doctor")
    """The realm of the uploader."""
    status: Mapped[str | None] = mapped_column(Text)
    """Of a photo, which the institution approves; a proof is shown, not approved by itself."""
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
