"""The photo decoder: from whatever was uploaded to a plain JPEG of our own making, or a refusal.

Only decoded pixels pass on, so metadata, places, trailing content and polyglots stay behind. Synchronous and
CPU-bound (10 to 300 ms): call it in a thread.
"""

import hashlib
import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal

from PIL import ExifTags, Image, ImageChops, ImageOps

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 24 * 1024 * 1024
"""Checked against the header, before any pixel is decoded."""
TARGET_SIZE = (413, 579)
"""2 inch (35 x 49 mm) at 300 dpi."""
SMALLEST_SIZE = (295, 413)
ADVISED_SIZE = (350, 440)
ADVISED_BYTES = 2 * 1024 * 1024
RATIOS = (0.68, 0.83)
"""Width over height."""
_QUALITY = 88
EVIDENCE_SIDE = 2400
"""The longer side of a proof: a page at 200 dpi."""
_SMALLEST_EVIDENCE = 300
_WHITE = (255, 255, 255)
# A background counts as white if four fifths of the margin beside and above the head are this light.
_LIGHT = 200
_LIGHT_SHARE = 0.8
_MARGIN = 24

MAX_SCANS = 30
"""Ten are usual. Each costs a pass over every pixel, and 39 bytes make one: a small file could keep a processor busy
for hours."""
_NEXT_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_SCAN, _END = 0xDA, 0xD9

_OURS = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n")
# GIF, BMP, TIFF, WebP, HEIF, icon, Photoshop, JPEG XL, JPEG 2000, SVG: images, but not ours.
_OTHER_IMAGES = re.compile(
    rb"GIF8|BM|II\*\0|MM\0\*|RIFF....WEBP|....ftyp(?:heic|heix|mif1|msf1|avif)|\x00\x00\x01\x00|8BPS"
    rb"|\xff\x0a|\0\0\0\x0cJXL |\0\0\0\x0cjP  |\s*<(?:\?xml|svg|!DOCTYPE svg)",
    re.DOTALL | re.IGNORECASE,
)

RefusalCode = Literal[
    "too_large", "not_an_image", "wrong_format", "too_many_pixels", "broken", "too_small", "wrong_ratio"
]
AdviceCode = Literal["not_white_background", "low_resolution", "file_large"]


