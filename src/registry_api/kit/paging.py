"""Keyset pages: an opaque cursor that holds the sort key of the last row."""

import base64
import json
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel

from registry_api.kit.problems import InvalidBody

COUNT_LIMIT = 1000

Limit = Annotated[int, Query(ge=1, le=100, description="Rows a page.")]
Cursor = Annotated[str | None, Query(max_length=300, description="`next_cursor` of the page before.")]


class Total(BaseModel):
    """Exact up to 1,000; then 1,000 with `gte`."""

    value: int
    relation: Literal["eq", "gte"]


def total_of(counted: int) -> Total:
    """The total for a count that stopped at COUNT_LIMIT + 1."""
    if counted > COUNT_LIMIT:
        return Total(value=COUNT_LIMIT, relation="gte")
    return Total(value=counted, relation="eq")


class CursorRefused(InvalidBody):
    """The cursor is not one that this list gave."""

    code = "invalid_query"

    def __init__(self) -> None:
        super().__init__([{"pointer": "/query/cursor", "code": "value_error"}])


def write_cursor(*key: Any) -> str:
    """A cursor for the sort key of the last row."""
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in key]).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *parsers: Any) -> list[Any]:
    """The sort key in a cursor, each part through its parser. Raises CursorRefused for any other text."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [parse(part) for parse, part in zip(parsers, parts, strict=True)]
    except (ValueError, TypeError) as error:
        raise CursorRefused from error
