"""Imports the fixtures; defines none."""

from tests.support.database import settings
from tests.support.people import app, cast, chain, start_chain

__all__ = ["app", "cast", "chain", "settings", "start_chain"]
