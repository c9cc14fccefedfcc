"""Pinyin initials, by which people look for names."""

import re


def pinyin_initials(text: str) -> str:
    """The first letter of each character's reading, lower-case ASCII; what has no reading is left out.

    "济南市历下区" gives "jnslxq". The dictionary is loaded at the first call (0.3 s, 30 MB).
    """
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 (heavy, and most processes never need it)

    return re.sub(r"[^a-z]", "", "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore")))


def pinyin_syllables(text: str) -> list[str]:
    """The reading of each character without tones, lower-case ASCII: "张伟" gives "zhang", "wei"."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 (heavy, and most processes never need it)

    return [re.sub(r"[^a-z]", "", one) for one in lazy_pinyin(text.casefold(), v_to_u=False, errors="ignore")]
