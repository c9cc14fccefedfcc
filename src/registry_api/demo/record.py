"""What the rows of a doctor are made with, and where they are collected."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from registry_api.demo.cases import DemoCase
from registry_api.demo.chance import Chance
from registry_api.demo.people import DemoPerson
from registry_api.demo.registrations import DemoRegistration
from registry_api.demo.staff import DemoStaff
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.sealing import BlindIndex, Sealer

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A stored portrait that several applications share."""

    storage_key: str
    sha256: bytes
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Clerk:
    """What rows are made with."""

    seed: int
    sealer: Sealer
    blind_index: BlindIndex
    password_hash: str
    handlers: dict[UUID, DemoStaff] = field(default_factory=dict)
    """Handler of each institution and authority, by the office's id."""
    approvers: dict[UUID, DemoStaff] = field(default_factory=dict)
    portraits: dict[str, list[Portrait]] = field(default_factory=dict)
    """By sex, GB/T 2261.1."""
    numbers_per_doctor: int = 2
    """So many serial numbers are set aside for each doctor, so that a number depends on the doctor alone."""

    def application_number(self, person: DemoPerson, position: int, case: DemoCase) -> str | None:
        """受理号 of the doctor's application number `position`; a draft has none."""
        if not case.steps or case.institution is None:
            return None
        serial = person.index * self.numbers_per_doctor + position + 1
        day = case.steps[0].occurred_at.astimezone(SHANGHAI)
        return f"ZC-{case.institution.authority.division_code}-{day:%Y%m%d}-{serial:06d}"

    def practice_certificate_number(self, person: DemoPerson, registration: DemoRegistration) -> str:
        """Number of the 执业证书."""
        division = registration.entries[0].institution.authority.division_code
        return f"YSZ{division}{person.index + 1:07d}"


@dataclass(slots=True)
class Record:
    """The rows of one doctor while they are made."""

    clerk: Clerk
    chance: Chance
    person: DemoPerson
    rows: Rows
    account_id: UUID | None = None
