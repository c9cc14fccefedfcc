"""Makes the recordings of the spoken captcha: `captcha_voices.py`, with Debian's espeak-ng (1.51) on the machine.

Run once; the files are committed. espeak-ng is GPL-3.0-or-later; what it says is not a work derived from it, so the
recordings are under this project's licence.
"""

import math
import struct
import subprocess
import tempfile
import wave
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "src" / "registry_api" / "captchas" / "voices"
SYLLABLES = ("ling2", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3")
SPOKEN = dict(zip("023456789", SYLLABLES, strict=True))
"""No 1: written it is taken for 7, and spoken too (yi, qi)."""
RATE = 8000
CUTOFF_HZ = 3600
HALF_WIDTH = 24
PEAK = 110
"""Of 127, for 8 bits; the rest is for the noise."""


def main() -> None:
    """Writes voices/<digit>/cmn.wav: 8 kHz, mono, 8 bits, silence trimmed."""
    with tempfile.TemporaryDirectory() as scratch:
        for digit, word in SPOKEN.items():
            spoken = Path(scratch) / "spoken.wav"
            subprocess.run(
                ["espeak-ng", "-v", "cmn-latn-pinyin", "-s", "135", "-w", str(spoken), word], check=True
            )
            target = FOLDER / digit / "cmn.wav"
            target.parent.mkdir(parents=True, exist_ok=True)
            write(target, trimmed(resampled(*read(spoken))))
            print(target, target.stat().st_size)


def read(file: Path) -> tuple[list[int], int]:
    """Samples of a 16-bit mono file, and how many a second."""
    with wave.open(str(file)) as sound:
        frames = sound.readframes(sound.getnframes())
        return list(struct.unpack(f"<{len(frames) // 2}h", frames)), sound.getframerate()


def resampled(samples: list[int], rate: int) -> list[float]:
    """The samples at 8 kHz, by a windowed sinc that cuts off what 8 kHz cannot carry."""
    return [
        _sample_at(position * rate / RATE, samples, rate) for position in range(len(samples) * RATE // rate)
    ]


def _sample_at(where: float, samples: list[int], rate: int) -> float:
    total = 0.0
    for index in range(math.ceil(where) - HALF_WIDTH, math.floor(where) + HALF_WIDTH + 1):
        if 0 <= index < len(samples):
            apart = where - index
            angle = 2 * math.pi * CUTOFF_HZ / rate * apart
            sinc = math.sin(angle) / angle if apart else 1.0
            total += samples[index] * sinc * 0.5 * (1 + math.cos(math.pi * apart / (HALF_WIDTH + 1)))
    return total * 2 * CUTOFF_HZ / rate


def trimmed(samples: list[float]) -> list[float]:
    """Without the silence before and after: under a fortieth of the loudest."""
    floor = max(map(abs, samples)) / 40
    loud = [index for index, value in enumerate(samples) if abs(value) > floor]
    return samples[loud[0] : loud[-1] + 1]


def write(file: Path, samples: list[float]) -> None:
    """The samples, as loud as PEAK, in 8 bits."""
    scale = PEAK / max(map(abs, samples))
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(bytes(128 + round(value * scale) for value in samples))


if __name__ == "__main__":
    main()
