"""ID numbers of all who hold one are accepted, others refused; names and codes have one form."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.kit.pinyin import pinyin_initials
from registry_api.kit.texts import has_text
from registry_api.practitioners.identity import (
    IdNumber,
    IdNumberRefused,
    check_id_number,
    id_number_check_digit,
    is_registered_name,
    mask_code,
    mask_id_number,
    mask_phone,
    name_initials,
    normalise_certificate,
    normalise_name,
)

TODAY = date(2026, 11, 23)
STANDARD_EXAMPLE = "11010519491231002X"
REGIONS = ["110105", "370102", "650102", "710000", "810000", "820000", "830000", "914403"]


def number_of(first17: str) -> str:
    return first17 + id_number_check_digit(first17)


def refusal(text: str) -> str:
    with pytest.raises(IdNumberRefused) as refused:
        check_id_number(text, TODAY)
    assert str(refused.value) == refused.value.code
    assert has_text(f"id_number.{refused.value.code}")
    return refused.value.code


def test_the_example_of_the_standard_is_accepted() -> None:
    assert check_id_number(STANDARD_EXAMPLE, TODAY) == IdNumber(STANDARD_EXAMPLE, date(1949, 12, 31), "2")


@given(
    st.sampled_from(REGIONS),
    st.dates(date(1906, 1, 1), TODAY),
    st.integers(0, 999),
)
def test_every_well_formed_number_is_accepted_and_read(region: str, birth: date, serial: int) -> None:
    number = number_of(f"{region}{birth:%Y%m%d}{serial:03}")

    assert check_id_number(number, TODAY) == IdNumber(number, birth, "1" if serial % 2 else "2")


@given(st.sampled_from(REGIONS), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(region: str, serial: int, place: int, shift: int) -> None:
    number = number_of(f"{region}19900101{serial:03}")
    digits = "0123456789X" if place == 17 else "0123456789"
    wrong = digits[(digits.index(number[place]) + shift) % len(digits)]

    refusal(number[:place] + wrong + number[place + 1 :])


@given(st.integers(0, 999), st.integers(0, 15))
def test_two_swapped_digits_are_always_noticed(serial: int, place: int) -> None:
    number = number_of(f"37010219900101{serial:03}")
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    if swapped != number:
        refusal(swapped)


@pytest.mark.parametrize("county", ["110103", "110104", "370123", "512221", "320823"])
def test_county_codes_abolished_long_ago_are_accepted(county: str) -> None:
    assert check_id_number(number_of(f"{county}19750615123"), TODAY).birth_date == date(1975, 6, 15)


@pytest.mark.parametrize(
    "typed",
    [
        " 11010519491231002x ",
        "110105 19491231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105　19491231　002ｘ",
        "\ufeff11010519491231002X\u200b",
        "11010519491231002X\n",
    ],
)
def test_a_number_is_understood_as_people_type_it(typed: str) -> None:
    assert check_id_number(typed, TODAY).number == STANDARD_EXAMPLE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "wrong_length"),
        ("110105491231002", "wrong_length"),
        (STANDARD_EXAMPLE + "1", "wrong_length"),
        ("1101051949123100²X", "wrong_characters"),
        ("11010519491231００X2", "wrong_characters"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢٣", "wrong_characters"),
        (number_of("99010519491231002"), "wrong_region"),
        (number_of("16010519491231002"), "wrong_region"),
        (number_of("00010519491231002"), "wrong_region"),
        (number_of("84000019900101123"), "wrong_region"),
        (number_of("37010219900230123"), "wrong_birth_date"),
        (number_of("37010219901301123"), "wrong_birth_date"),
        (number_of("37010200000101123"), "wrong_birth_date"),
        (number_of("37010219051231123"), "wrong_birth_date"),
        (number_of(f"370102{TODAY + timedelta(days=1):%Y%m%d}123"), "wrong_birth_date"),
        ("110105194912310021", "wrong_check_digit"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(text: str, code: str) -> None:
    assert refusal(text) == code


@given(st.text(max_size=30))
def test_garbage_is_refused_and_nothing_else_happens(text: str) -> None:
    refusal(text)


def test_a_checked_number_does_not_print_itself() -> None:
    assert "1949" not in repr(check_id_number(STANDARD_EXAMPLE, TODAY))


def test_masks_show_both_ends_only() -> None:
    assert mask_id_number("370102199001011234") == "3701**********1234"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_code("202237110370102199001011234") == "2022*******************1234"


@given(st.text(max_size=40), st.sampled_from([mask_id_number, mask_phone, mask_code]))
def test_a_mask_keeps_the_length_and_never_shows_a_short_text(text: str, mask: object) -> None:
    assert callable(mask)
    masked = mask(text)

    assert len(masked) == len(text)
    if len(text) < 11:
        assert masked == "*" * len(text)
    assert masked.count("*") >= min(len(text), 4)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  张三 ", "张三"),
        ("张 三", "张三"),
        ("张　三", "张三"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提‧艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提 · 艾力", "买买提·艾力"),
        ("John   Smith", "John Smith"),
        ("𬱖 喆㛃", "𬱖喆㛃"),
        ("李\u200b四\ufeff", "李四"),
        ("Andre\u0301", "André"),
        ("〇一", "〇一"),
        ("王\ue001", "王\ue001"),
    ],
)
def test_a_name_has_one_form(typed: str, name: str) -> None:
    assert normalise_name(typed) == name


@given(st.text())
def test_normalising_a_name_twice_changes_nothing_more(name: str) -> None:
    once = normalise_name(name)

    assert normalise_name(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (" 中专医证字第００１号 ", "中专医证字第001号"),
        ("ａｂ１２-３", "AB12-3"),
        ("鲁zy（2022）0001", "鲁ZY(2022)0001"),
        ("　x　", "X"),
    ],
)
def test_a_certificate_number_has_one_form(typed: str, number: str) -> None:
    assert normalise_certificate(typed) == number


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("张三丰", "zsf"),
        ("单雄信", "sxx"),
        ("曾国藩", "zgf"),
        ("万俟卨", "mqx"),
        ("尉迟恭", "ycg"),
        ("买买提·艾力", "mmtal"),
        ("吕洞宾", "ldb"),
        ("欧阳锋", "oyf"),
        ("陶喆", "tz"),
        ("John Smith", ""),
        ("", ""),
    ],
)
def test_initials_follow_the_readings_of_names(name: str, initials: str) -> None:
    assert name_initials(name) == initials


def test_initials_of_places_follow_the_usual_readings() -> None:
    assert pinyin_initials("济南市历下区中医诊所A1") == "jnslxqzyzs"
    assert pinyin_initials("重庆长寿区") == "cqcsq"


@given(st.text())
def test_initials_are_ascii_letters(name: str) -> None:
    initials = name_initials(name)

    assert initials == "" or (initials.isascii() and initials.isalpha() and initials.islower())


@pytest.mark.parametrize(
    ("registered", "given", "same"),
    [
        ("王小明", "王小明", True),
        ("王 小明", "王小明", True),
        ("买买提•艾力", "买买提·艾力", True),
        ("王?", "王𬱖", True),
        ("王??", "王𬱖", True),
        ("王？明", "王喆明", True),
        ("王?", "王𬱖明", False),
        ("王小明", "王?明", False),
        ("王小明", "王小名", False),
        ("??", "王明", False),
        ("王?", "王?", True),
        ("", "", False),
    ],
)
def test_a_name_is_compared_as_the_register_could_write_it(registered: str, given: str, same: bool) -> None:
    assert is_registered_name(registered, given) is same
