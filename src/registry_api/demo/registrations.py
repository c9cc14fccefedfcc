"""Practice registrations of the demonstration and the bars that keep others from one."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

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
class DemoEntry:
    """What happened to the registration, in the terms of the table register_entry."""

    kind: Literal["opened", "registered", "main_changed", "practice_added", "filed", "deregistered"]
    effective_on: date
    institution: DemoInstitution
    more: dict[str, Any] = field(default_factory=dict)

    def details(self) -> dict[str, Any]:
        """As the ledger reads them."""
        place = {
            "institution_id": str(self.institution.id),
            "authority_id": str(self.institution.authority.id),
        }
        return place | self.more


@dataclass(frozen=True, slots=True)
class DemoRegistration:
    """A practice registration with its whole history; its first entry made it or took it over."""

    status: Literal["valid", Ending]
    status_since: date
    registered_on: date
    entries: list[DemoEntry]

    @property
    def is_imported(self) -> bool:
        """Whether it was taken over from an older register, as it was and without its applications."""
        return self.entries[0].kind == "opened"


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
    """A registration in force; some have moved once, some have an additional institution.

    What happened beyond the registration has no application here, so that such registrations are taken over.
    """
    later: list[DemoEntry] = []
    used = [institution]
    span = (setting.today - registered_on).days
    if span > 200 and chance.happens(0.08):
        moved = registered_on + timedelta(days=chance.between(100, span - 50))
        new = setting.institution(chance, institution.province)
        if new.id != institution.id:
            later.append(DemoEntry("main_changed", moved, new))
            used.append(new)
    if span > 100 and chance.happens(0.12):
        other = setting.institution(chance, institution.province)
        if all(other.id != place.id for place in used):
            start = registered_on + timedelta(days=chance.between(30, span - 20))
            end = start + timedelta(days=365 * chance.between(1, 3))
            period = {"valid_from": start.isoformat(), "valid_to": end.isoformat()}
            later.append(DemoEntry("practice_added", start, other, period))
    later.sort(key=lambda entry: entry.effective_on)
    first = _first_entry(registered_on, institution, plain=not later)
    return DemoRegistration("valid", registered_on, registered_on, [first, *later])


def ended_registration(
    chance: Chance, setting: DemoSetting, ending: Ending, registered_on: date, institution: DemoInstitution
) -> DemoRegistration:
    """A registration that is no longer in force."""
    # A revocation within the two years of its bar, a 备案 on either side of its two years.
    most = 640 if ending == "revoked" else 900
    span = (setting.today - registered_on).days
    ended = setting.today - timedelta(days=chance.between(5, max(5, min(span - 20, most))))
    reason = chance.pick(_REASONS[ending])
    if ending == "revoked":
        entries = [_taken_over(registered_on, institution, revoked_on=ended)]
    else:
        entries = [
            _first_entry(registered_on, institution, plain=True),
            DemoEntry(ending, ended, institution, {"reason_code": reason}),
        ]
    return DemoRegistration(ending, ended, registered_on, entries)


def _first_entry(registered_on: date, institution: DemoInstitution, *, plain: bool) -> DemoEntry:
    if plain and registered_on >= KEPT_SINCE:
        return DemoEntry("registered", registered_on, institution)
    return _taken_over(registered_on, institution)


def _taken_over(
    registered_on: date, institution: DemoInstitution, revoked_on: date | None = None
) -> DemoEntry:
    """As another register held it: valid since its day, or revoked since a later one."""
    since = revoked_on or registered_on
    practice = {
        "institution_id": str(institution.id),
        "authority_id": str(institution.authority.id),
        "kind": "main",
        "valid_from": registered_on.isoformat(),
        "valid_to": (revoked_on - timedelta(days=1)).isoformat() if revoked_on else None,
    }
    state = {
        "status": "revoked" if revoked_on else "valid",
        "status_since": since.isoformat(),
        "registered_on": registered_on.isoformat(),
        "practices": [practice],
    }
    return DemoEntry("opened", since, institution, state)


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
