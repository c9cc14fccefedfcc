"""Mobile numbers in the one form that is stored, compared and sent to."""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PREFIX = re.compile(r"^(?:\+|00)86")
_INVISIBLE = re.compile(r"[\s\-\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
"""Spaces, hyphens, and the marks that come along when a number is copied from a contact card."""


def normal_phone(text: str) -> str | None:
    """The eleven digits of a mainland mobile number as people type it; None for anything else.

    Full-width digits, spaces, hyphens and the prefix +86 are fine. The SMS gateways reach no other country.
    """
    digits = _PREFIX.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    return digits if _MOBILE.fullmatch(digits) else None
