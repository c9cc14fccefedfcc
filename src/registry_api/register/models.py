"""The register: entries, and the practice registrations, statuses and places that they make."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import Sequence

from registry_api.kit.schema import Base, Day, Id, Instant, Words, one_of

CERTIFICATE_SEQUENCE = Sequence("practice_certificate_number", metadata=Base.metadata)

REGISTRATION_STATUSES = ("valid", "filed", "suspended", "deregistered", "revoked")
END_KINDS = ("changed", "became_main", "cancelled", "deregistered", "set_aside")
# least() passes over NULL, so that what has no last day ends with `ended_on`, and what has neither never.
PRACTICE_PERIOD = (
    "daterange(valid_from, least(valid_to + 1,"
    " CASE WHEN ended_on IS NOT NULL THEN greatest(ended_on, valid_from) END), '[)')"
)


class Registration(Base):
    """A 执业注册 of one practitioner; the law allows one that is not ended."""

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint(one_of("status", REGISTRATION_STATUSES), name="status"),
        Index(
            "uq_registration_current",
            "practitioner_id",
            unique=True,
            postgresql_where=one_of("status", ("valid", "filed", "suspended")),
        ),
        Index("ix_registration_practitioner_id", "practitioner_id"),
    )

    id: Mapped[Id]
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    qualification_id: Mapped[UUID] = mapped_column(ForeignKey("qualification.id"), index=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    certificate_number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    certificate_number_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    status: Mapped[Words]
    status_since: Mapped[Day]
    registered_on: Mapped[Day]
    version: Mapped[int] = mapped_column(Integer)
    """How many entries made it what it is."""
    filed_on: Mapped[date | None] = mapped_column(Date)
    """The first day of the 备案 that it is in."""
    filing_institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))


class Standing(Base):
    """A period in which a registration has one status, up to the day before `ended_on`."""

    __tablename__ = "standing"
    __table_args__ = (
        CheckConstraint(one_of("status", REGISTRATION_STATUSES), name="status"),
        CheckConstraint("ended_on IS NULL OR ended_on >= valid_from", name="period"),
        ExcludeConstraint(("registration_id", "="), ("period", "&&"), name="ex_standing_one", using="gist"),
    )

    id: Mapped[Id]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"), index=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("register_entry.id"), unique=True)
    status: Mapped[Words]
    valid_from: Mapped[Day]
    ended_on: Mapped[date | None] = mapped_column(Date)
    period: Mapped[Range[date]] = mapped_column(
        DATERANGE, Computed("daterange(valid_from, ended_on, '[)')", persisted=True)
    )


class Practice(Base):
    """A period in which a valid registration allows practice at one institution.

    `valid_to` is the last day; what ended early did so on `ended_on`, its first day no longer valid. One that ended
    before it began holds on no day and stays as a row.
    """

    __tablename__ = "practice"
    __table_args__ = (
        UniqueConstraint("entry_id", "institution_id", "valid_from"),
        CheckConstraint(one_of("end_kind", END_KINDS), name="end_kind"),
        CheckConstraint(
            "(ended_on IS NULL) = (end_kind IS NULL) AND (ended_on IS NULL) = (ended_by IS NULL)",
            name="ended",
        ),
        CheckConstraint(one_of("kind", ("main", "additional")), name="kind"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        ExcludeConstraint(
            ("registration_id", "="),
            ("period", "&&"),
            name="ex_practice_one_main",
            where="kind = 'main'",
            using="gist",
        ),
        ExcludeConstraint(
            ("registration_id", "="),
            ("institution_id", "="),
            ("period", "&&"),
            name="ex_practice_one_per_institution",
            using="gist",
        ),
    )

    id: Mapped[Id]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"), index=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"), index=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    kind: Mapped[Words]
    valid_from: Mapped[Day]
    valid_to: Mapped[date | None] = mapped_column(Date)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("register_entry.id"))
    ended_on: Mapped[date | None] = mapped_column(Date)
    end_kind: Mapped[str | None] = mapped_column(Text)
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"))
    period: Mapped[Range[date]] = mapped_column(DATERANGE, Computed(PRACTICE_PERIOD, persisted=True))


class RegisterEntry(Base):
    """What happened to a registration, and by which decision: one effect per approved application.

    Entries are the truth, and `register.ledger` says what they make; the other tables hold it for reading.
    """

    __tablename__ = "register_entry"

    id: Mapped[Id]
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"), index=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("application.id"), unique=True)
    kind: Mapped[str] = mapped_column(Text)
    effective_on: Mapped[Day]
    recorded_at: Mapped[Instant]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"), unique=True)
