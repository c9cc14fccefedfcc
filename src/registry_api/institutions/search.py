"""How institutions are found: by pieces of their name, its pinyin initials and their codes.

What people type is cut into pieces of one and two characters as well, and those pieces are looked up in
`institution.search_grams`, which has an index; the text itself then confirms what the pieces promise.
"""

from registry_api.kit.pinyin import pinyin_initials


def search_text(name: str, *codes: str | None) -> str:
    """The words by which an institution is found, in lower case and separated by spaces."""
    words = (name, pinyin_initials(name), *codes)
    return " ".join("".join(word.split()).casefold() for word in words if word)


def search_grams(text: str) -> list[str]:
    """Every one- and two-character piece of the words of `text`, each once, sorted."""
    return sorted(
        {word[at : at + size] for word in text.split() for size in (1, 2) for at in range(len(word))}
    )
