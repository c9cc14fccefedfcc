"""Accounts, sessions and the counters that throttle sign-in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.roles import REALMS, ROLES
from registry_api.kit.schema import Base, CreatedAt, Id, Instant, Words, one_of


class Account(Base):
    """Somebody who can sign in to one portal, with one role."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("realm", "login_key"),
        CheckConstraint(one_of("realm", REALMS), name="realm"),
        CheckConstraint(one_of("role", ROLES), name="role"),
        CheckConstraint(one_of("status", ("active", "disabled")), name="status"),
        CheckConstraint(
            "(realm = 'doctor') = (role = 'doctor')"
            " AND (realm = 'institution') = (institution_id IS NOT NULL)"
            " AND (realm = 'authority') = (authority_id IS NOT NULL)"
            " AND (practitioner_id IS NULL OR realm = 'doctor')",
            name="office",
        ),
    )

    id: Mapped[Id]
    realm: Mapped[Words]
    role: Mapped[Words]
    login_name: Mapped[Words]
    login_key: Mapped[Words]
    """The login name, case folded: names that differ in case only are one."""
    password_hash: Mapped[Words]
    name: Mapped[Words]
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    """For the own-case rule: a reviewer may be a doctor as well."""
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    practitioner_id: Mapped[UUID | None] = mapped_column(ForeignKey("practitioner.id"), unique=True)
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"), index=True)
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"), index=True)
    activated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    status: Mapped[Words]
    created_at: Mapped[CreatedAt]


class AccountSession(Base):
    """A signed-in browser or program; the reference itself is kept only as its SHA-256."""

    __tablename__ = "account_session"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    idle_seconds: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    user_agent: Mapped[Words]
    address: Mapped[str | None] = mapped_column(INET)


class AttemptCounter(Base):
    """Attempts reserved before they are evaluated, so that a parallel burst cannot outrun the limit."""

    __tablename__ = "attempt_counter"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    window_start: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(Integer)
