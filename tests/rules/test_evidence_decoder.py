"""Of a proof, too, only pixels pass on; its proportions are its own."""

from io import BytesIO
from typing import Any

import pytest
from PIL import ExifTags, Image

from registry_api.kit.texts import has_text
from registry_api.photos.decoder import EVIDENCE_SIDE, MAX_BYTES, PhotoRefused, decode_evidence


def page(size: tuple[int, int] = (900, 600), form: str = "JPEG", **options: Any) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "lightgrey").save(content, form, **options)
    return content.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(900, 600), (600, 1600)])
def test_a_page_keeps_its_proportions(form: str, size: tuple[int, int]) -> None:
    decoded = decode_evidence(page(size, form))
    result = Image.open(BytesIO(decoded.jpeg))
    assert (result.format, result.size, (decoded.width, decoded.height)) == ("JPEG", size, size)
    assert decoded.advice == []


def test_a_large_scan_is_scaled_and_a_turned_one_is_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    decoded = decode_evidence(page((3200, 1600), exif=exif))
    assert (decoded.width, decoded.height) == (EVIDENCE_SIDE // 2, EVIDENCE_SIDE)


def test_nothing_but_pixels_passes_on() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "canary"
    upload = page(exif=exif) + b"PK\x03\x04<script>canary</script>%PDF-1.7"
    assert upload.count(b"canary") == 2
    decoded = decode_evidence(upload)
    assert b"canary" not in decoded.jpeg
    assert not Image.open(BytesIO(decoded.jpeg)).getexif()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 " + b"x" * 200, "not_an_image"),
        (b"%PDF-1.7\n" + page(), "not_an_image"),
        (b"GIF89a" + b"\0" * 200, "wrong_format"),
        (page(form="WEBP"), "wrong_format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "wrong_format"),
        (page()[:400], "broken"),
        (page((299, 900)), "too_small"),
        (b"\xff\xd8\xff" + b"\0" * MAX_BYTES, "too_large"),
        (b"", "not_an_image"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(PhotoRefused) as refused:
        decode_evidence(content)
    assert refused.value.code == code
    assert has_text(f"evidence.{code}")
