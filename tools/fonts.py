"""Makes the fonts of printed documents, src/registry_api/printing/fonts/, from an npm package of Noto Serif SC.

    npm pack @expo-google-fonts/noto-serif-sc@0.4.3 && tar xzf expo-google-fonts-noto-serif-sc-0.4.3.tgz
    python tools/fonts.py package/

Run once; the files are committed, so that no registry is asked for a font at run time. The regular face keeps all that
the font has (27,797 Han characters: the block, Extension A, a few hundred of B and later), since a person's name may
hold any of them. The bold face, for headings, keeps GB 2312, the 8,105 of 通用规范汉字表 (国发〔2013〕23号) and
punctuation. Hints go: what is printed or drawn large needs none.

general_standard_characters.txt is `kTGH` of Unicode's Unihan database 14.0 (Unicode licence), in the table's order.
"""

import hashlib
import shutil
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "src" / "registry_api" / "printing" / "fonts"
STANDARD = Path(__file__).with_name("general_standard_characters.txt")
REGULAR = "400Regular/NotoSerifSC_400Regular.ttf"
BOLD = "700Bold/NotoSerifSC_700Bold.ttf"
# ASCII, Latin-1, general punctuation, letter-like and number forms, CJK punctuation, full-width forms.
MARKS = ((0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x205E), (0x2100, 0x218F), (0x3000, 0x303F), (0xFF00, 0xFFEF))


def main(package: Path) -> None:
    """Writes both faces, the licence and SHA256SUMS."""
    TARGET.mkdir(parents=True, exist_ok=True)
    write(package / REGULAR, TARGET / "NotoSerifSC-Regular.ttf", None)
    write(package / BOLD, TARGET / "NotoSerifSC-Bold.ttf", bold_characters())
    shutil.copyfile(package / "LICENSE_FONT", TARGET / "OFL.txt")
    names = sorted(path.name for path in TARGET.iterdir() if path.suffix in {".ttf", ".txt"})
    sums = [f"{hashlib.sha256((TARGET / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (TARGET / "SHA256SUMS").write_text("".join(sums), encoding="ascii")


def standard_characters() -> str:
    """The 8,105 characters of 通用规范汉字表."""
    return "".join(STANDARD.read_text(encoding="utf-8").split())


def bold_characters() -> set[int]:
    """Code points that the bold face keeps."""
    marks = {code for first, last in MARKS for code in range(first, last + 1)}
    return marks | {ord(one) for one in standard_characters() + "".join(_gb2312())}


def _gb2312() -> list[str]:
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return [pair.decode("gb2312", errors="ignore") for pair in pairs]


def write(source: Path, target: Path, characters: set[int] | None) -> None:
    """Writes a face with those characters that the source has; all of them for None."""
    options = Options()
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = ["*"]
    options.recalc_timestamp = False
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters or set(font.getBestCmap()))
    subsetter.subset(font)
    font.save(target)
    print(target.name, len(font.getBestCmap()), "characters", target.stat().st_size, "bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
