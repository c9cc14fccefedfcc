"""What people write: opinions and reasons of the desks, and the printed form of the applicant."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from registry_api.demo.chance import Chance, Weighted
from registry_api.demo.places import Place
from registry_api.demo.words import WORDS, word_list


class Opinion(NamedTuple):
    """A comment, and comments pinned to fields as the API takes them."""

    comment: str
    field_comments: list[dict[str, str]]


_OPINIONS: dict[str, Sequence[Opinion]] = {
    action: tuple(
        Opinion(entry, [])
        if isinstance(entry, str)
        else Opinion(entry["comment"], [{"pointer": at, "comment": text} for at, text in entry["fields"]])
        for entry in entries
    )
    for action, entries in WORDS["opinions"].items()
}
_SILENCE = Opinion("", [])


def opinion(chance: Chance, action: str) -> Opinion:
    """What somebody says who performs `action`; empty for actions that are performed without words."""
    choices = _OPINIONS.get(action)
    return chance.pick(choices) if choices else _SILENCE


# GB/T 4658, and 传统医学师承和确有专长 as the printed form offers it.
_EDUCATION: Weighted[str] = Weighted(
    [("10", 2), ("20", 9), ("30", 22), ("40", 24), ("60", 14), ("70", 13), ("80", 4), ("apprenticeship", 12)]
)
_SCHOOLED = ("10", "20", "30", "40")
_SCHOOLS = {province: word_list("careers", f"schools_{province}") for province in ("37", "33", "51")}
_MAJORS = word_list("careers", "majors")
_POSTS = word_list("careers", "posts")
_UNITS = word_list("careers", "units")
_VILLAGES = word_list("offices", "towns")
_BRANDS = word_list("offices", "clinics")
_WITNESSES = word_list("names", "witnesses")


def registration_form(
    chance: Chance, *, sex: str, ethnicity: str, born: int, qualified: int, home: Place
) -> dict[str, Any]:
    """The printed form of 执业注册, filled in completely; `born` and `qualified` are years."""
    education = chance.draw(_EDUCATION)
    schooled = education in _SCHOOLED
    house = f"{chance.between(1, 60)}号楼{chance.between(1, 5)}单元{chance.between(101, 1802)}室"
    return {
        "sex": sex,
        "ethnicity": ethnicity,
        "education": education,
        "school": chance.pick(_SCHOOLS[home.code[:2]]) if schooled else "",
        "major": chance.pick(_MAJORS) if schooled else "",
        "home_address": f"{home.path}{chance.pick(_VILLAGES)}街道{house}",
        "postcode": home.postcode,
        "health": "健康" if chance.happens(0.9) else "良好",
        "administrative_post": "",
        "professional_title": "",
        "work_history": work_history(chance, max(born + 18, qualified - 20), qualified, home.title),
        "assessment": WORDS["careers"]["assessment"].format(year=qualified - 1),
        "penalties": "无",
        "remarks": "",
        "no_bar_declaration": True,
    }


def before_correction(form: dict[str, Any], field_comments: list[dict[str, str]]) -> dict[str, Any]:
    """The form with the defects that the comments name."""
    named = {one["pointer"].removeprefix("/payload/form/") for one in field_comments}
    defects = {
        "work_history": [period | {"witness": ""} for period in form["work_history"]],
        "postcode": "000000",
    }
    return form | {name: defects.get(name, "") for name in named}


def work_history(chance: Chance, start: int, end: int, place: str) -> list[dict[str, str]]:
    """One to three periods near `place` that follow each other from the year `start` to the year `end`."""
    years = {start, end, *(chance.between(start, end) for _ in range(chance.between(0, 2)))}
    return [
        {
            "from": f"{first}-07",
            "to": f"{last}-06",
            "unit": place
            + chance.pick(_UNITS).format(village=chance.pick(_VILLAGES), name=chance.pick(_BRANDS)),
            "post": chance.pick(_POSTS),
            "witness": chance.pick(_WITNESSES),
        }
        for first, last in pairwise(sorted(years))
    ]
