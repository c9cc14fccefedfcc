"""Imports the fixtures; defines none."""

from tests.support.database import settings
from tests.support.people import app, cast, chain, start_chain
from tests.support.practising import scene, sound, unregistered
from tests.support.registered import registered
from tests.support.server import server

__all__ = [
    "app",
    "cast",
    "chain",
    "registered",
    "scene",
    "server",
    "settings",
    "sound",
    "start_chain",
    "unregistered",
]
