"""Passwords that everybody thinks of, kept with the service: nothing is asked of anybody else (ASVS 5.0 6.2.12).

`tools/password_blocklist.py` makes the list and says where it comes from.
"""

import lzma
from functools import cache
from importlib.resources import files


def is_common(password: str) -> bool:
    """Whether the password, whatever its case, is on the list.

    Whole lines are compared in the text itself (3 MB, searched in less than a millisecond), because a set of as many
    strings would take each process ten times the memory.
    """
    folded = password.casefold()
    return folded.isalnum() and folded.isascii() and f"\n{folded}\n".encode() in _lines()


def count_common() -> int:
    """Number of passwords on the list."""
    return _lines().count(b"\n") - 1


@cache
def _lines() -> bytes:
    """Every password between line ends, read at the first call (40 ms)."""
    return lzma.decompress((files(__package__) / "common_passwords.txt.xz").read_bytes())
