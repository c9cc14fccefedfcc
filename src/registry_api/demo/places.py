"""The three provinces of the demonstration: their divisions, telephone areas and postcodes."""

from dataclasses import dataclass
from functools import cache

from registry_api.demo.words import word_list
from registry_api.institutions.divisions import DivisionRow, read_divisions

PROVINCES = ("370000", "330000", "510000")

_ROADS = word_list("places", "roads")
_NUMBERS = word_list("places", "areas")
# City: telephone area, postcode.
_AREAS = dict(zip(_NUMBERS[::3], zip(_NUMBERS[1::3], _NUMBERS[2::3], strict=True), strict=True))


@dataclass(frozen=True, slots=True)
class Place:
    """A division in force with what its offices need to know of its surroundings."""

    code: str
    name: str
    level: int
    parent: "Place | None"

    @property
    def province(self) -> str:
        """Six-digit code of the province."""
        return f"{self.code[:2]}0000"

    @property
    def title(self) -> str:
        """The name by which its offices go: districts add their city."""
        if self.level == 3 and self.name.endswith("区") and self.parent is not None:
            return self.parent.name + self.name
        return self.name

    @property
    def path(self) -> str:
        """Names from the province down."""
        return (self.parent.path if self.parent else "") + self.name

    @property
    def area(self) -> str:
        """Telephone area; a province uses that of its capital."""
        return _AREAS[self.code[:4] if self.level > 1 else f"{self.code[:2]}01"][0]

    @property
    def postcode(self) -> str:
        """Postcode of the city's seat."""
        return _AREAS[self.code[:4] if self.level > 1 else f"{self.code[:2]}01"][1]

    def address(self, road: float, number: int) -> str:
        """A street address here; `road` in [0, 1) chooses the road."""
        return f"{self.path}{_ROADS[int(road * len(_ROADS))]}{number}号"

    def landline(self, number: int) -> str:
        """A telephone number here; `number` below 10,000 fills a block that is kept for the demonstration."""
        return f"{self.area}-5550{number:04d}"


@cache
def places() -> dict[str, Place]:
    """The divisions in force of the three provinces, by code, parents first."""
    found: dict[str, Place] = {}
    for row in read_divisions():
        if row.valid_to is None and f"{row.code[:2]}0000" in PROVINCES:
            found[row.code] = _place(row, found)
    return found


def _place(row: DivisionRow, found: dict[str, Place]) -> Place:
    return Place(row.code, row.name, row.level, found[row.parent_code] if row.parent_code else None)


@cache
def counties() -> tuple[str, ...]:
    """Codes of the counties of the three provinces."""
    return tuple(code for code, place in places().items() if place.level == 3)
