"""An application and the steps it took."""

from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import Sequence

from registry_api.kit.schema import Base, CreatedAt, Id, Instant, Words, one_of
from registry_api.workflow.table import OPEN_STATUSES, STATUSES, Filer

NUMBER_SEQUENCE = Sequence("application_number", metadata=Base.metadata)
"""Serial part of the 受理号: unique over all offices and days, not gap-free."""


class Application(Base):
    """One case of one of the seven types. Only `applications.perform` assigns `status`."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(one_of("status", STATUSES), name="status"),
        CheckConstraint(one_of("filer", get_args(Filer)), name="filer"),
        CheckConstraint("version > 0", name="version"),
        # 受理 and every later status need a number; a draft has none.
        CheckConstraint("status = 'draft' OR number IS NOT NULL", name="number"),
        Index(
            "uq_application_open_case",
            "practitioner_id",
            "type",
            "subject_id",
            unique=True,
            postgresql_where=one_of("status", OPEN_STATUSES[1:]),
        ),
        # Nobody sees another's draft, so none may keep an institution from its report or an authority from acting.
        Index(
            "uq_application_draft",
            "practitioner_id",
            "type",
            "subject_id",
            "filer",
            unique=True,
            postgresql_where="status = 'draft'",
        ),
        Index("ix_application_practitioner_id_id", "practitioner_id", "id"),
        Index("ix_application_institution_id_id", "institution_id", "id"),
        Index("ix_application_institution_id_queue", "institution_id", "status", "act_by", "id"),
        Index("ix_application_authority_id_id", "authority_id", "id"),
        Index("ix_application_authority_id_queue", "authority_id", "status", "act_by", "id"),
        Index("ix_application_institution_id_name", "institution_id", "applicant_name", "id"),
        Index("ix_application_authority_id_name", "authority_id", "applicant_name", "id"),
        # What staff began is a small part: its lists would otherwise read through what doctors applied for.
        Index(
            "ix_application_institution_id_filer",
            "institution_id",
            "filer",
            "id",
            postgresql_where="filer <> 'doctor'",
        ),
        Index(
            "ix_application_authority_id_filer",
            "authority_id",
            "filer",
            "id",
            postgresql_where="filer <> 'doctor'",
        ),
        Index("ix_application_assignee_id", "assignee_id", postgresql_where="assignee_id IS NOT NULL"),
    )

    id: Mapped[Id]
    number: Mapped[str | None] = mapped_column(Text, unique=True)
    type: Mapped[Words]
    filer: Mapped[Words] = mapped_column(server_default="doctor")
    """Who started it: the doctor applied, the institution reported, or the authority handles it directly."""
    status: Mapped[Words]
    version: Mapped[int] = mapped_column(Integer)
    """Raised by each step and by each edit that changes something; it is the entity tag."""
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration.id"), index=True)
    subject_id: Mapped[UUID]
    """The registration concerned, or the practitioner where there is none yet: one open case per subject and type."""
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    applicant_name: Mapped[Words] = mapped_column(Text(collation="C"))
    """Copied at creation, so that a list needs no join."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """References only (institution_id, photo_id, reason codes); what a person wrote is in `form_sealed`."""
    form_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    endorsed_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    """SHA-256 of the parts the institution endorsed; a later difference goes back to it."""
    endorsed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    endorser_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Blind index of the endorser's ID number: the authority's decision is another person's."""
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who filed directly or decided last: whoever countersigns or sets aside is another person."""
    decider_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who of the office that holds it works on it; empty again when it moves to another desk."""
    assignee_name: Mapped[str | None] = mapped_column(Text)
    status_since: Mapped[Instant]
    act_by: Mapped[date] = mapped_column(Date)
    """Day by which the present holder should act; the statutory limit where there is one, else a reminder."""
    received_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When it last reached the authority: the statutory clocks start here (行政许可法 32)."""
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    correction_requested_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    changed_places: Mapped[list[str]] = mapped_column(JSONB, server_default=literal_column("'[]'"))
    """JSON pointers of what the last correction changed; names of fields only, never their values."""
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[Instant]


class ApplicationStep(Base):
    """One move of an application; never changed afterwards."""

    __tablename__ = "application_step"
    __table_args__ = (UniqueConstraint("application_id", "version"),)

    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    version: Mapped[int] = mapped_column(Integer)
    """The application's version after the step: unique and increasing, not consecutive, for edits raise it too.

    That no step is missing shows elsewhere: each begins in the status in which the one before ended.
    """
    action: Mapped[Words]
    from_status: Mapped[Words]
    to_status: Mapped[Words]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    actor_role: Mapped[Words]
    actor_name: Mapped[Words]
    office: Mapped[Words]
    comment_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Comment and field comments as one sealed JSON document."""
    payload_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was sent back, so that old and new can be shown side by side; on `return` and `request_correction`."""
    checks: Mapped[list[Any]] = mapped_column(JSONB)
    """The preconditions as they were judged at this step."""
    occurred_at: Mapped[Instant]


class ApplicationView(Base):
    """That a member of staff opened an application on a day; the applicant sees it."""

    __tablename__ = "application_view"
    __table_args__ = (UniqueConstraint("application_id", "account_id", "day"),)

    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    account_id: Mapped[UUID]
    day: Mapped[date] = mapped_column(Date)
    """In Asia/Shanghai."""
    viewed_at: Mapped[Instant]
    office: Mapped[Words]
    role: Mapped[Words]


class ApplicationNote(Base):
    """What the staff of one office note on a case for each other; no other office and no applicant sees it."""

    __tablename__ = "application_note"
    __table_args__ = (CheckConstraint(one_of("realm", ("institution", "authority")), name="realm"),)

    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    realm: Mapped[Words]
    office_id: Mapped[UUID]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    author_name: Mapped[Words]
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[Instant]
