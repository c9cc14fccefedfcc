"""The fonts that documents are drawn with: those in `fonts/`; one of the machine would hide what is missing here."""

from functools import cache
from pathlib import Path

import typst

FOLDER = Path(__file__).with_name("fonts")
"""Every font in it counts; an operator may add one, such as HanaMinB."""


@cache
def faces() -> typst.Fonts:
    """The fonts, read once for all documents of the process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])


def font_files() -> list[Path]:
    """The files of the fonts that Typst has accepted; what it cannot use draws nothing."""
    found = {Path(face.path) for face in faces().fonts() if face.path}
    return sorted(one for one in found if one.suffix.lower() in {".ttf", ".otf"})
