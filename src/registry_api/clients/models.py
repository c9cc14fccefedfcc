"""Programs that hold client credentials."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, CreatedAt, Id, Words


class ApiClient(Base):
    """A program of one office; it reads what the office may read, within its scopes."""

    __tablename__ = "api_client"
    __table_args__ = (CheckConstraint("(institution_id IS NULL) <> (authority_id IS NULL)", name="office"),)

    id: Mapped[Id]
    name: Mapped[Words]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of a 256-bit random secret; such a secret needs no slow hash."""
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]
