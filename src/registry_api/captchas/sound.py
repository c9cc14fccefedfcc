"""The sound of a captcha: its digits in Mandarin, over a murmur.

`captcha`'s own mixture takes 184 ms of Python and 110 kB, pauses up to three seconds between digits and murmurs as
loud as it speaks. This one keeps its voices, their changes of pace and loudness, and its beeps.
"""

import secrets
from functools import cache
from pathlib import Path

from captcha.audio import BEEP, END_BEEP, SILENCE, WAVE_SAMPLE_RATE, AudioCaptcha, change_speed, mix_wave

VOICES = Path(__file__).with_name("voices")
_HISS = bytes(126 + value % 4 for value in range(256))
_PAUSE_SAMPLES = (WAVE_SAMPLE_RATE * 6 // 10, WAVE_SAMPLE_RATE * 12 // 10)
"""Shortest and longest pause: time to type a digit."""


def _loudness(percent: int) -> bytes:
    """A table that makes 8-bit samples louder or quieter: 128 is silence."""
    return bytes(min(255, max(0, 128 + (value - 128) * percent // 100)) for value in range(256))


_QUIET = _loudness(15)


class DigitVoices(AudioCaptcha):
    """The recordings, and how they are mixed; 8 kHz, mono, 8 bits."""

    def __init__(self) -> None:
        super().__init__(str(VOICES))
        self.load()

    def create_wave_body(self, chars: str) -> bytearray:
        """A beep, the digits with pauses over a murmur, and a last beep."""
        voices = [self._twist_pick(digit) for digit in chars]
        pauses = [_between(*_PAUSE_SAMPLES) for _ in range(len(voices) + 1)]
        body = self.create_background_noise(sum(map(len, voices)) + sum(pauses), chars)
        start = pauses[0]
        for voice, pause in zip(voices, pauses[1:], strict=True):
            end = start + len(voice)
            body[start:end] = mix_wave(voice, body[start:end])
            start = end + pause
        return BEEP + SILENCE + body + END_BEEP

    def create_background_noise(self, length: int, chars: str) -> bytearray:  # noqa: ARG002 (as the library calls it)
        """Hiss, and recordings played backwards that say nothing."""
        noise = bytearray(secrets.token_bytes(length).translate(_HISS))
        start = 0
        while start < length:
            murmur = self._noise_pick()[: length - start]
            end = start + len(murmur)
            noise[start:end] = mix_wave(murmur, noise[start:end])
            start = end + _between(0, WAVE_SAMPLE_RATE // 2)
        return noise

    def _twist_pick(self, key: str) -> bytearray:
        voice = change_speed(secrets.choice(self._cache[key]), _between(90, 120) / 100)
        return voice.translate(_loudness(_between(80, 115)))

    def _noise_pick(self) -> bytearray:
        return secrets.choice(self._cache[secrets.choice(self.choices)])[::-1].translate(_QUIET)


def _between(least: int, most: int) -> int:
    return least + secrets.randbelow(most - least + 1)


@cache
def _voices() -> DigitVoices:
    return DigitVoices()


def speak(digits: str) -> bytes:
    """A WAV of the digits, another one at every call; for a thread (measured: 13 ms)."""
    return bytes(_voices().generate(digits))
