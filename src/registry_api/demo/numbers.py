"""Numbers that pass the published checks and belong to nobody."""

from datetime import date, timedelta

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {character: value for value, character in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_FIRST_BIRTH = date(1945, 1, 1)
_BIRTH_DAYS = (date(1998, 12, 31) - _FIRST_BIRTH).days + 1
_SERIALS = 999
# A prime above every factor of the space that is walked, so that the walk meets each place once.
_STRIDE = 5_000_000_029


def id_check_character(first_seventeen: str) -> str:
    """Check character of a 身份证 number (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def id_number(seed: int, index: int, counties: tuple[str, ...]) -> str:
    """The 身份证 number of person `index`: born 1945 to 1998 in one of `counties`, different for every index.

    Indices walk through all combinations of county, day and serial in a fixed stride: no two meet before the
    combinations are used up (some 8 billion for three provinces), and no list of given numbers is kept.
    """
    space = len(counties) * _BIRTH_DAYS * _SERIALS
    place = (index * _STRIDE + seed * 1_000_003) % space
    place, day = divmod(place, _BIRTH_DAYS)
    serial, county = divmod(place, len(counties))
    born = _FIRST_BIRTH + timedelta(days=day)
    first = f"{counties[county]}{born:%Y%m%d}{serial + 1:03d}"
    return first + id_check_character(first)


def birth_date(id_number: str) -> date:
    """Date of birth in a 身份证 number."""
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def sex_code(id_number: str) -> str:
    """GB/T 2261.1 code in a 身份证 number: an odd seventeenth digit is male."""
    return "1" if int(id_number[16]) % 2 else "2"


def organisation_code(serial: int) -> str:
    """A nine-character 组织机构代码 (GB 11714) from a number below 10**7; `X` stands for check value 10."""
    body = f"9{serial:07d}"
    total = sum(
        _ORGANISATION_ALPHABET.index(character) * weight
        for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)
    )
    check = 11 - total % 11
    return body + ("X" if check == 10 else "0" if check == 11 else str(check))


def credit_code(division_code: str, organisation: str, *, prefix: str = "12") -> str:
    """A 统一社会信用代码 (GB 32100): prefix 12 事业单位, 52 民办非企业, 91 企业, 92 个体."""
    body = prefix + division_code + organisation
    total = sum(
        _CREDIT_VALUES[character] * weight for character, weight in zip(body, _CREDIT_WEIGHTS, strict=True)
    )
    return body + _CREDIT_ALPHABET[(31 - total % 31) % 31]


def registration_number(
    organisation: str, division_code: str, economy: str, category: str, management: str
) -> str:
    """A 医疗机构登记号 of 22: organisation 9, division 6, economy 2, category 4, management 1."""
    return f"{organisation}{division_code}{economy}{category}{management}"
