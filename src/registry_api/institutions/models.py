"""Reference tables: divisions, authorities, institutions, working days. Public, hence without row-level security."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from registry_api.kit.schema import Base, Day, Id, Instant, Words, one_of


class Division(Base):
    """An administrative division (GB/T 2260), abolished codes kept with `valid_to`."""

    __tablename__ = "division"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[Words]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"), index=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[Words]


class Authority(Base):
    """An office that registers: 卫生健康委/局, 中医药管理局 or 行政审批局 of a province, city or county."""

    __tablename__ = "authority"
    __table_args__ = (CheckConstraint(one_of("level", ("province", "city", "county")), name="level"),)

    id: Mapped[Id]
    name: Mapped[Words]
    level: Mapped[Words]
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    superior_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"), index=True)
    phone: Mapped[Words]
    address: Mapped[Words]


class AuthoritySetting(Base):
    """A choice that the rules leave to a province or an authority, for a time; both ends are included.

    A provincial authority's settings hold in the whole province.
    """

    __tablename__ = "authority_setting"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        ExcludeConstraint(
            ("authority_id", "="),
            ("name", "="),
            ("period", "&&"),
            name="ex_authority_setting_one_at_a_time",
            using="gist",
        ),
    )

    id: Mapped[Id]
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    name: Mapped[Words]
    value: Mapped[Any] = mapped_column(JSONB)
    valid_from: Mapped[Day]
    valid_to: Mapped[date | None]
    period: Mapped[Range[date]] = mapped_column(
        DATERANGE, Computed("daterange(valid_from, valid_to, '[]')", persisted=True)
    )
    document: Mapped[Words]
    """文号 or name of the document that says so."""
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[Instant]


class Institution(Base):
    """A medical institution; `authority_id` is the office that approved it, and so registers its doctors."""

    __tablename__ = "institution"
    __table_args__ = (
        CheckConstraint(one_of("status", ("open", "closed")), name="status"),
        Index("ix_institution_search_grams", "search_grams", postgresql_using="gin"),
        Index("ix_institution_division_code_id", "division_code", "id"),
        Index("ix_institution_written_name", text("lower(translate(name, '() ', '（）'))")),
    )

    id: Mapped[Id]
    name: Mapped[Words]
    search_text: Mapped[Words]
    """Name, pinyin initials and codes in lower case, separated by spaces."""
    search_grams: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Every one- and two-character piece of `search_text` words."""
    credit_code: Mapped[str | None] = mapped_column(Text, unique=True)
    registration_number: Mapped[str] = mapped_column(Text, unique=True)
    licence_type: Mapped[Words]
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    address: Mapped[Words]
    postcode: Mapped[Words]
    phone: Mapped[Words]
    status: Mapped[Words]


class CalendarDay(Base):
    """An exception to Monday-to-Friday announced by the State Council (行政许可法 82)."""

    __tablename__ = "calendar_day"

    day: Mapped[Day] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[Words]
    source: Mapped[Words]