class PhotoRefused(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The upload is no usable photo; `code` names the reason and its text, `photo.{code}`."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code)
        self.code: RefusalCode = code


@dataclass(frozen=True)
class DecodedPhoto:
    """A picture of our own encoding: RGB JPEG without metadata; a portrait has `TARGET_SIZE` pixels."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    sha256: bytes = field(repr=False)
    """Digest of `jpeg`."""
    advice: list[AdviceCode]
    """What the applicant had better change; the institution decides. Of a proof nothing."""


def decode_photo(content: bytes) -> DecodedPhoto:
    """Decode an uploaded JPEG or PNG, turn it upright, crop and scale it; raises PhotoRefused.

    Law asks for a 2-inch front view on white (Order 13); size and proportions are refused here, everything
    that a machine judges less surely is advice.
    """
    if len(content) > MAX_BYTES:
        raise PhotoRefused("too_large")
    image = _open(content)
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PhotoRefused("too_many_pixels")
    try:
        turned = image.getexif().get(ExifTags.Base.Orientation, 1)
        if turned in {5, 6, 7, 8}:
            width, height = height, width
        _check_proportions(width, height)
        picture = _redraw(image, turn=turned != 1)
    except PhotoRefused:
        raise
    except Exception:
        # Pillow's plugins raise almost anything on damaged files, and a damaged file is the sender's.
        raise PhotoRefused("broken") from None
    return _encode(picture, _advise(picture, width, height, len(content)))


def decode_evidence(content: bytes) -> DecodedPhoto:
    """A photo or scan of a paper, of any proportions, as an upright JPEG of ours; raises PhotoRefused."""
    if len(content) > MAX_BYTES:
        raise PhotoRefused("too_large")
    image = _open(content)
    if image.width * image.height > MAX_PIXELS:
        raise PhotoRefused("too_many_pixels")
    if min(image.size) < _SMALLEST_EVIDENCE:
        raise PhotoRefused("too_small")
    try:
        image.draft("RGB", (EVIDENCE_SIDE, EVIDENCE_SIDE))
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        layer = image.convert("RGBA")
        layer.thumbnail((EVIDENCE_SIDE, EVIDENCE_SIDE), Image.Resampling.LANCZOS)
        page = Image.new("RGB", layer.size, _WHITE)
        page.paste(layer, mask=layer.getchannel("A"))
    except Exception:
        raise PhotoRefused("broken") from None
    return _encode(page, [])


def _encode(picture: Image.Image, advice: list[AdviceCode]) -> DecodedPhoto:
    jpeg = BytesIO()
    picture.save(jpeg, "JPEG", quality=_QUALITY, optimize=True)
    encoded = jpeg.getvalue()
    return DecodedPhoto(encoded, picture.width, picture.height, hashlib.sha256(encoded).digest(), advice)


def _open(content: bytes) -> Image.Image:
    """Read the header only, by the two decoders that we accept."""
    _refuse_endless_scans(content)
    try:
        return Image.open(BytesIO(content), formats=("JPEG", "PNG"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoRefused("too_many_pixels") from None
    except Exception:
        if _OURS.match(content):
            raise PhotoRefused("broken") from None
        raise PhotoRefused("wrong_format" if _OTHER_IMAGES.match(content) else "not_an_image") from None


def _refuse_endless_scans(content: bytes) -> None:
    """Counts the scans of a JPEG by its markers, as far as the picture goes (ITU-T T.81, annex B)."""
    if not content.startswith(b"\xff\xd8"):
        return
    place = 2
    scans = 0
    while marker := _NEXT_MARKER.search(content, place):
        kind, place = marker[1][0], marker.end()
        if kind == _END:
            return
        scans += kind == _SCAN
        if scans > MAX_SCANS:
            raise PhotoRefused("broken")
        place += int.from_bytes(content[place : place + 2], "big")


def _check_proportions(width: int, height: int) -> None:
    if width < SMALLEST_SIZE[0] or height < SMALLEST_SIZE[1]:
        raise PhotoRefused("too_small")
    if not RATIOS[0] <= width / height <= RATIOS[1]:
        raise PhotoRefused("wrong_ratio")


def _redraw(image: Image.Image, *, turn: bool) -> Image.Image:
    """The pixels, upright, on a new white image of the target size."""
    # JPEGs decode at a half, a quarter or an eighth where that still is twice what is needed.
    image.draft("RGB", (2 * TARGET_SIZE[1], 2 * TARGET_SIZE[1]))
    image.load()
    if turn:
        ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith(("I", "F")):
        raise PhotoRefused("wrong_format")  # 16 bits a pixel and more: scans, not photos
    opaque = not image.has_transparency_data
    # Surplus height goes at the bottom: hair matters more than a coat.
    fitted = ImageOps.fit(
        image.convert("RGB" if opaque else "RGBA"),
        TARGET_SIZE,
        Image.Resampling.LANCZOS,
        centering=(0.5, 0.0),
    )
    picture = Image.new("RGB", TARGET_SIZE, _WHITE)
    picture.paste(fitted, mask=None if opaque else fitted.getchannel("A"))
    return picture


def _advise(picture: Image.Image, width: int, height: int, size: int) -> list[AdviceCode]:
    findings: dict[AdviceCode, bool] = {
        "not_white_background": not _has_light_margin(picture),
        "low_resolution": width < ADVISED_SIZE[0] or height < ADVISED_SIZE[1],
        "file_large": size > ADVISED_BYTES,
    }
    return [code for code, found in findings.items() if found]


def _has_light_margin(picture: Image.Image) -> bool:
    """Whether the strips above and, in the upper half, beside the head are light in all three colours."""
    red, green, blue = picture.split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    width, middle = picture.width, picture.height // 2
    strips = ((0, 0, width, _MARGIN), (0, 0, _MARGIN, middle), (width - _MARGIN, 0, width, middle))
    light = total = 0
    for strip in strips:
        histogram = darkest.crop(strip).histogram()
        light += sum(histogram[_LIGHT:])
        total += sum(histogram)
    return light >= _LIGHT_SHARE * total
