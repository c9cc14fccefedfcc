"""Accounts, their sessions and devices, one-time tickets and codes, and the counters that throttle attempts."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.roles import REALMS, ROLES
from registry_api.kit.schema import Base, CreatedAt, Id, Instant, Words, one_of

ACCOUNT_STATUSES = ("active", "invited", "disabled", "frozen", "closed")
"""`invited`: staff before the first use; `frozen`: while an identity dispute is decided; `closed`: 账号注销."""

TICKET_KINDS = (
    "account_registration",
    "wechat_binding",
    "staff_invitation",
    "password_reset",
    "phone_change",
    "email_verification",
    "second_factor_challenge",
)
CodePurpose = Literal[
    "verify_phone",
    "change_phone_old",
    "change_phone_new",
    "reset_password",
    "recover_login_name",
    "unknown_device",
    "step_up",
]
CODE_PURPOSES: tuple[CodePurpose, ...] = get_args(CodePurpose)


class Account(Base):
    """Somebody who can sign in to one portal, with one role."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("realm", "login_key"),
        CheckConstraint(one_of("realm", REALMS), name="realm"),
        CheckConstraint(one_of("role", ROLES), name="role"),
        CheckConstraint("starts_with(role, realm)", name="role_of_realm"),
        CheckConstraint(one_of("status", ACCOUNT_STATUSES), name="status"),
        CheckConstraint(
            "(realm = 'doctor') = (role = 'doctor')"
            " AND (realm = 'institution') = (institution_id IS NOT NULL)"
            " AND (realm = 'authority') = (authority_id IS NOT NULL)"
            " AND (practitioner_id IS NULL OR realm = 'doctor')",
            name="office",
        ),
        # One person, one account of a doctor; one number, one account.
        Index(
            "uq_account_person",
            "id_number_index",
            unique=True,
            postgresql_where="realm = 'doctor' AND status <> 'closed'",
        ),
        Index(
            "uq_account_phone",
            "phone_index",
            unique=True,
            postgresql_where="realm = 'doctor' AND status <> 'closed' AND phone_verified_at IS NOT NULL",
        ),
        Index("ix_account_phone_index", "phone_index"),
        Index("ix_account_email_index", "email_index"),
    )

    id: Mapped[Id]
    realm: Mapped[Words]
    role: Mapped[Words]
    login_name: Mapped[Words]
    login_key: Mapped[Words]
    """The login name, case folded: names that differ in case only are one."""
    password_hash: Mapped[Words]
    """Empty until an invited person chooses a password; nothing verifies against it."""
    password_changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    name: Mapped[Words]
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    """For the own-case rule: a reviewer may be a doctor as well."""
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    phone_changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """No second change within 24 hours."""
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    notice_by_sms: Mapped[bool] = mapped_column(Boolean, server_default=false())
    notice_by_email: Mapped[bool] = mapped_column(Boolean, server_default=false())
    """Notices of cases also to the verified phone or address; the portal shows them always."""
    practitioner_id: Mapped[UUID | None] = mapped_column(ForeignKey("practitioner.id"), unique=True)
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"), index=True)
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"), index=True)
    activated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    privacy_policy_version: Mapped[str | None] = mapped_column(Text)
    privacy_agreed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failures_in_a_row: Mapped[int] = mapped_column(Integer, server_default="0")
    """Wrong passwords since the last right one; at 100 a second factor is needed (NIST SP 800-63B 3.2.2)."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    status: Mapped[Words]
    status_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_signed_in_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Kept by a trigger on `account_session`."""
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
    expires_at: Mapped[Instant] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    user_agent: Mapped[Words]
    address: Mapped[str | None] = mapped_column(INET)
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("known_device.id"), index=True)
    proved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When a second factor was last shown in this session; changing phone, e-mail or factors asks for a fresh one."""


class RefreshToken(Base):
    """A bearer client's way to its next access token: one use, rotated, the session ends when one is used twice."""

    __tablename__ = "refresh_token"

    id: Mapped[Id]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("account_session.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    successor_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The successor itself, for ten seconds: a client whose answer was lost gets the same one again (RFC 9700 4.14)."""


class KnownDevice(Base):
    """A browser in which the account has shown a second factor; its cookie is kept only as SHA-256."""

    __tablename__ = "known_device"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_agent: Mapped[Words]
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OneTimeTicket(Base):
    """Proof of a step that was passed, good once: the next step of a flow shows it. Kept only as SHA-256."""

    __tablename__ = "one_time_ticket"
    __table_args__ = (CheckConstraint(one_of("kind", TICKET_KINDS), name="kind"),)

    id: Mapped[Id]
    kind: Mapped[Words]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    payload_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class VerificationCode(Base):
    """Six digits sent to a phone: five minutes, five attempts, and a newer one voids it. Kept only as HMAC."""

    __tablename__ = "verification_code"
    __table_args__ = (
        CheckConstraint(one_of("purpose", CODE_PURPOSES), name="purpose"),
        Index("ix_verification_code_account_id_purpose_id", "account_id", "purpose", "id"),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    purpose: Mapped[Words]
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The number it was sent to; what is verified is this number and no other."""
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    consumed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AttemptCounter(Base):
    """Attempts reserved before they are evaluated, so that a parallel burst cannot outrun the limit."""

    __tablename__ = "attempt_counter"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    window_start: Mapped[Instant] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(Integer)
