"""Whatever people wrote is printed as they wrote it, beside everything else that the process does."""

import asyncio
import resource
import time
from dataclasses import replace
from pathlib import Path
from random import Random

from registry_api.printing.board import draw_board
from registry_api.printing.licence import render_licence
from tests.support.pages import running_text
from tests.support.printed import MADE_AT, board, board_row, licence_page

MARKUP = '#read("/etc/passwd")$x^2$*粗*<a@b>=标题\\u{41}#panic("x")`code`//注/*注*/[括]{花}_斜_@ref'


def test_markup_in_what_people_wrote_prints_as_it_stands() -> None:
    pdf = draw_board(board(board_row(name=MARKUP, techniques=[MARKUP], conditions=[MARKUP])), MADE_AT)
    text = running_text(pdf)
    assert text.replace("\u200b", "").count(MARKUP.replace(" ", "")) == 3


def test_no_text_that_a_person_can_send_stops_a_document() -> None:
    chance = Random(20261125)  # noqa: S311 (texts, no secrets)
    planes = ((0, 0x20), (0x20, 0x3000), (0x3000, 0xD800), (0xE000, 0x10000), (0x10000, 0x110000))
    for _ in range(40):
        text = "".join(chr(chance.randrange(*chance.choice(planes))) for _ in range(200))
        pdf = draw_board(board(board_row(name=text[:60], techniques=[text]), institution=text[:50]), MADE_AT)
        assert "依次为U+" in running_text(pdf)


async def test_hundred_documents_leave_the_loop_free_and_the_memory_as_it_was() -> None:
    """Each is another document, so that nothing comes from a cache.

    A second is long for a loop, and short for a machine that the tests share: drawn in the loop, a hundred take five.
    """
    page = licence_page()
    await asyncio.gather(*(render_licence(replace(page, version=number), MADE_AT) for number in range(20)))
    before = resident_kilobytes()
    rendering = asyncio.gather(
        *(render_licence(replace(page, version=number, name=f"李{number}"), MADE_AT) for number in range(100))
    )
    longest = 0.0
    while not rendering.done():
        started = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - started)
    pages = await rendering
    assert len(set(pages)) == 100
    assert longest < 1
    assert resident_kilobytes() - before < 40_000


def resident_kilobytes() -> int:
    """Memory that the process holds now; its peak would remember what came before."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() // 1024
