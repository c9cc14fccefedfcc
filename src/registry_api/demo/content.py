"""The demonstration's content: the entry to the generators of this package.

Everything is made up, deterministic and streamed: doctor i depends on the setting and i alone, so that any
number can be made in constant memory, and doctor 41 of three thousand is doctor 41 of five million.
"""

from collections.abc import Iterator

from registry_api.demo.lives import DemoDoctor, demo_doctor
from registry_api.demo.offices import DemoOffices, demo_authorities, demo_institutions
from registry_api.demo.setting import DemoSetting


def demo_offices(seed: int, institutions: int = 360) -> DemoOffices:
    """The registering offices of three provinces, and so many institutions (never fewer than the anchors)."""
    authorities = demo_authorities(seed)
    return DemoOffices(authorities, demo_institutions(seed, institutions, authorities))


def demo_doctors(setting: DemoSetting, count: int, first: int = 0) -> Iterator[DemoDoctor]:
    """Doctors `first` to `first + count - 1` of the setting, one at a time."""
    for index in range(first, first + count):
        yield demo_doctor(setting, index)
