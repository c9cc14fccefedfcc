"""Authorities and institutions of the demonstration."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from registry_api.demo.chance import Chance, Weighted
from registry_api.demo.numbers import credit_code, organisation_code, registration_number
from registry_api.demo.places import PROVINCES, Place, places
from registry_api.demo.words import word_list

Level = Literal["province", "city", "county"]
LEVELS: dict[int, Level] = {1: "province", 2: "city", 3: "county"}
OPENED = datetime(2020, 1, 2, 1, tzinfo=UTC)
"""When the offices of the demonstration were entered; everything else is later."""


@dataclass(frozen=True, slots=True)
class DemoAuthority:
    """An office that registers, with the fields of the table of that name."""

    id: UUID
    name: str
    level: Level
    division_code: str
    superior_id: UUID | None
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class DemoInstitution:
    """A medical institution and the office that approved it."""

    index: int
    id: UUID
    name: str
    credit_code: str
    registration_number: str
    licence_type: str
    division_code: str
    authority: DemoAuthority
    address: str
    postcode: str
    phone: str
    status: str

    @property
    def province(self) -> str:
        """Six-digit code of the province."""
        return f"{self.division_code[:2]}0000"


@dataclass(frozen=True, slots=True)
class DemoOffices:
    """All offices of the demonstration."""

    authorities: list[DemoAuthority]
    institutions: list[DemoInstitution]

    @property
    def anchors(self) -> list[DemoInstitution]:
        """The institutions whose logins are published; they are the first."""
        return self.institutions[: len(ANCHORS)]


# Which office registers is each province's own arrangement: 行政审批服务局 are common in 山东.
_OFFICE_NAMES: dict[str, dict[Level, Weighted[str]]] = {
    "370000": {
        "province": Weighted([("卫生健康委员会", 1)]),
        "city": Weighted([("行政审批服务局", 3), ("卫生健康委员会", 1)]),
        "county": Weighted([("行政审批服务局", 3), ("卫生健康局", 2)]),
    },
    "330000": {
        "province": Weighted([("中医药管理局", 1)]),
        "city": Weighted([("卫生健康委员会", 1)]),
        "county": Weighted([("卫生健康局", 1)]),
    },
    "510000": {
        "province": Weighted([("中医药管理局", 1)]),
        "city": Weighted([("中医药管理局", 1), ("卫生健康委员会", 2)]),
        "county": Weighted([("卫生健康局", 4), ("中医药管理局", 1), ("行政审批局", 1)]),
    },
}


def demo_authorities(seed: int) -> list[DemoAuthority]:
    """One registering office for each province, city and county of the three provinces, superiors first."""
    found: dict[str, DemoAuthority] = {}
    for position, place in enumerate(places().values()):
        chance = Chance(seed, "office", position)
        level = LEVELS[place.level]
        superior = found[place.parent.code] if place.parent else None
        found[place.code] = DemoAuthority(
            id=chance.id_at(OPENED + timedelta(minutes=position)),
            name=place.title + chance.draw(_OFFICE_NAMES[place.province][level]),
            level=level,
            division_code=place.code,
            superior_id=superior.id if superior else None,
            phone=place.landline(chance.between(0, 9999)),
            address=place.address(chance.roll(), chance.between(1, 199)) + "政务服务中心",
        )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Kind:
    ending: str
    division_level: int
    category: str
    economy: str
    management: str
    prefix: str
    registered_at: Weighted[int]
    """Level of the division whose office approved it."""


_COUNTY_ONLY: Weighted[int] = Weighted([(3, 1)])
_KINDS: Weighted[_Kind] = Weighted(
    [
        (_Kind("中医诊所", 3, "D212", "17", "2", "92", _COUNTY_ONLY), 44),
        (_Kind("中医门诊部", 3, "D120", "17", "2", "91", _COUNTY_ONLY), 9),
        (_Kind("镇中心卫生院", 3, "C210", "11", "1", "12", _COUNTY_ONLY), 14),
        (_Kind("社区卫生服务中心", 3, "B100", "11", "1", "12", _COUNTY_ONLY), 13),
        (_Kind("中医医院", 3, "A210", "11", "1", "12", Weighted([(3, 7), (2, 3)])), 8),
        (_Kind("综合医院", 3, "A100", "11", "1", "12", Weighted([(3, 6), (2, 4)])), 5),
        (_Kind("中医医院", 2, "A210", "11", "1", "12", Weighted([(2, 8), (1, 2)])), 4),
        (_Kind("骨伤医院", 2, "A220", "17", "2", "52", Weighted([(2, 9), (1, 1)])), 3),
    ]
)
_CLINICS = word_list("offices", "clinics")
_HOSPITALS = word_list("offices", "hospitals")
_TOWNS = word_list("offices", "towns")

ANCHORS = tuple(
    (county, _KINDS.values[kind])
    for county, kind in (
        ("370102", 0), ("330106", 1), ("510105", 3),
        ("370203", 4), ("330302", 0), ("510703", 2),
        ("370100", 6), ("330100", 6), ("510100", 7),
        ("370613", 3), ("330782", 2), ("513401", 0),
    )
)  # fmt: skip
"""Where the institutions with published demo logins stand, and of which kind they are."""


def demo_institutions(seed: int, count: int, authorities: list[DemoAuthority]) -> list[DemoInstitution]:
    """`count` institutions, the anchors first and in any case; number i depends on the seed and i only."""
    by_division = {authority.division_code: authority for authority in authorities}
    of_level: dict[tuple[str, int], list[Place]] = {}
    for place in places().values():
        of_level.setdefault((place.province, place.level), []).append(place)
    institutions = []
    for index in range(max(count, len(ANCHORS))):
        chance = Chance(seed, "office", 1_000_000 + index)
        if index < len(ANCHORS):
            code, kind = ANCHORS[index]
            place = places()[code]
        else:
            kind = chance.draw(_KINDS)
            candidates = of_level[PROVINCES[index % 3], kind.division_level]
            # A quarter stand in the first divisions of the list, those of the capital.
            place = chance.pick(candidates[:12] if chance.happens(0.25) else candidates)
        institutions.append(_institution(chance, index, kind, place, by_division))
    return institutions


def _institution(
    chance: Chance, index: int, kind: _Kind, place: Place, by_division: dict[str, DemoAuthority]
) -> DemoInstitution:
    registered_at = chance.draw(kind.registered_at)
    office = place
    while office.level > registered_at and office.parent is not None:
        office = office.parent
    organisation = organisation_code(1_000_000 + index)
    clinic = kind.category == "D212"
    holder = f"PDY{700_000 + index:06d}" if clinic else organisation
    return DemoInstitution(
        index=index,
        id=chance.id_at(OPENED + timedelta(days=1, seconds=index)),
        name=_institution_name(chance, kind, place),
        credit_code=credit_code(place.code, organisation, prefix=kind.prefix),
        registration_number=registration_number(
            holder, place.code, kind.economy, kind.category, kind.management
        ),
        # 中医诊所 are filed, not licensed (中医药法 14).
        licence_type="clinic_filing" if clinic else "practice_licence",
        division_code=place.code,
        authority=by_division[office.code],
        address=place.address(chance.roll(), chance.between(1, 399)),
        postcode=place.postcode,
        phone=place.landline(chance.between(0, 9999)),
        status="closed" if index >= len(ANCHORS) and chance.happens(0.03) else "open",
    )


def _institution_name(chance: Chance, kind: _Kind, place: Place) -> str:
    if kind.category.startswith("D"):
        return place.title + chance.pick(_CLINICS) + kind.ending
    if kind.category.startswith(("B", "C")):
        return place.title + chance.pick(_TOWNS) + kind.ending
    return place.title + chance.pick(_HOSPITALS) + kind.ending
