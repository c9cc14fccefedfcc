"""Declarative base and the column types that every slice uses."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Date, DateTime, LargeBinary, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

Id = Annotated[UUID, mapped_column(Uuid, primary_key=True)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=text("now()"))]
Day = Annotated[date, mapped_column(Date)]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
"""An envelope of `kit.sealing`; the plain value never reaches the database."""
Index = Annotated[bytes, mapped_column(LargeBinary)]
"""A blind index of `kit.sealing`, for look-up by equality."""
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
JsonList = Annotated[list[Any], mapped_column(JSONB)]
Words = Annotated[str, mapped_column(Text)]


class Base(DeclarativeBase):
    """Every table of the system; constraint names are derived, so migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def one_of(column: str, values: tuple[str, ...]) -> str:
    """SQL of a check constraint: statuses are text, because enum operators are not leakproof (ADR 3)."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
