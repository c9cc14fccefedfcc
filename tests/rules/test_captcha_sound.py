"""The sound of a captcha says its digits, in their order."""

import wave
from itertools import pairwise

import pytest

from registry_api.captchas import sound
from registry_api.captchas.issue import DIGITS


def recording(digit: str) -> bytes:
    with wave.open(str(sound.VOICES / digit / "cmn.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 1)
        return bytes(file.readframes(file.getnframes()))


def test_every_digit_has_a_short_recording() -> None:
    assert {folder.name for folder in sound.VOICES.iterdir()} == set(DIGITS)
    for digit in DIGITS:
        assert 1500 < len(recording(digit)) < 6000
    assert len({recording(digit) for digit in DIGITS}) == len(DIGITS)


@pytest.mark.parametrize("digits", ["02345", "98765", "00770"])
def test_the_recordings_follow_each_other(monkeypatch: pytest.MonkeyPatch, digits: str) -> None:
    """Without hiss, murmur and changes of pace, the recordings themselves are in the file."""
    monkeypatch.setattr(
        sound.DigitVoices,
        "create_background_noise",
        lambda _self, length, _chars: bytearray(b"\x80" * length),
    )
    monkeypatch.setattr(sound.DigitVoices, "_twist_pick", lambda self, digit: self._cache[digit][0])
    heard = sound.speak(digits)
    starts = []
    start = 0
    for digit in digits:
        start = heard.index(recording(digit), start)
        starts.append(start)
        start += len(recording(digit))
    for digit, (start, following) in zip(digits, pairwise(starts), strict=False):
        pause = following - start - len(recording(digit))
        assert 0.6 <= pause / 8000 <= 1.2


def test_two_sounds_of_the_same_digits_differ() -> None:
    assert sound.speak("02345") != sound.speak("02345")
