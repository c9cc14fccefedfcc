"""Imports the fixtures; defines none."""

from tests.support.scopes import members
from tests.support.superuser import fresh_counters, superuser

__all__ = ["fresh_counters", "members", "superuser"]
