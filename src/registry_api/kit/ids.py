"""Identifiers: made by the application, so that any PostgreSQL version serves."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sorts by time of creation, so it keeps B-tree inserts at one end."""
    return uuid7()
