"""The qualification register: persons, certificates and dated facts about them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, CreatedAt, Day, Id, Instant, Sealed, Words, one_of
from registry_api.kit.schema import Index as BlindIndexColumn

FACT_KINDS = (
    "criminal_bar",
    "revocation_bar",
    "assessment_bar",
    "fraud_bar",
    "false_material_bar",
    "other_bar",
    "training",
)


class Practitioner(Base):
    """A person in the qualification register."""

    __tablename__ = "practitioner"
    __table_args__ = (
        CheckConstraint(one_of("sex", ("0", "1", "2", "9")), name="sex"),
        Index("ix_practitioner_name", "name"),
    )

    id: Mapped[Id]
    name: Mapped[Words]
    initials: Mapped[Words]
    sex: Mapped[Words]
    """GB/T 2261.1."""
    id_number_sealed: Mapped[Sealed]
    id_number_index: Mapped[BlindIndexColumn] = mapped_column(unique=True)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]


class Qualification(Base):
    """A 中医（专长）医师资格证书; its scope is what the holder may practise (Order 15 Art. 26)."""

    __tablename__ = "qualification"
    __table_args__ = (CheckConstraint(one_of("status", ("valid", "revoked")), name="status"),)

    id: Mapped[Id]
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    certificate_number_sealed: Mapped[Sealed]
    certificate_number_index: Mapped[BlindIndexColumn] = mapped_column(unique=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    issued_on: Mapped[Day]
    techniques: Mapped[list[str]] = mapped_column(ARRAY(Text))
    conditions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[Words]


class PractitionerFact(Base):
    """A dated fact that a rule asks for: a bar under 医师法 16, or the training of Order 13."""

    __tablename__ = "practitioner_fact"
    __table_args__ = (
        CheckConstraint(one_of("kind", FACT_KINDS), name="kind"),
        Index("ix_practitioner_fact_practitioner_id", "practitioner_id"),
    )

    id: Mapped[Id]
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    kind: Mapped[Words]
    valid_from: Mapped[Day]
    valid_to: Mapped[date | None]
    document: Mapped[Words]
    recorded_at: Mapped[Instant]


class CrossProvinceConsent(Base):
    """Consent of a province to practice there by a person assessed elsewhere (Order 15 Art. 27).

    One that is withdrawn lets nobody in; the row stays as the record of what the province decided.
    """

    __tablename__ = "cross_province_consent"
    __table_args__ = (
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawal_document IS NULL)", name="withdrawn"),
        CheckConstraint("withdrawn_on >= granted_on", name="period"),
        Index(
            "uq_cross_province_consent_standing",
            "practitioner_id",
            "province_code",
            unique=True,
            postgresql_where=text("withdrawn_on IS NULL"),
        ),
        Index("ix_cross_province_consent_province_code_id", "province_code", "id"),
    )

    id: Mapped[Id]
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    province_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    document: Mapped[Words]
    granted_on: Mapped[Day]
    withdrawn_on: Mapped[date | None]
    withdrawal_document: Mapped[str | None] = mapped_column(Text)
