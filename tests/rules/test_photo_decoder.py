"""The decoder lets pixels through and nothing else."""

import hashlib
import struct
import time
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageDraw, PngImagePlugin

from registry_api.kit.texts import has_text
from registry_api.photos.decoder import MAX_BYTES, DecodedPhoto, PhotoRefused, decode_photo

SKIN = (205, 170, 150)
COAT = (30, 40, 60)


def portrait(width: int = 413, height: int = 579, background: Any = (252, 252, 252)) -> Image.Image:
    """A head over shoulders, enough for a decoder."""
    image = Image.new("RGB", (width, height), background)
    draw = ImageDraw.Draw(image)
    draw.ellipse((width * 0.28, height * 0.15, width * 0.72, height * 0.6), fill=SKIN)
    draw.ellipse((width * 0.05, height * 0.65, width * 0.95, height * 1.5), fill=COAT)
    return image


def encode(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    output = BytesIO()
    image.save(output, form, **options)
    return output.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(PhotoRefused) as refused:
        decode_photo(content)
    assert has_text(f"photo.{refused.value.code}")
    return refused.value.code


def reopened(photo: DecodedPhoto) -> Image.Image:
    return Image.open(BytesIO(photo.jpeg))


def near(colour: Any, expected: tuple[int, int, int]) -> bool:
    return all(abs(one - other) <= 12 for one, other in zip(colour, expected, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_good_photo_becomes_a_jpeg_of_the_target_size(form: str) -> None:
    photo = decode_photo(encode(portrait(), form))

    result = reopened(photo)
    assert (result.format, result.mode, result.size) == ("JPEG", "RGB", (413, 579))
    assert (photo.width, photo.height) == (413, 579)
    assert photo.sha256 == hashlib.sha256(photo.jpeg).digest()
    assert photo.advice == []
    assert near(result.getpixel((206, 220)), SKIN)


def test_the_same_upload_gives_the_same_bytes() -> None:
    content = encode(portrait(700, 950))

    assert decode_photo(content) == decode_photo(content)


def test_metadata_is_gone() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "canary-artist"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "canary-text", zip=False)
    uploads = [
        encode(portrait(), exif=exif, comment=b"canary-comment", icc_profile=b"canary-profile"),
        encode(portrait(), "PNG", exif=exif, pnginfo=text),
    ]

    for upload in uploads:
        assert b"canary" in upload
        photo = decode_photo(upload)
        assert b"canary" not in photo.jpeg
        assert not reopened(photo).getexif()
        assert b"Exif" not in photo.jpeg


@pytest.mark.parametrize("tail", [b"<script>canary</script>", b"PK\x03\x04canary", b"%PDF-1.7 canary"])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_the_tail_of_a_polyglot_is_gone(form: str, tail: bytes) -> None:
    assert b"canary" not in decode_photo(encode(portrait(), form) + tail).jpeg


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_put_upright(orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = portrait(826, 1158)
    ImageDraw.Draw(image).rectangle((0, 1000, 120, 1158), fill=(200, 0, 0))
    stored = image.transpose(undo[orientation]) if orientation in undo else image
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation

    result = reopened(decode_photo(encode(stored, exif=exif, quality=95)))

    assert result.size == (413, 579)
    assert near(result.getpixel((20, 560)), (200, 0, 0))


def test_transparency_becomes_white() -> None:
    image = portrait().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 413, 80))
    grey = Image.new("LA", (413, 579), (0, 0))
    palette = Image.new("P", (413, 579), 0)
    palette.info["transparency"] = 0

    for content in (encode(image, "PNG"), encode(grey, "PNG"), encode(palette, "PNG", transparency=0)):
        assert near(reopened(decode_photo(content)).getpixel((200, 20)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "YCbCr"])
def test_other_colour_modes_are_understood(mode: str) -> None:
    form = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"

    assert reopened(decode_photo(encode(portrait().convert(mode), form))).mode == "RGB"


def test_a_progressive_jpeg_is_understood() -> None:
    assert decode_photo(encode(portrait(), progressive=True)).advice == []


@pytest.mark.parametrize(
    ("size", "outcome"),
    [
        ((295, 413), ["low_resolution"]),
        ((294, 413), "too_small"),
        ((295, 412), "too_small"),
        ((349, 440), ["low_resolution"]),
        ((350, 440), []),
        ((680, 1000), []),
        ((679, 1000), "wrong_ratio"),
        ((830, 1000), []),
        ((831, 1000), "wrong_ratio"),
        ((600, 600), "wrong_ratio"),
        ((800, 600), "wrong_ratio"),
        ((1, 1), "too_small"),
    ],
)
def test_size_and_proportions(size: tuple[int, int], outcome: list[str] | str) -> None:
    content = encode(portrait(*size), "PNG")

    if isinstance(outcome, str):
        assert refusal(content) == outcome
    else:
        photo = decode_photo(content)
        assert photo.advice == outcome
        assert (photo.width, photo.height) == (413, 579)


def test_the_top_of_a_tall_photo_is_kept() -> None:
    image = portrait(680, 1000)
    ImageDraw.Draw(image).rectangle((300, 0, 380, 8), fill=(0, 0, 200))

    result = reopened(decode_photo(encode(image, "PNG")))

    assert near(result.getpixel((206, 2)), (0, 0, 200))


@pytest.mark.parametrize(
    ("background", "advice"),
    [
        ((255, 255, 255), []),
        ((225, 228, 230), []),
        ((67, 142, 219), ["not_white_background"]),
        ((200, 30, 30), ["not_white_background"]),
        ((120, 120, 120), ["not_white_background"]),
        ((0, 0, 0), ["not_white_background"]),
    ],
)
def test_a_background_that_is_not_white_is_advised_on(background: Any, advice: list[str]) -> None:
    photo = decode_photo(encode(portrait(background=background)))

    assert photo.advice == advice
    assert all(has_text(f"photo.{code}") for code in photo.advice)


def test_a_large_file_is_advised_on_and_a_too_large_one_refused() -> None:
    content = encode(portrait())

    assert decode_photo(content + bytes(2 * 1024 * 1024)).advice == ["file_large"]
    assert decode_photo(content.ljust(MAX_BYTES, b"\0")).advice == ["file_large"]
    assert refusal(content.ljust(MAX_BYTES + 1, b"\0")) == "too_large"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="413" height="579"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_an_image"),
        (b"\0" * 1000, "not_an_image"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not_an_image"),
        (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "not_an_image"),
        (b"PK\x03\x04" + b"\0" * 100, "not_an_image"),
        (b"MZ" + b"\0" * 100, "not_an_image"),
        (SVG, "wrong_format"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n' + SVG, "wrong_format"),
        (encode(portrait(), "GIF"), "wrong_format"),
        (encode(portrait(), "TIFF"), "wrong_format"),
        (encode(portrait(), "BMP"), "wrong_format"),
        (encode(portrait(), "WEBP"), "wrong_format"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "wrong_format"),
        (encode(Image.new("I;16", (413, 579)), "PNG"), "wrong_format"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_anything_but_jpeg_and_png_is_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


def png_claiming(width: int, height: int) -> bytes:
    """A well-formed PNG whose header claims a size that its few bytes of pixels unfold to."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(min((width // 8 + 1) * height, 20_000_000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    content = bytearray(encode(portrait()))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        png_claiming(30_000, 30_000),
        png_claiming(10_000, 13_500),
        png_claiming(4_500, 6_000),
        jpeg_claiming(65_500, 65_500),
        jpeg_claiming(4_500, 6_000),
    ],
    ids=["png 900 Mpx", "png 135 Mpx", "png 27 Mpx", "jpeg 4290 Mpx", "jpeg 27 Mpx"],
)
def test_a_bomb_is_refused_before_it_unfolds(content: bytes) -> None:
    started = time.perf_counter()

    assert refusal(content) == "too_many_pixels"
    assert time.perf_counter() - started < 0.2


def test_a_png_text_bomb_is_refused() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "x" * 20_000_000, zip=True)

    assert refusal(encode(portrait(), "PNG", pnginfo=text)) == "broken"


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
def test_a_truncated_file_is_refused(form: str, share: float) -> None:
    content = encode(portrait(), form)

    assert refusal(content[: int(len(content) * share)]) == "broken"


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_mutated_file_is_decoded_or_refused_and_nothing_else_happens(
    form: str, data: st.DataObject
) -> None:
    content = bytearray(encode(portrait(295, 413), form))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        photo = decode_photo(bytes(content))
    except PhotoRefused:
        return
    assert reopened(photo).size == (413, 579)
