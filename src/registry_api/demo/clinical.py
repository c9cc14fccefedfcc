"""What 中医（专长）医师 are certified for: techniques, and conditions that go with them."""

from dataclasses import dataclass

from registry_api.demo.chance import Chance, Weighted
from registry_api.demo.words import WORDS

_SCHOOLS: Weighted[tuple[tuple[str, ...], tuple[str, ...]]] = Weighted(
    [
        ((tuple(school["techniques"].split()), tuple(school["conditions"].split())), school["weight"])
        for school in WORDS["schools"]
    ]
)


@dataclass(frozen=True, slots=True)
class Scope:
    """执业范围 as a certificate states it (Order 15 Art. 26): 技术方法 and 病证."""

    techniques: list[str]
    conditions: list[str]


def practice_scope(chance: Chance) -> Scope:
    """One to three techniques of one line of practice, and two to six conditions."""
    techniques, conditions = chance.draw(_SCHOOLS)
    return Scope(
        chance.several(techniques, chance.between(1, 3)), chance.several(conditions, chance.between(2, 6))
    )
