"""Doctors in every state of life: what the register, the facts and the applications say of each."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from registry_api.demo.cases import CLOSED_WITHOUT_EFFECT, DemoCase, demo_case
from registry_api.demo.chance import Chance, Weighted
from registry_api.demo.people import DemoPerson, demo_person
from registry_api.demo.registrations import (
    TWO_YEARS,
    DemoFact,
    DemoRegistration,
    Ending,
    bar,
    ended_registration,
    training,
    valid_registration,
)
from registry_api.demo.setting import DemoSetting
from registry_api.workflow.table import Status

Fate = Literal[
    "fresh",
    "long_untrained",
    "long_trained",
    "barred",
    "drafting",
    "at_institution",
    "returned",
    "at_authority",
    "correcting",
    "accepted",
    "refused",
    "not_accepted",
    "withdrawn",
    "registered",
    "filed",
    "deregistered",
]

_FATES: Weighted[Fate] = Weighted(
    [
        ("fresh", 12),
        ("long_untrained", 4),
        ("long_trained", 3),
        ("barred", 3),
        ("drafting", 4),
        ("at_institution", 7),
        ("returned", 4),
        ("at_authority", 6),
        ("correcting", 3),
        ("accepted", 5),
        ("refused", 2),
        ("not_accepted", 2),
        ("withdrawn", 3),
        ("registered", 34),
        ("filed", 4),
        ("deregistered", 4),
    ]
)

# Status of the last application, and how many days ago it got there. The authority's five working days are
# mostly not over; some of its twenty are.
_LAST_CASE: dict[Fate, tuple[Status, int, int]] = {
    "drafting": ("draft", 1, 40),
    "at_institution": ("institution_review", 1, 16),
    "returned": ("institution_returned", 1, 30),
    "at_authority": ("authority_review", 1, 4),
    "correcting": ("correction_required", 1, 20),
    "accepted": ("accepted", 1, 33),
    "refused": ("refused", 5, 120),
    "not_accepted": ("not_accepted", 5, 120),
    "withdrawn": ("withdrawn", 5, 120),
}

_ENDINGS: dict[Fate, Ending] = {"filed": "filed", "deregistered": "deregistered", "barred": "revoked"}

ELIGIBLE_DOCTORS = 120
"""The first doctors are fresh: the demonstration run and whoever tries the portal apply as one of them."""

_SHOWN: tuple[Fate, ...] = (
    "registered",
    "returned",
    "correcting",
    "accepted",
    "long_untrained",
    "long_trained",
    "barred",
    "filed",
    "deregistered",
    "refused",
    "drafting",
    "at_institution",
)
"""Then one doctor of each state that is worth a look, in this order."""

SHOWN_DOCTORS = ELIGIBLE_DOCTORS + len(_SHOWN)

FIRST_EXTRA = 10_000_000
"""Above every doctor that seeding makes: the index of the first who is made when the pool is used up."""

FIRST_CERTIFICATES = date(2018, 9, 1)
"""Before, nobody had been assessed under Order 15 of 2017."""


@dataclass(frozen=True, slots=True)
class DemoDoctor:
    """Everything the tables hold of one doctor."""

    person: DemoPerson
    fate: Fate
    has_account: bool
    facts: list[DemoFact]
    cases: list[DemoCase]
    """In the order of their beginning; only the last can be open or approved."""
    registration: DemoRegistration | None


def demo_doctor(setting: DemoSetting, index: int) -> DemoDoctor:
    """Doctor `index` of the setting; no other doctor is needed to know this one."""
    chance = Chance(setting.seed, "doctor", index)
    fate = _fate(chance, index)
    first, last = _qualified_between(fate, setting)
    person = demo_person(setting.seed, index, chance, first, last)
    registration = _registration(chance, setting, fate, person)
    case = _last_case(chance, setting, fate, person, registration)
    facts = []
    if fate == "barred":
        facts.append(bar(chance, setting, registration.status_since if registration else None))
    if fate == "long_trained":
        facts.append(training(chance, setting))
    cases = _earlier_cases(chance, setting, person, case, registration)
    if case is not None:
        cases.append(case)
    return DemoDoctor(
        person=person,
        fate=fate,
        has_account=bool(cases) or index < SHOWN_DOCTORS or chance.happens(0.7),
        facts=facts,
        cases=cases,
        registration=registration,
    )


def signs_in(index: int) -> bool:
    """Whether the login of doctor `index` is published, and so has a known device."""
    return index < SHOWN_DOCTORS or index >= FIRST_EXTRA


def fresh_doctor(setting: DemoSetting, index: int) -> DemoDoctor:
    """Doctor `index` as somebody who has just been certified and has applied for nothing."""
    chance = Chance(setting.seed, "doctor", index)
    person = demo_person(setting.seed, index, chance, *_qualified_between("fresh", setting))
    return DemoDoctor(person, "fresh", has_account=True, facts=[], cases=[], registration=None)


def _fate(chance: Chance, index: int) -> Fate:
    if index < ELIGIBLE_DOCTORS:
        return "fresh"
    return _SHOWN[index - ELIGIBLE_DOCTORS] if index < SHOWN_DOCTORS else chance.draw(_FATES)


def _qualified_between(fate: Fate, setting: DemoSetting) -> tuple[date, date]:
    """First and last day on which somebody of this fate may have got the certificate."""
    past = setting.today - timedelta(days=_days_of_cases(setting))
    if fate in ("long_untrained", "long_trained"):
        return FIRST_CERTIFICATES, setting.today - timedelta(days=TWO_YEARS + 70)
    if fate in ("registered", "filed", "deregistered", "barred"):
        return FIRST_CERTIFICATES, past - timedelta(days=60)
    # Two years after the certificate a first registration needs training (Order 13).
    return setting.today - timedelta(days=TWO_YEARS - 30), past


def _days_of_cases(setting: DemoSetting) -> int:
    """Days that all applications of one doctor take at most, roughly."""
    return 130 + 70 * setting.cases_per_doctor


def _registration(
    chance: Chance, setting: DemoSetting, fate: Fate, person: DemoPerson
) -> DemoRegistration | None:
    if not (fate in ("registered", "filed", "deregistered") or (fate == "barred" and chance.happens(0.5))):
        return None
    earliest = person.issued_on + timedelta(days=_days_of_cases(setting) // 2)
    latest = min(person.issued_on + timedelta(days=TWO_YEARS - 30), setting.today - timedelta(days=40))
    day = earliest + timedelta(days=chance.between(0, max(0, (latest - earliest).days)))
    day -= timedelta(days=max(0, day.weekday() - 4))  # offices decide on weekdays
    institution = setting.institution(chance, person.province)
    if fate == "registered":
        return valid_registration(chance, setting, day, institution)
    return ended_registration(chance, setting, _ENDINGS[fate], day, institution)


def _last_case(
    chance: Chance,
    setting: DemoSetting,
    fate: Fate,
    person: DemoPerson,
    registration: DemoRegistration | None,
) -> DemoCase | None:
    if registration is not None:
        if registration.is_imported:
            return None
        first = registration.entries[0]
        return demo_case(chance, "approved", first.institution, first.effective_on)
    if fate not in _LAST_CASE:
        return None
    status, least, most = _LAST_CASE[fate]
    undecided = status == "draft" and chance.happens(0.3)
    return demo_case(
        chance,
        status,
        None if undecided else setting.institution(chance, person.province),
        setting.today - timedelta(days=chance.between(least, most)),
    )


def _earlier_cases(
    chance: Chance,
    setting: DemoSetting,
    person: DemoPerson,
    last: DemoCase | None,
    registration: DemoRegistration | None,
) -> list[DemoCase]:
    """Attempts that came to nothing, each ended before the next began and begun after the certificate."""
    if setting.cases_per_doctor == 1:
        wanted = int(chance.happens(0.1))
    else:
        wanted = setting.cases_per_doctor - (last is not None)
    end = registration.registered_on if registration else setting.today
    if last is not None:
        end = last.created_at.date()
    cases: list[DemoCase] = []
    for _ in range(wanted):
        end -= timedelta(days=chance.between(2, 12))
        status = chance.draw(CLOSED_WITHOUT_EFFECT)
        case = demo_case(chance, status, setting.institution(chance, person.province), end)
        end = case.created_at.date()
        if end <= person.issued_on:
            break
        cases.append(case)
    cases.reverse()
    return cases
