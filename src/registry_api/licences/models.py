"""Issued licences: one row a version; what it says is sealed, and its file lies behind the storage port."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import Sequence

from registry_api.kit.schema import Base, Id, Instant, Sealed, Words, one_of

NUMBER_SEQUENCE = Sequence("licence_number", metadata=Base.metadata)
PLACE_SEQUENCE = Sequence("licence_list_place", metadata=Base.metadata, start=0, minvalue=0)
"""Places in the status lists, counted through all of them."""

LICENCE_STATUSES = ("valid", "superseded", "revoked")
END_REASONS = ("changed", "photo_changed", "reissued", "filed", "suspended", "deregistered", "revoked")


class Licence(Base):
    """A version of the licence of a registration. It ends once, and nothing else of it ever changes."""

    __tablename__ = "licence"
    __table_args__ = (
        CheckConstraint(one_of("status", LICENCE_STATUSES), name="status"),
        CheckConstraint(one_of("end_reason", END_REASONS), name="end_reason"),
        CheckConstraint(
            "(status = 'valid') = (ended_at IS NULL) AND (status = 'valid') = (end_reason IS NULL)",
            name="ended",
        ),
        UniqueConstraint("number", "version"),
        UniqueConstraint("registration_id", "version"),
        UniqueConstraint("list_id", "list_index"),
        Index(
            "uq_licence_current",
            "registration_id",
            unique=True,
            postgresql_where="status = 'valid'",
        ),
        Index(
            "ix_licence_list_ended", "list_id", "status", "list_index", postgresql_where="status <> 'valid'"
        ),
    )

    id: Mapped[Id]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"))
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"))
    """The main institution that it names."""
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    number: Mapped[Words]
    """Of all versions of a registration's licence; this system's own, since national numbering is the nation's."""
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[Words]
    list_id: Mapped[int] = mapped_column(Integer)
    list_index: Mapped[int] = mapped_column(Integer)
    claims_sealed: Mapped[Sealed]
    """What it says, and the code that it carries."""
    photo_key: Mapped[Words]
    """Where the photo lies that it shows."""
    photo_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    storage_key: Mapped[Words]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(Integer)
    issued_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_reason: Mapped[str | None] = mapped_column(Text)
