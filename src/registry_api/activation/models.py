"""Waiting for a certificate that is not in the register yet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Sealed


class QualificationWatch(Base):
    """ "Tell me when my certificate arrives": answered once, by a notice and a message."""

    __tablename__ = "qualification_watch"
    __table_args__ = (UniqueConstraint("account_id", "certificate_number_index"),)

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    certificate_number_sealed: Mapped[Sealed]
    certificate_number_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    created_at: Mapped[Instant]
    told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
