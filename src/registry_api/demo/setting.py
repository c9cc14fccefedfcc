"""What doctors are drawn into: the seed, the day that counts as today, and the institutions there are."""

from dataclasses import dataclass, field
from datetime import date

from registry_api.demo.chance import Chance
from registry_api.demo.offices import DemoInstitution, DemoOffices
from registry_api.demo.places import PROVINCES

_SHARE_OF_ANCHORS = 0.25
"""So many doctors turn to the institutions whose logins are published, so that their lists are lively."""


@dataclass(frozen=True, slots=True)
class DemoSetting:
    """The surroundings of every doctor; two equal settings give equal doctors.

    `today` is the civil day in Shanghai that counts as today: nothing of the demonstration is later.
    `cases_per_doctor` is how many applications each doctor has made, more or less; 1 is what to expect of
    real ones, more is for measuring.
    """

    seed: int
    today: date
    offices: DemoOffices
    cases_per_doctor: int = 1
    _open: dict[str, list[DemoInstitution]] = field(init=False, compare=False, repr=False)
    _anchors: dict[str, list[DemoInstitution]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        institutions = [place for place in self.offices.institutions if place.status == "open"]
        object.__setattr__(self, "_open", _by_province(institutions))
        object.__setattr__(self, "_anchors", _by_province(self.offices.anchors))

    def institution(self, chance: Chance, province: str) -> DemoInstitution:
        """An open institution of the province with that six-digit code."""
        among = self._anchors if chance.happens(_SHARE_OF_ANCHORS) else self._open
        return chance.pick(among[province])


def _by_province(institutions: list[DemoInstitution]) -> dict[str, list[DemoInstitution]]:
    return {code: [place for place in institutions if place.province == code] for code in PROVINCES}
