"""A statement is whole when it is made: what the database would not understand fails at import, not at night."""

import pytest
from sqlalchemy import Text, bindparam, column, or_, select

from registry_api.kit.db import Statement, unread

ROLE = column("role", Text)


def test_what_expands_only_when_executed_is_refused() -> None:
    with pytest.raises(ValueError, match="put in at execution"):
        Statement(select(ROLE).where(ROLE.in_(("handler", "approver"))), unread)


def test_alternatives_and_parameters_are_whole() -> None:
    asked = or_(ROLE == "handler", ROLE.in_([bindparam("one"), bindparam("other")]))
    statement = Statement(select(ROLE).where(asked), unread)
    assert statement.arguments({"one": "a", "other": "b"}) == ["handler", "a", "b"]
