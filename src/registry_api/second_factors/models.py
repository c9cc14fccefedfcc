"""Second factors: an authenticator's secret (RFC 6238) or a passkey (WebAuthn)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Words, one_of


class SecondFactor(Base):
    """Something that its owner has. It counts from `confirmed_at` and until `removed_at`."""

    __tablename__ = "second_factor"
    __table_args__ = (
        CheckConstraint(one_of("kind", ("totp", "passkey")), name="kind"),
        CheckConstraint(
            "(kind = 'totp') = (secret_sealed IS NOT NULL) AND (kind = 'passkey') = (credential_id IS NOT NULL)",
            name="form",
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[Words]
    name: Mapped[Words]
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    """The newest 30-second step that was shown: an older or equal one is a replay."""
    credential_id: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_count: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Instant]
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
