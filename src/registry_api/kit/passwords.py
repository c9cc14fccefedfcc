"""Passwords: hashing with Argon2id in a bounded pool, and the rules a new password must meet."""

import asyncio
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from passlib.context import CryptContext

from registry_api.kit.blocklist import is_common
from registry_api.kit.roles import Realm

T = TypeVar("T")

# OWASP's recommended minimum for Argon2id: 19 MiB, two passes, one lane.
_CONTEXT = CryptContext(["argon2"], argon2__time_cost=2, argon2__memory_cost=19456, argon2__parallelism=1)
# Two at a time: a flood of sign-ins waits in line instead of taking 19 MiB and a core each.
_POOL = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")

_DUMMY_HASH = str(_CONTEXT.hash("nobody has this password"))

# Longer input is refused before it is hashed; no rule admits it.
_LONGEST = 1024

DOCTOR_LENGTH = (6, 16)
STAFF_LENGTH = (12, 64)
_RUN = 4


async def hash_password(password: str) -> str:
    """The Argon2id hash of a password, salt and cost included."""
    return await _in_pool(lambda: str(_CONTEXT.hash(password)))


async def verify_password(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Whether the password matches, and a new hash if the old one should be replaced.

    `None` stands for an unknown user: a dummy hash is verified, so that the answer takes as long.
    A hash of an unknown form counts as not matching.
    """
    if len(password) > _LONGEST:
        password, password_hash = "", None
    return await _in_pool(lambda: _verify(password, password_hash))


def _verify(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    if password_hash is None or _CONTEXT.identify(password_hash) is None:
        _CONTEXT.verify(password, _DUMMY_HASH)
        return False, None
    matches, replacement = _CONTEXT.verify_and_update(password, password_hash)
    return bool(matches), replacement


async def _in_pool(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_POOL, work)


def password_faults(password: str, realm: Realm, personal: Sequence[str]) -> list[str]:
    """Codes of every rule that a new password breaks; empty if it may be used.

    Doctors: 6 to 16 ASCII letters and digits with at least one of each, as the manual says; longer ones are
    refused, never cut. Staff: 12 to 64 characters of any kind (NIST SP 800-63B). Nobody: a password that is on
    the blocklist, or derived from `personal`, the person's name, its pinyin, ID number, birth date, phone, login name.

    Codes: too_short, too_long, not_letters_and_digits, no_letter, no_digit, single_character, common, personal.
    """
    shortest, longest = DOCTOR_LENGTH if realm == "doctor" else STAFF_LENGTH
    rules = {
        "too_short": len(password) < shortest,
        "too_long": len(password) > longest,
        "single_character": len(set(password)) == 1,
        "common": is_common(password),
        "personal": _derives_from(password, personal),
    }
    if realm == "doctor":
        rules |= {
            "not_letters_and_digits": re.fullmatch(r"[A-Za-z0-9]*", password) is None,
            "no_letter": re.search(r"[A-Za-z]", password) is None,
            "no_digit": re.search(r"[0-9]", password) is None,
        }
    return [code for code, broken in rules.items() if broken]


def _derives_from(password: str, personal: Sequence[str]) -> bool:
    """Whether fewer than four characters remain once everything personal is taken out.

    Personal is any run of four characters that also occurs in a personal text (the end of an ID number, a
    year of birth), and any shorter personal text as a whole. Case and punctuation make no difference.
    """
    folded = _fold(password)
    taken: set[int] = set()
    for text in map(_fold, personal):
        length = min(_RUN, len(text))
        for start in range(len(folded) - length + 1):
            if folded[start : start + length] in text:
                taken.update(range(start, start + length))
    return bool(taken) and len(folded) - len(taken) < _RUN


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
