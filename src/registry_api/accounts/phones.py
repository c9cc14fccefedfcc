"""Mobile numbers in the one form that is stored, compared and sent to."""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

_INVISIBLE = re.compile(r"[\s\-\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
"""Spaces, hyphens, and the marks that come along when a number is copied from a contact card."""
_MAINLAND = re.compile(r"(?:(?:\+|00)86)?(1[3-9][0-9]{9})")
"""By its form alone: carriers get new blocks of numbers before a library's tables know them."""
_COUNTRIES = frozenset((852, 853, 886))
"""Hong Kong, Macao, Taiwan: doctors with residence permits have phones from there."""
_LONGEST = 40


def normal_phone(text: str) -> str | None:
    """The eleven digits of a mainland mobile number, or `+852…`, `+853…`, `+886…`; None for anything else.

    Full-width digits, spaces, hyphens and the prefixes +86 and 0086 are fine.
    """
    typed = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    mainland = _MAINLAND.fullmatch(typed)
    if mainland is not None:
        return mainland[1]
    if not typed.isascii() or len(typed) > _LONGEST:
        return None
    try:
        number = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException:
        return None
    mobile = phonenumbers.number_type(number) in (
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )
    if number.country_code not in _COUNTRIES or not mobile or number.extension:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
