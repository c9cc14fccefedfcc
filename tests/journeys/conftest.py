"""Imports the fixtures; defines none."""

from tests.journeys.walks import moves, stage

__all__ = ["moves", "stage"]
