"""The page of an electronic licence (电子证照): 中医（专长）医师执业证书."""

import io
from dataclasses import dataclass, field
from datetime import date, datetime

import segno

from registry_api.printing.engine import draw, in_turn

TITLE = "中医（专长）医师执业证书"


@dataclass(frozen=True, slots=True)
class LicencePage:
    """What the page says; days are civil days in Asia/Shanghai, numbers arrive masked where they have to be."""

    name: str
    sex_title: str
    certificate_number: str
    qualification_number_masked: str
    institution: str
    authority: str
    techniques: list[str]
    """中医药技术方法 (Order 15 Art. 26)."""
    conditions: list[str]
    """具体治疗病证 (Order 15 Art. 26)."""
    registered_on: date
    issued_on: date
    version: int
    licence_number: str
    photo_jpeg: bytes = field(repr=False)
    qr_url: str = field(repr=False)
    """What the permanent code opens: the page for verification, with the signed claims in the fragment."""
    demonstration: bool
    """Whether seal and page say 示例, so that nobody takes them for a real certificate."""
    birth_date: date | None = None
    title: str = TITLE


@dataclass(frozen=True, slots=True)
class _Drawn:
    page: LicencePage
    qr: bytes


async def render_licence(page: LicencePage, made_at: datetime) -> bytes:
    """The licence as PDF/A-2a and PDF/UA-1, A4 landscape, not signed yet; the same content gives the same bytes.

    `made_at` is the aware instant that the metadata name. The event loop goes on meanwhile.
    """
    return await in_turn(lambda: draw("licence", _Drawn(page, qr_svg(page.qr_url)), made_at))


def qr_svg(text: str) -> bytes:
    """A QR code of level M as SVG, modules of 1 unit and a quiet zone of 4 (ISO/IEC 18004)."""
    drawing = io.BytesIO()
    # Every mask decodes. Trying all eight takes 40 ms, and for what is as random as a signature none is much better.
    segno.make_qr(text, error="m", boost_error=False, mask=3).save(
        drawing, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True
    )
    return drawing.getvalue()
