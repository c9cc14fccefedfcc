"""Which characters the fonts can draw. Asked at intake, so that printing never meets one that it did not expect."""

import re
import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from registry_api.printing.faces import font_files

SUBSTITUTE = "〓"
"""The sign that Chinese printers set where a character is missing."""
_VARIANT = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LONG_RUN = re.compile(r"[!-~]{31,}")
_BREAK = "\u200b"


def missing_glyphs(text: str) -> list[str]:
    """The characters of a text that no font draws, each once, in the order in which they occur.

    Characters that nobody sees (controls, joiners, variation selectors) are not among them.
    """
    distinct = dict.fromkeys(unicodedata.normalize("NFC", text))
    return [one for one in distinct if not _is_unseen(one) and not _is_drawn(one)]


def printable(text: str) -> str:
    """The text as it can be drawn: `〓` for what no font has, nothing invisible but line ends.

    A run of more than 30 letters and digits may be broken anywhere: it would leave its cell.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    seen = (one for one in unicodedata.normalize("NFC", lines) if one == "\n" or not _is_unseen(one))
    drawn = "".join(one if one == "\n" or _is_drawn(one) else SUBSTITUTE for one in seen)
    return _LONG_RUN.sub(lambda run: _BREAK.join(run[0]), drawn)


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf"} or _VARIANT.match(character) is not None


@lru_cache(maxsize=8192)
def _is_drawn(character: str) -> bool:
    code = ord(character)
    starts, ends = _ranges()
    at = bisect_right(starts, code) - 1
    return at >= 0 and code <= ends[at]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    """First and last code points of what the fonts draw, in ascending order and apart from each other."""
    starts: list[int] = []
    ends: list[int] = []
    for first, last in sorted(one for font in font_files() for one in _drawn_by(font)):
        if ends and first <= ends[-1] + 1:
            ends[-1] = max(ends[-1], last)
        else:
            starts.append(first)
            ends.append(last)
    return starts, ends


def _drawn_by(font: Path) -> Iterator[tuple[int, int]]:
    """Ranges of a font's character map: its subtables of format 12, which every font with rare characters has.

    OpenType 1.9, `cmap`: https://learn.microsoft.com/typography/opentype/spec/cmap
    """
    with font.open("rb") as file:
        tables = struct.unpack(">4xH6x", file.read(12))[0]
        for tag, offset, length in list(struct.iter_unpack(">4s4xII", file.read(16 * tables))):
            if tag == b"cmap":
                file.seek(offset)
                yield from _mapped(file.read(length))


def _mapped(table: bytes) -> Iterator[tuple[int, int]]:
    for index in range(struct.unpack_from(">H", table, 2)[0]):
        offset = struct.unpack_from(">4xI", table, 4 + 8 * index)[0]
        if struct.unpack_from(">H", table, offset)[0] != 12:
            continue
        groups = struct.unpack_from(">I", table, offset + 12)[0]
        for first, last, glyph in struct.iter_unpack(">III", table[offset + 16 : offset + 16 + 12 * groups]):
            if glyph:  # the first glyph is the one for missing characters
                yield first, last
