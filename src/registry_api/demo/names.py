"""Synthetic names: the spread of real ones, rare characters and names with `·` among them."""

from registry_api.demo.chance import Chance, Weighted
from registry_api.demo.words import WORDS, characters, word_list

# GB/T 3304
HAN, HUI, TIBETAN, UYGHUR, YI, MANCHU, TUJIA, SHE, QIANG = (
    "01",
    "03",
    "04",
    "05",
    "07",
    "11",
    "15",
    "22",
    "33",
)

_PEOPLES: dict[str, Weighted[str]] = {
    "37": Weighted([(HAN, 985), (HUI, 10), (MANCHU, 3), (UYGHUR, 2)]),
    "33": Weighted([(HAN, 985), (SHE, 8), (HUI, 3), (TUJIA, 3), (UYGHUR, 1)]),
    "51": Weighted([(HAN, 925), (YI, 33), (TIBETAN, 25), (QIANG, 6), (HUI, 4), (TUJIA, 4), (UYGHUR, 3)]),
}

_SURNAMES: Weighted[str] = Weighted(
    [
        *((name, share) for share, names in WORDS["names"]["surnames"] for name in names),
        *((name, 0.3) for name in word_list("names", "double_surnames")),
    ]
)
RARE_CHARACTERS = characters("names", "rare")
_EITHER = characters("names", "either")
# By whether the person is male, and born in or after 1978.
_GIVEN = {
    (True, False): characters("names", "male_old"),
    (True, True): characters("names", "male_young"),
    (False, False): characters("names", "female_old"),
    (False, True): characters("names", "female_young"),
}
_UYGHUR = {True: word_list("names", "uyghur_male"), False: word_list("names", "uyghur_female")}
_UYGHUR_FATHERS = word_list("names", "uyghur_fathers")
_YI = {True: word_list("names", "yi_male"), False: word_list("names", "yi_female")}
_YI_CLANS = word_list("names", "yi_clans")
_TIBETAN = {True: word_list("names", "tibetan_male"), False: word_list("names", "tibetan_female")}
_TIBETAN_FIRST = word_list("names", "tibetan_first")


def ethnicity(chance: Chance, province: str) -> str:
    """A GB/T 3304 code, as likely as in the province with that two-digit code."""
    return chance.draw(_PEOPLES[province])


def personal_name(chance: Chance, sex: str, birth_year: int, ethnicity_code: str) -> str:
    """A name that a person of that sex (GB/T 2261.1), year of birth and people might have."""
    male = sex == "1"
    if ethnicity_code == UYGHUR:
        return f"{chance.pick(_UYGHUR[male])}·{chance.pick(_UYGHUR_FATHERS)}"
    if ethnicity_code == YI and chance.happens(0.7):
        return chance.pick(_YI_CLANS) + chance.pick(("·", "")) + chance.pick(_YI[male])
    if ethnicity_code == TIBETAN:
        return chance.pick(_TIBETAN_FIRST) + chance.pick(_TIBETAN[male])
    return chance.draw(_SURNAMES) + _given_name(chance, male, birth_year >= 1978)


def _given_name(chance: Chance, male: bool, young: bool) -> str:
    pool = _GIVEN[male, young]
    single = chance.happens(0.35 if young else 0.15)
    if chance.happens(0.012):
        rare = chance.pick(RARE_CHARACTERS)
        return rare if single else chance.pick((rare + chance.pick(_EITHER), chance.pick(pool) + rare))
    first = chance.pick(pool)
    if single:
        return first
    return first + chance.pick(_EITHER if chance.happens(0.15) else pool)


def staff_name(chance: Chance) -> str:
    """A name of somebody who works in an office; their other particulars do not matter."""
    return personal_name(chance, chance.pick(("1", "2")), chance.between(1968, 1998), HAN)
