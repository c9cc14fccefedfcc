"""Doctors of the demonstration: persons and their certificates."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from registry_api.demo.chance import Chance
from registry_api.demo.clinical import Scope, practice_scope
from registry_api.demo.names import ethnicity, personal_name
from registry_api.demo.numbers import birth_date, id_number, sex_code
from registry_api.demo.places import PROVINCES, counties

_PHONE_PREFIXES = ("19", "17", "18")
_SUBSCRIBERS = 10**9


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person in the qualification register, with the one certificate that the person holds."""

    index: int
    id: UUID
    name: str
    sex: str
    ethnicity: str
    id_number: str
    phone: str
    entered_at: datetime
    qualification_id: UUID
    certificate_number: str
    province: str
    """Six-digit code of the province that assessed."""
    issued_on: date
    scope: Scope


def demo_person(seed: int, index: int, chance: Chance, first: date, last: date) -> DemoPerson:
    """Person `index`, certified between two days, both included."""
    number = id_number(seed, index, counties())
    born = birth_date(number)
    home = f"{number[:2]}0000"
    province = home if chance.happens(0.93) else chance.pick(PROVINCES)
    people = ethnicity(chance, number[:2])
    sex = sex_code(number)
    issued = first + timedelta(days=chance.between(0, max(0, (last - first).days)))
    entered = chance.office_hour(issued + timedelta(days=1))
    return DemoPerson(
        index=index,
        id=chance.id_at(entered),
        name=personal_name(chance, sex, born.year, people),
        sex=sex,
        ethnicity=people,
        id_number=number,
        phone=_phone(index),
        entered_at=entered,
        qualification_id=chance.id_at(entered),
        # Certificate numbers are opaque to the system; these say what they are.
        certificate_number=f"YS{province[:2]}{issued.year}{index:07d}",
        province=province,
        issued_on=issued,
        scope=practice_scope(chance),
    )


def _phone(index: int) -> str:
    """A mobile number that no other index below three billion has: a verified number belongs to one account."""
    prefix, subscriber = divmod(index, _SUBSCRIBERS)
    return f"{_PHONE_PREFIXES[prefix]}{subscriber:09d}"
