"""Imports the fixtures; defines none."""

from tests.support.scopes import members
from tests.support.superuser import superuser

__all__ = ["members", "superuser"]
