"""Reads a PDF back with programs that had no part in making it: PDFium draws it, ZXing reads its codes."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import zxingcpp
from PIL import Image


@contextmanager
def _opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def page_count(pdf: bytes) -> int:
    """How many pages it has."""
    with _opened(pdf) as document:
        return len(document)


def page_text(pdf: bytes) -> str:
    """All that can be selected and copied, page after page; the breaks of lines are where the page has them."""
    with _opened(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def running_text(pdf: bytes) -> str:
    """The same without any white space, which a layout puts anywhere."""
    return re.sub(r"\s", "", page_text(pdf))


def page_picture(pdf: bytes, page: int = 0, dpi: int = 96) -> Image.Image:
    """A page as it looks."""
    with _opened(pdf) as document:
        picture: Image.Image = document[page].render(scale=dpi / 72).to_pil()
        return picture.copy()


def qr_codes(pdf: bytes, dpi: int = 96) -> list[str]:
    """What a scanner finds on the first page; the lines of a form can look like a code of another kind."""
    picture = page_picture(pdf, dpi=dpi)
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [one.text for one in zxingcpp.read_barcodes(picture, formats=formats)]


def jpeg(colour: tuple[int, int, int] = (205, 214, 226)) -> bytes:
    """A photo of the size that the decoder makes."""
    content = io.BytesIO()
    Image.new("RGB", (413, 579), colour).save(content, "JPEG", quality=88)
    return content.getvalue()
