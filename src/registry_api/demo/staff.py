"""Accounts of the demonstration: who works where, and how they sign in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from registry_api.demo.chance import Chance
from registry_api.demo.names import staff_name
from registry_api.demo.offices import OPENED, DemoAuthority, DemoInstitution, DemoOffices
from registry_api.kit.roles import Realm, Role

PASSWORDS: dict[Realm, str] = {
    "doctor": "Yishi2026",
    "institution": "Jigou-Yanshi-2026",
    "authority": "Weijian-Yanshi-2026",
}
"""Known to everybody: such accounts are never made in production."""

_INSTITUTION_ROLES: tuple[tuple[Role, str], ...] = (
    ("institution_handler", ""),
    ("institution_administrator", "gl"),
)
_AUTHORITY_ROLES: tuple[tuple[Role, str], ...] = (
    ("authority_handler", ""),
    ("authority_approver", "sp"),
    ("authority_administrator", "gl"),
    ("authority_auditor", "sj"),
)


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """Somebody who signs in for an office."""

    id: UUID
    realm: Realm
    role: Role
    login_name: str
    name: str
    office_id: UUID
    office: str


def demo_staff(seed: int, offices: DemoOffices) -> Iterator[DemoStaff]:
    """The staff of every office: two of an institution, four of an authority."""
    for position, authority in enumerate(offices.authorities):
        chance = Chance(seed, "office", 2_000_000 + position)
        for role, ending in _AUTHORITY_ROLES:
            yield _member(chance, "authority", role, f"wj{authority.division_code}{ending}", authority)
    for institution in offices.institutions:
        chance = Chance(seed, "office", 3_000_000 + institution.index)
        for role, ending in _INSTITUTION_ROLES:
            yield _member(chance, "institution", role, f"jg{institution.index + 1:04d}{ending}", institution)


def _member(
    chance: Chance, realm: Realm, role: Role, login_name: str, office: DemoAuthority | DemoInstitution
) -> DemoStaff:
    return DemoStaff(
        id=chance.id_at(OPENED + timedelta(days=2)),
        realm=realm,
        role=role,
        login_name=login_name,
        name=staff_name(chance),
        office_id=office.id,
        office=office.name,
    )


def doctor_login_name(index: int) -> str:
    """Under which doctor `index` signs in."""
    return f"ys{index + 1:04d}"
