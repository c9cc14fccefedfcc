"""Imports the fixtures, and knows the one option; defines none."""

import hypothesis
import pytest

from tests.support.database import settings
from tests.support.licences import licensed, photographed
from tests.support.people import app, cast, chain, start_chain
from tests.support.practising import scene, sound, unregistered
from tests.support.registered import registered
from tests.support.server import server

# How long an example takes says what else the machine does, and nothing about the code.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

__all__ = [
    "app",
    "cast",
    "chain",
    "licensed",
    "photographed",
    "registered",
    "scene",
    "server",
    "settings",
    "sound",
    "start_chain",
    "unregistered",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make nightly` asks for it."""
    parser.addoption("--nightly", action="store_true", help="play the workflow ten times as often")
