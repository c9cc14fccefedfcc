"""What may be registered: rules on the person, the login name and the password. Pure."""

import re
from collections.abc import Sequence
from datetime import date

from registry_api.kit.passwords import DOCTOR_LENGTH, password_faults
from registry_api.kit.pinyin import pinyin_syllables
from registry_api.kit.texts import Language, text
from registry_api.practitioners.identity import IdNumber, IdNumberRefused, check_id_number

FULL_AGE = 18
"""完全民事行为能力 (民法典 17, 18; 医师法 16)."""
_LOGIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,19}")
_LIKE_A_NUMBER = re.compile(r"[0-9]{11}")

Fault = dict[str, str]
"""An entry of `InvalidBody.errors`."""


def check_person(id_number: str, today: date, language: Language) -> tuple[IdNumber | None, list[Fault]]:
    """The ID number of somebody who is of age on `today` (Asia/Shanghai), or what is wrong with it."""
    try:
        checked = check_id_number(id_number, today)
    except IdNumberRefused as refused:
        return None, [
            {
                "pointer": "/id_number",
                "code": refused.code,
                "message": text(f"id_number.{refused.code}", language),
            }
        ]
    born = checked.birth_date
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age < FULL_AGE:
        return None, [{"pointer": "/id_number", "code": "under_age"}]
    return checked, []


def login_name_faults(login_name: str) -> list[Fault]:
    """A letter, then letters, digits and underscores, 4 to 20 in all, and nothing like a phone or an ID number.

    A login name is typed where a phone may be typed as well, so it never begins with a digit.
    """
    if _LOGIN_NAME.fullmatch(login_name) is None:
        return [{"pointer": "/login_name", "code": "wrong_login_name"}]
    if _LIKE_A_NUMBER.search(login_name):
        return [{"pointer": "/login_name", "code": "login_name_like_number"}]
    return []


def new_password_faults(
    password: str, confirmation: str, personal: Sequence[str], language: Language
) -> list[Fault]:
    """What is wrong with a doctor's first password; see `kit.passwords.password_faults`."""
    shortest, longest = DOCTOR_LENGTH
    faults: list[Fault] = [
        {
            "pointer": "/password",
            "code": code,
            "message": text(f"password.{code}", language, shortest=shortest, longest=longest),
        }
        for code in password_faults(password, "doctor", personal)
    ]
    if password != confirmation:
        faults.append({"pointer": "/password_confirmation", "code": "not_the_same"})
    return faults


def personal_words(name: str, id_number: str, *others: str | None) -> list[str]:
    """What the password must not be made of: the name and its pinyin both ways round, numbers, login name, mailbox."""
    syllables = pinyin_syllables(name)
    pinyin = ["".join(syllables), "".join(syllables[1:] + syllables[:1])]
    return [one for one in (name, *pinyin, id_number, *others) if one]
