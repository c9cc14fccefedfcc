"""Captchas and spent proofs of work. Nothing here belongs to a person, hence no row-level security."""

from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Sealed, Words


class Captcha(Base):
    """A picture and a sound of the same digits; one answer, right or wrong, uses it up."""

    __tablename__ = "captcha"

    id: Mapped[Id]
    purpose: Mapped[Words]
    answer_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """HMAC of id and answer: a table of all answers would break a plain hash at once."""
    answer_sealed: Mapped[Sealed]
    """The sound is made when somebody asks for it."""
    heard: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """How often the sound was asked for."""
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SpentProof(Base):
    """A proof of work that was accepted, kept until its challenge ends, so that it counts once."""

    __tablename__ = "spent_proof"

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[Instant] = mapped_column(index=True)
