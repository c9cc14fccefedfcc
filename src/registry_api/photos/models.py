"""Files that belong to an application, and the photos of registrations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, LargeBinary, Text
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


PHOTO_STATUSES = ("pending", "approved", "rejected", "withdrawn", "replaced", "lapsed")
"""`replaced`: by a later upload, undecided; `lapsed`: the registration ended first."""


class Photo(Base):
    """A photo of a registration: pending until the main institution decides; the last approved one is the current."""

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint(one_of("status", PHOTO_STATUSES), name="status"),
        CheckConstraint("(status = 'pending') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(status = 'rejected') = (reason_sealed IS NOT NULL)", name="reasoned"),
        CheckConstraint("superseded_at IS NULL OR status = 'approved'", name="superseded"),
        Index(
            "uq_photo_pending",
            "registration_id",
            unique=True,
            postgresql_where="status = 'pending'",
        ),
        Index(
            "uq_photo_current",
            "registration_id",
            unique=True,
            postgresql_where="status = 'approved' AND superseded_at IS NULL",
        ),
        Index("ix_photo_registration_id_id", "registration_id", "id"),
        Index("ix_photo_practitioner_id_id", "practitioner_id", "id"),
        Index("ix_photo_institution_id_id", "institution_id", "id"),
    )

    id: Mapped[Id]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"))
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("application.id"), index=True)
    """Of the photo that came with the application for the registration, whose file it shares."""
    status: Mapped[Words]
    storage_key: Mapped[Words]
    """Of what was withdrawn, replaced or lapsed nothing lies there any more."""
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(Integer)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    advice: Mapped[list[str]] = mapped_column(ARRAY(Text))
    uploaded_at: Mapped[Instant]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the institution decided, the doctor withdrew or replaced it, or it lapsed."""
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decider_name: Mapped[str | None] = mapped_column(Text)
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    """The institution that decided; None where an authority approved the application itself, and until then."""
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    superseded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Since when another photo is the current one."""
