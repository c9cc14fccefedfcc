"""Content of printed documents that is valid by default; a test states only what matters."""

from datetime import UTC, date, datetime
from typing import Any

from registry_api.printing.board import Board, BoardRow
from registry_api.printing.licence import LicencePage
from tests.support.pages import jpeg

MADE_AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
RARE_NAME = "龙𬱖喆㛃䶮𣲘"
QR_URL = "https://registry.example.cn/v#" + "Ab3_xY9-" * 45
"""As long as six claims in a signed CWT make it: a code of version 16."""


def licence_page(**changes: Any) -> LicencePage:
    """A licence's content."""
    content: dict[str, Any] = {
        "name": "李明",
        "sex_title": "男",
        "birth_date": date(1971, 3, 9),
        "certificate_number": "ZY370100123456789",
        "qualification_number_masked": "3701****************1234",
        "institution": "济南市历下区仁和堂中医诊所",
        "authority": "济南市历下区行政审批服务局",
        "techniques": ["针刺技术", "推拿技术"],
        "conditions": ["项痹（颈椎病）", "腰痛病"],
        "registered_on": date(2026, 3, 1),
        "issued_on": date(2026, 11, 25),
        "version": 2,
        "licence_number": "ZZ-370102-20261125-000001",
        "photo_jpeg": jpeg(),
        "qr_url": QR_URL,
        "demonstration": True,
    }
    return LicencePage(**(content | changes))


def board_row(**changes: Any) -> BoardRow:
    """A doctor on a board."""
    content: dict[str, Any] = {
        "name": "李明",
        "certificate_number_masked": "ZY37*********6789",
        "techniques": ["针刺技术"],
        "conditions": ["腰痛病"],
        "kind": "主执业",
    }
    return BoardRow(**(content | changes))


def board(*rows: BoardRow, **changes: Any) -> Board:
    """A board with these doctors."""
    content: dict[str, Any] = {
        "institution": "济南市历下区仁和堂中医诊所",
        "authority": "济南市历下区行政审批服务局",
        "day": date(2026, 11, 25),
        "rows": list(rows),
        "demonstration": True,
    }
    return Board(**(content | changes))
