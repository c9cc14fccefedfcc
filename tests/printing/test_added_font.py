"""An operator closes a gap of the fonts by putting one more beside them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from registry_api.printing import coverage, faces
from registry_api.printing.board import draw_board
from tests.support.pages import page_text
from tests.support.printed import MADE_AT, board, board_row

RARE = "𰻝"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the fonts, with the committed ones in it."""
    for font in faces.font_files():
        (tmp_path / font.name).symlink_to(font)
    monkeypatch.setattr(faces, "FOLDER", tmp_path)
    restart()
    yield tmp_path
    monkeypatch.undo()
    restart()


def restart() -> None:
    """What was read of the fonts is read anew."""
    for cached in (coverage._ranges, coverage._is_drawn, faces.faces):
        cached.cache_clear()


def save_font(file: Path, names: dict[str, str]) -> None:
    """A font of one character, a square."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    glyph = pen.glyph()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", "rare"])
    builder.setupCharacterMap({ord(RARE): "rare"})
    builder.setupGlyf({".notdef": glyph, "rare": glyph})
    builder.setupHorizontalMetrics({".notdef": (1000, 100), "rare": (1000, 100)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable(names)
    builder.setupOS2()
    builder.setupPost()
    builder.save(file)


def test_a_character_of_an_added_font_is_drawn(folder: Path) -> None:
    save_font(folder / "Rare.ttf", {"familyName": "Rare", "styleName": "Regular", "psName": "Rare-Regular"})
    restart()
    assert coverage.missing_glyphs(f"王{RARE}𰻞") == ["𰻞"]
    text = page_text(draw_board(board(board_row(name=f"王{RARE}")), MADE_AT))
    assert f"王{RARE}" in text
    assert "U+30EDD" not in text


def test_a_font_that_cannot_be_used_draws_nothing(folder: Path) -> None:
    save_font(folder / "Nameless.ttf", {})
    (folder / "Broken.ttf").write_bytes(b"no font at all")
    restart()
    assert coverage.missing_glyphs(RARE) == [RARE]
    assert "U+30EDD" in page_text(draw_board(board(board_row(name=f"王{RARE}")), MADE_AT))
