"""The audit log. Rows are inserted with the change they describe and chained by the worker."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Words


class AuditEvent(Base):
    """Who did what to which object, from where, and how it ended."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_unsealed", "id", postgresql_where="sequence IS NULL"),
        Index("ix_audit_event_object_id", "object_id", "id"),
        Index("ix_audit_event_account_id", "account_id", "id"),
    )

    id: Mapped[Id]
    occurred_at: Mapped[Instant]
    action: Mapped[Words]
    """`noun.past_tense`, such as application.submitted."""
    outcome: Mapped[Words]
    """`done` or `refused`."""
    realm: Mapped[Words]
    role: Mapped[Words]
    account_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    object_type: Mapped[Words]
    object_id: Mapped[UUID | None]
    request_id: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(INET)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Codes and ids, never personal data."""
    sequence: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    chain_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
