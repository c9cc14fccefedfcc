"""WeChat: who is bound, and logins under way."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Id, Instant, Sealed, Words, one_of

StoredStatus = Literal[
    "waiting",
    "scanned",
    "confirmed",
    "refused",
    "failed",
    "unbound",
    "bound_elsewhere",
    "used",
]
"""`failed`: WeChat did not answer as it should; `unbound`: it did, and nobody here is that person; `used`: confirmed,
and the session was given out."""


class WechatBinding(Base):
    """A WeChat person (unionid) that may sign in as the account."""

    __tablename__ = "wechat_binding"
    __table_args__ = (
        Index("uq_wechat_binding_account", "account_id", unique=True, postgresql_where="removed_at IS NULL"),
        Index("uq_wechat_binding_union", "union_index", unique=True, postgresql_where="removed_at IS NULL"),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    union_index: Mapped[bytes] = mapped_column(LargeBinary)
    union_sealed: Mapped[Sealed]
    created_at: Mapped[Instant]
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class WechatLogin(Base):
    """One QR code, two minutes: the desktop polls with its secret, the phone comes with another. Hashes only."""

    __tablename__ = "wechat_login"
    __table_args__ = (
        CheckConstraint(one_of("purpose", ("sign_in", "bind")), name="purpose"),
        CheckConstraint(one_of("status", get_args(StoredStatus)), name="status"),
    )

    id: Mapped[Id]
    purpose: Mapped[Words]
    status: Mapped[Words]
    poll_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scan_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    state_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    """OAuth `state`, bound to the phone's browser; one use."""
    browser_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirm_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    network: Mapped[Words]
    """Where the code is shown, half hidden: the phone's owner is asked whether it is theirs."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """For `bind` from the start, for `sign_in` once WeChat has said who it is."""
    union_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The key of the WeChat person, once WeChat has said who holds the phone."""
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    """Two minutes for the code to be scanned; each later step gets its own time."""
