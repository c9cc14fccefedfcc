"""5,000 uploads that nobody means well with (`--nightly`; 800 otherwise): decoded or refused in words, nothing else."""

import io
import time
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image

from registry_api.photos.decoder import (
    TARGET_SIZE,
    DecodedPhoto,
    PhotoRefused,
    RefusalCode,
    decode_evidence,
    decode_photo,
)
from tests.support.mutations import endless_scans, good_ones, mutated_uploads

SLACK_BYTES = 96 * 1024 * 1024
"""What allocators keep; a leak of a picture each would be a hundred times as much."""


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


def outcome(content: bytes) -> str:
    """A refusal's code, or `decoded` for a picture of our own making that holds nothing of what was sent with it."""
    try:
        photo = decode_photo(content)
    except PhotoRefused as refused:
        return refused.code
    check(photo)
    return "decoded"


def check(photo: DecodedPhoto) -> None:
    image = Image.open(io.BytesIO(photo.jpeg))
    image.load()
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", TARGET_SIZE)
    assert not image.getexif()
    assert b"canary" not in photo.jpeg


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_whatever_is_uploaded_is_decoded_or_refused_in_words_and_leaves_no_memory(
    pytestconfig: pytest.Config,
) -> None:
    count = 5_000 if pytestconfig.getoption("--nightly") else 800
    found: Counter[tuple[str, str]] = Counter()
    held = 0
    for number, (kind, content) in enumerate(mutated_uploads(count)):
        found[kind, outcome(content)] += 1
        if number == 200:
            held = resident()

    codes = {code for _, code in found}
    assert codes <= {"decoded", *get_args(RefusalCode)}
    # Every reason is met, and some uploads are still a photo.
    assert codes == {"decoded", *get_args(RefusalCode)}
    assert resident() - held < SLACK_BYTES


def test_a_small_file_cannot_keep_the_decoder_busy() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (3_900, 5_500), "white").save(picture, "JPEG", progressive=True, quality=30)
    endless = endless_scans(picture.getvalue(), 20_000)

    started = time.process_time()
    for decode in (decode_photo, decode_evidence):
        with pytest.raises(PhotoRefused, match="broken"):
            decode(endless)
    assert time.process_time() - started < 2


def test_good_ones_of_every_kind_are_taken() -> None:
    assert {outcome(content) for content in good_ones()} == {"decoded"}
