"""Mobile numbers in the one form that is stored, compared and sent to."""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

_INVISIBLE = re.compile(r"[\s\-\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
"""Spaces, hyphens, and the marks that come along when a number is copied from a contact card."""
_CHINA = 86
_COUNTRIES = frozenset((_CHINA, 852, 853, 886))
"""Mainland, Hong Kong, Macao, Taiwan: doctors with residence permits have phones from there."""
_LONGEST = 40


def normal_phone(text: str) -> str | None:
    """The eleven digits of a mainland mobile number, or `+852…`, `+853…`, `+886…`; None for anything else.

    Full-width digits, spaces, hyphens and the prefixes +86 and 0086 are fine.
    """
    typed = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
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
    if number.country_code == _CHINA:
        return str(number.national_number)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
