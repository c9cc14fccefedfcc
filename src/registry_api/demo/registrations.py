"""Practice registrations of the demonstration and the bars that keep others from one."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from registry_api.demo.chance import Chance, Weighted
from registry_api.demo.offices import DemoInstitution
from registry_api.demo.setting import DemoSetting
from registry_api.demo.words import WORDS

Ending = Literal["filed", "deregistered", "revoked"]

TWO_YEARS = 730


@dataclass(frozen=True, slots=True)
class DemoFact:
    """A dated fact of the table practitioner_fact."""

    kind: str
    valid_from: date
    valid_to: date | None
    document: str


@dataclass(frozen=True, slots=True)
class DemoPractice:
    """A period at an institution, both ends included."""

    institution: DemoInstitution
    kind: Literal["main", "additional"]
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """What happened to the registration, in the terms of the table register_entry."""

    kind: Literal["registered", "imported", "filed", "deregistered"]
    effective_on: date
    institution: DemoInstitution
    reason_code: str | None = None


@dataclass(frozen=True, slots=True)
class DemoRegistration:
    """A practice registration with its whole history; its first entry made it or took it over."""

    status: Literal["valid", Ending]
    status_since: date
    registered_on: date
    practices: list[DemoPractice]
    entries: list[DemoEntry]

    @property
    def is_imported(self) -> bool:
        """Whether it was taken over from an older register, as it was and without its applications."""
        return self.entries[0].kind == "imported"


KEPT_SINCE = date(2021, 1, 1)
"""The register has kept applications since then; older registrations were taken over."""

# Reasons: domain.md 1.2 and 1.3, after Order 13 Art. 19 and 医师法 17.
_REASONS: dict[Ending, tuple[str, ...]] = {
    "filed": ("01", "02", "03", "04", "99"),
    "deregistered": ("07", "08", "11"),
    "revoked": ("04",),
}


def valid_registration(
    chance: Chance, setting: DemoSetting, registered_on: date, institution: DemoInstitution
) -> DemoRegistration:
    """A registration in force.

    Some have moved once, some have an additional institution. The service does not handle these types yet, so
    that such registrations are taken over.
    """
    practices = [DemoPractice(institution, "main", registered_on, None)]
    span = (setting.today - registered_on).days
    if span > 200 and chance.happens(0.08):
        moved = registered_on + timedelta(days=chance.between(100, span - 50))
        new = setting.institution(chance, institution.province)
        if new.id != institution.id:
            practices = [
                DemoPractice(institution, "main", registered_on, moved - timedelta(days=1)),
                DemoPractice(new, "main", moved, None),
            ]
    if span > 100 and chance.happens(0.12):
        other = setting.institution(chance, institution.province)
        if all(other.id != practice.institution.id for practice in practices):
            start = registered_on + timedelta(days=chance.between(30, span - 20))
            end = start + timedelta(days=365 * chance.between(1, 3))
            practices.append(DemoPractice(other, "additional", start, end))
    first = _first_entry(registered_on, institution, plain=len(practices) == 1)
    return DemoRegistration("valid", registered_on, registered_on, practices, [first])


def ended_registration(
    chance: Chance, setting: DemoSetting, ending: Ending, registered_on: date, institution: DemoInstitution
) -> DemoRegistration:
    """A registration that is no longer in force."""
    # A revocation within the two years of its bar, a 备案 on either side of its two years.
    most = 640 if ending == "revoked" else 900
    span = (setting.today - registered_on).days
    ended = setting.today - timedelta(days=chance.between(5, max(5, min(span - 20, most))))
    reason = chance.pick(_REASONS[ending])
    entries = [_first_entry(registered_on, institution, plain=ending != "revoked")]
    if ending != "revoked":
        entries.append(DemoEntry(ending, ended, institution, reason))
    return DemoRegistration(
        status=ending,
        status_since=ended,
        registered_on=registered_on,
        practices=[DemoPractice(institution, "main", registered_on, ended - timedelta(days=1))],
        entries=entries,
    )


def _first_entry(registered_on: date, institution: DemoInstitution, *, plain: bool) -> DemoEntry:
    kept = plain and registered_on >= KEPT_SINCE
    return DemoEntry("registered" if kept else "imported", registered_on, institution)


# Kind, and for how many days it bars.
_BARS: Weighted[tuple[str, int]] = Weighted(
    [
        (("criminal_bar", TWO_YEARS), 3),
        (("assessment_bar", 365), 2),
        (("false_material_bar", 365), 2),
        (("fraud_bar", 1095), 1),
    ]
)


def bar(chance: Chance, setting: DemoSetting, revoked_on: date | None) -> DemoFact:
    """A bar that has not run out (医师法 16 and 54, 行政许可法 78); a revocation brings its own."""
    if revoked_on is not None:
        return _fact(chance, "revocation_bar", revoked_on, revoked_on + timedelta(days=TWO_YEARS))
    kind, days = chance.draw(_BARS)
    start = setting.today - timedelta(days=chance.between(20, days - 60))
    return _fact(chance, kind, start, start + timedelta(days=days))


def training(chance: Chance, setting: DemoSetting) -> DemoFact:
    """Six months' training and more, passed not long ago (Order 13); it serves for two years."""
    passed = setting.today - timedelta(days=chance.between(15, 60))
    return _fact(chance, "training", passed, passed + timedelta(days=TWO_YEARS))


def _fact(chance: Chance, kind: str, start: date, end: date) -> DemoFact:
    document = WORDS["documents"][kind].format(year=start.year, number=chance.between(11, 980))
    return DemoFact(kind, start, end, document)
