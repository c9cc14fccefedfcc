"""Cases about who somebody is: identity disputes, and phones that are lost. A desk decides them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Sealed, Words, one_of

KINDS = ("taken_identity", "correction", "phone_replacement")
"""My ID number is registered by somebody else; my name or number is wrong; my old phone is lost."""
STATUSES = ("open", "upheld", "rejected")


class IdentityCase(Base):
    """One case with its proof. What a person wrote or showed is sealed or stored sealed."""

    __tablename__ = "identity_case"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("status", STATUSES), name="status"),
        CheckConstraint("(institution_id IS NULL) <> (authority_id IS NULL)", name="desk"),
        Index("ix_identity_case_evidence", "decided_at", postgresql_where="jsonb_array_length(evidence) > 0"),
        Index("ix_identity_case_institution_id_status_id", "institution_id", "status", "id"),
        Index("ix_identity_case_authority_id_status_id", "authority_id", "status", "id"),
        Index(
            "uq_identity_case_open",
            "person_index",
            "kind",
            unique=True,
            postgresql_where="status = 'open'",
        ),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(Text, unique=True)
    """Shown to the person, who follows the case with it and a token."""
    kind: Mapped[Words]
    status: Mapped[Words]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    """The account concerned: the one that holds the ID number, or whose phone is lost."""
    person_index: Mapped[bytes] = mapped_column(LargeBinary)
    """Blind index of the ID number: one open case of a kind for a person."""
    claim_sealed: Mapped[Sealed]
    """Name, ID number, phone, e-mail, new phone and the person's words, as JSON."""
    evidence: Mapped[list[str]] = mapped_column(JSONB)
    """Storage keys of the proofs; the files are sealed. Empty when their time has passed."""
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    created_at: Mapped[Instant]
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the desk took it up: from then on an account that is in dispute is frozen."""
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
