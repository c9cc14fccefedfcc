"""公示牌: an institution's 中医（专长）医师 with what each may do, to hang on its wall (山东省中医药条例 Art. 22)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from registry_api.printing.engine import draw


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One doctor; numbers arrive masked."""

    name: str
    certificate_number_masked: str
    techniques: list[str]
    conditions: list[str]
    kind: str
    """Such as 主执业 or 多机构, from the catalogue."""


@dataclass(frozen=True, slots=True)
class Board:
    """What the board says. `day` is the civil day (Asia/Shanghai) as of which the register was read."""

    institution: str
    authority: str
    day: date
    rows: list[BoardRow]
    demonstration: bool
    paper: Literal["a4", "a3"] = "a4"


def draw_board(board: Board, made_at: datetime) -> bytes:
    """The board as PDF/A-2a and PDF/UA-1, landscape, as many sheets as it needs. `made_at` is an aware instant.

    Call it through `engine.in_turn`, or hand it to a PdfAnswer.
    """
    return draw("board", board, made_at)
