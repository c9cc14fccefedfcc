"""Table of the answers given to requests that carried an `Idempotency-Key`."""

from uuid import UUID

from sqlalchemy import LargeBinary, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Words


class IdempotencyRecord(Base):
    """Inserted first and answered last in the same transaction, so a duplicate waits on the unique key."""

    __tablename__ = "idempotency_record"
    __table_args__ = (UniqueConstraint("account_id", "key_hash"),)

    id: Mapped[Id]
    account_id: Mapped[UUID]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    operation: Mapped[Words]
    request_digest: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Instant] = mapped_column(index=True)
