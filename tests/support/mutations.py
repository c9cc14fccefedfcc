"""Uploads that nobody means well with: each is made from good ones by chance, the same for the same seed."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from PIL import Image, ImageDraw

Mutation = Callable[[random.Random, list[bytes]], bytes]


def _picture(form: str, mode: str = "RGB", size: tuple[int, int] = (300, 420), **options: object) -> bytes:
    image = Image.new("RGB", size, (250, 250, 250))
    draw = ImageDraw.Draw(image)
    draw.ellipse((80, 60, 220, 250), fill=(205, 170, 150))
    draw.ellipse((20, 270, 280, 600), fill=(30, 40, 60))
    content = io.BytesIO()
    image.convert(mode).save(content, form, **options)
    return content.getvalue()


def good_ones() -> list[bytes]:
    """Uploads that the decoder takes, of every kind that it takes."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "canary"
    return [
        _picture("JPEG"),
        _picture("JPEG", progressive=True),
        _picture("JPEG", "L"),
        _picture("JPEG", "CMYK"),
        _picture("JPEG", size=(420, 300), exif=exif, comment=b"canary"),
        _picture("PNG"),
        _picture("PNG", "RGBA"),
        _picture("PNG", "P"),
    ]


def _flip_bits(chance: random.Random, seeds: list[bytes]) -> bytes:
    content = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 2, 8, 64))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


def _flip_header_bits(chance: random.Random, seeds: list[bytes]) -> bytes:
    content = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 6)):
        content[chance.randrange(min(200, len(content)))] = chance.randrange(256)
    return bytes(content)


def _truncate(chance: random.Random, seeds: list[bytes]) -> bytes:
    content = chance.choice(seeds)
    return content[: chance.randrange(len(content))]


def _cut_out(chance: random.Random, seeds: list[bytes]) -> bytes:
    content = chance.choice(seeds)
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randint(1, 400) :]


def _insert(chance: random.Random, seeds: list[bytes]) -> bytes:
    content = chance.choice(seeds)
    place = chance.randrange(len(content))
    return content[:place] + chance.randbytes(chance.randint(1, 400)) + content[place:]


def _repeat(chance: random.Random, seeds: list[bytes]) -> bytes:
    content = chance.choice(seeds)
    start = chance.randrange(len(content))
    end = min(len(content), start + chance.randint(1, 500))
    return content[:end] + content[start:end] * chance.randint(1, 50) + content[end:]


def _splice(chance: random.Random, seeds: list[bytes]) -> bytes:
    first, second = chance.choice(seeds), chance.choice(seeds)
    return first[: chance.randrange(len(first))] + second[chance.randrange(len(second)) :]


def _polyglot(chance: random.Random, seeds: list[bytes]) -> bytes:
    content = chance.choice(seeds)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("canary.txt", "canary")
    other = chance.choice(
        (
            b"<html><script>canary</script>",
            b"%PDF-1.7 canary",
            b"#!/bin/sh\ncanary\n",
            b"GIF89a canary",
            archive.getvalue(),
        )
    )
    return chance.choice((content + other, other + content, content[:20] + other + content[20:]))


def _another_type(chance: random.Random, _: list[bytes]) -> bytes:
    makers: tuple[Callable[[], bytes], ...] = (
        lambda: _picture("GIF", "P"),
        lambda: _picture("BMP"),
        lambda: _picture("TIFF"),
        lambda: _picture("WEBP"),
        lambda: _picture("ICO", size=(64, 64)),
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>canary</script></svg>',
        lambda: b"\x7fELF" + chance.randbytes(200),
        lambda: b"",
        lambda: "照片".encode() * chance.randint(1, 50),
        lambda: chance.randbytes(chance.randint(1, 5000)),
        lambda: b"\xff\xd8\xff" + chance.randbytes(300),
        lambda: b"\x89PNG\r\n\x1a\n" + chance.randbytes(300),
    )
    return chance.choice(makers)()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _bomb(chance: random.Random, seeds: list[bytes]) -> bytes:
    kind = chance.choice(("png", "text", "jpeg", "scans", "too long"))
    if kind == "png":
        side = chance.choice((5_000, 30_000, 2**31 - 1))
        header = struct.pack(">IIBBBBB", side, chance.choice((side, 1)), 8, chance.choice((0, 2, 6)), 0, 0, 0)
        body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(100_000))) + _chunk(b"IEND", b"")
        return b"\x89PNG\r\n\x1a\n" + body
    if kind == "text":
        png = seeds[5]
        text = _chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(8_000_000)))
        return png[:33] + text * chance.randint(1, 20) + png[33:]
    if kind == "jpeg":
        return _sized(seeds[0], chance.choice((20_000, 65_535)), chance.choice((20_000, 65_535)))
    if kind == "scans":
        return endless_scans(seeds[1], chance.choice((40, 2_000, 50_000)))
    return chance.choice(seeds) + bytes(5 * 1024 * 1024)


def _sized(jpeg: bytes, width: int, height: int) -> bytes:
    place = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:place] + struct.pack(">HH", height, width) + jpeg[place + 4 :]


def endless_scans(progressive: bytes, count: int) -> bytes:
    """The last scan of a progressive JPEG, again and again."""
    last = progressive[progressive.rindex(b"\xff\xda") : -2]
    return progressive[:-2] + last * count + progressive[-2:]


def _odd_size(chance: random.Random, _: list[bytes]) -> bytes:
    return _picture(
        chance.choice(("JPEG", "PNG")),
        size=(chance.choice((1, 200, 295, 600)), chance.choice((1, 412, 413, 900))),
    )


_MUTATIONS: tuple[Mutation, ...] = (
    *(_flip_bits, _flip_header_bits, _truncate, _cut_out, _insert, _repeat, _splice),
    *(_polyglot, _another_type, _bomb, _odd_size),
)


def mutated_uploads(count: int, *, seed: int = 20261125) -> Iterator[tuple[str, bytes]]:
    """The kind of mutation, and the upload; every kind comes in its turn."""
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    seeds = good_ones()
    for number in range(count):
        mutation = _MUTATIONS[number % len(_MUTATIONS)]
        yield mutation.__name__.strip("_"), mutation(chance, seeds)
