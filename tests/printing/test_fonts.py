"""The committed fonts are those that the tool made, and they cover what a name may hold."""

import hashlib
from pathlib import Path

from fontTools.ttLib import TTFont

from registry_api.printing.coverage import missing_glyphs
from registry_api.printing.faces import FOLDER, font_files
from tests.house.source import ROOT

STANDARD = "".join((ROOT / "tools" / "general_standard_characters.txt").read_text("utf-8").split())


def test_fonts_and_their_licence_are_the_committed_ones() -> None:
    for line in (FOLDER / "SHA256SUMS").read_text("ascii").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest, name
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text("utf-8")


def test_both_faces_have_the_8105_characters_of_the_national_table() -> None:
    assert len(set(STANDARD)) == 8105
    assert missing_glyphs(STANDARD) == []
    for font in font_files():
        drawn = characters_of(font)
        assert [one for one in STANDARD if ord(one) not in drawn] == [], font.name


def test_what_counts_as_drawn_is_what_an_independent_reader_finds_in_the_fonts() -> None:
    drawn = set().union(*(characters_of(font) for font in font_files()))
    # Han of all planes, and everything below them.
    codes = (*range(0x20, 0x3400), *range(0x3400, 0xA000), *range(0x20000, 0x33480))
    visible = [chr(code) for code in codes]
    missing = set(missing_glyphs("".join(visible)))
    assert {one for one in visible if ord(one) in drawn} & missing == set()
    assert len(missing) > 60_000
    assert all(ord(one) not in drawn for one in missing)


def characters_of(font: Path) -> set[int]:
    """Code points that fontTools finds in a font."""
    with TTFont(font, lazy=True) as opened:
        return set(opened.getBestCmap())
