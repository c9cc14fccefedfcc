"""Identity of a person: ID numbers, names, certificate numbers, and how they are masked. Pure rules."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from registry_api.kit.pinyin import pinyin_initials

# GB 11643-1999 (ISO 7064 MOD 11-2): weights of the first 17 digits, and the check characters by remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_OLDEST_YEARS = 120
# Provinces alone: county codes are abolished and split all the time, yet numbers issued under them stay.
# 81, 82, 83: residence permits of Hong Kong, Macao and Taiwan residents. A permanent residence card of a
# foreigner begins with 9, then the province.
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71)"
_REGION = re.compile(rf"{_PROVINCE}|8[1-3]|9{_PROVINCE}")

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_DOTS = re.compile(r"\s*[·•‧・･∙⋅]\s*")
# Han of all planes, and private use, where systems keep rare characters that they had no code for.
_HAN = r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\ufaff\U00020000-\U0003ffff]"
_SPACE_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
# Surnames whose reading begins with another letter than the character's usual one.
_SURNAME_INITIALS = {
    "单": "s",
    "曾": "z",
    "仇": "q",
    "查": "z",
    "解": "x",
    "区": "o",
    "覃": "q",
    "翟": "z",
    "乐": "y",
    "种": "c",
    "繁": "p",
    "折": "s",
    "秘": "b",
    "隗": "w",
    "祭": "z",
    "召": "s",
}

Refusal = Literal["wrong_length", "wrong_characters", "wrong_region", "wrong_birth_date", "wrong_check_digit"]


class IdNumberRefused(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The text is no ID number; `code` names the reason. It does not quote the text."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code: Refusal = code


@dataclass(frozen=True)
class IdNumber:
    """A checked ID number, and what it says about its holder."""

    number: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Literal["1", "2"]
    """GB/T 2261.1: 1 male, 2 female."""


def check_id_number(text: str, today: date) -> IdNumber:
    """The ID number in a text as people type it: full-width digits, spaces and a small x are fine.

    Checks the province, a birth date that is real, not after `today` and not more than 120 years back, and
    the check digit of GB 11643. Raises IdNumberRefused.
    """
    number = re.sub(r"\s", "", _INVISIBLE.sub("", text.translate(_FULL_WIDTH))).upper()
    if len(number) != 18:
        raise IdNumberRefused("wrong_length")
    if not _SHAPE.fullmatch(number):
        raise IdNumberRefused("wrong_characters")
    if not _REGION.match(number):
        raise IdNumberRefused("wrong_region")
    birth_date = _read_date(number[6:14])
    if birth_date is None or not today.year - _OLDEST_YEARS <= birth_date.year or birth_date > today:
        raise IdNumberRefused("wrong_birth_date")
    if number[17] != id_number_check_digit(number[:17]):
        raise IdNumberRefused("wrong_check_digit")
    return IdNumber(number, birth_date, "1" if int(number[16]) % 2 else "2")


def id_number_check_digit(first17: str) -> str:
    """The last character that GB 11643 gives to 17 digits: 0 to 9 or X."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def _read_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def mask_id_number(number: str) -> str:
    """`3701**********1234`: the first and last four characters."""
    return _mask(number, 4, 4)


def mask_phone(phone: str) -> str:
    """`138****5678`: the first three and last four characters."""
    return _mask(phone, 3, 4)


def mask_email(address: str) -> str:
    """`z***@example.cn`: the first character and the domain."""
    mailbox, _, domain = address.rpartition("@")
    return f"{mailbox[:1]}***@{domain}"


def mask_code(code: str) -> str:
    """A certificate number as first and last four characters: it may contain the holder's ID number."""
    return _mask(code, 4, 4)


def _mask(text: str, head: int, tail: int) -> str:
    """Stars for the middle; a text too short to hide at least as much as it shows is hidden whole."""
    hidden = len(text) - head - tail
    if hidden < 4:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[-tail:]


def normalise_name(name: str) -> str:
    """A name in the one form that is stored and compared; no character of a name is ever refused.

    NFC; every kind of middle dot becomes `·`; outer spaces go, spaces between Han characters too; other
    runs of spaces become one.
    """
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", name)).strip()
    text = _SPACE_BETWEEN_HAN.sub("", _DOTS.sub("·", text))
    return re.sub(r"\s+", " ", text)


def is_registered_name(registered: str, given: str) -> bool:
    """Whether a person's name is the one in the register, which may hold `?` where a character could not be typed.

    A run of question marks stands for as many characters or fewer, since some systems wrote one for each byte. They
    count in the register only: in a name that somebody gives, a question mark is no joker.
    """
    known, name = normalise_name(registered).casefold(), normalise_name(given).casefold()
    if known == name:
        return bool(name)
    runs = re.split(r"([?？]+)", known)
    pattern = "".join(
        f"[^?？]{{1,{len(run)}}}" if place % 2 else re.escape(run) for place, run in enumerate(runs)
    )
    # Question marks alone would be anybody.
    return len(runs) > 1 and any(runs[::2]) and re.fullmatch(pattern, name) is not None


def normalise_certificate(text: str) -> str:
    """A certificate number in the one form that is stored and compared: trimmed, half-width, upper-case.

    The numbers of 中医（专长）医师 follow no published scheme, so nothing is read from them.
    """
    return _INVISIBLE.sub("", text.translate(_FULL_WIDTH)).strip().upper()


def name_initials(name: str) -> str:
    """Pinyin initials of a person's name in lower-case ASCII, surnames by their own reading (单 is s)."""
    surname = _SURNAME_INITIALS.get(name[:1])
    return pinyin_initials(name) if surname is None else surname + pinyin_initials(name[1:])
