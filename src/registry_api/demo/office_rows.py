"""Rows of the offices and of those who work there."""

from collections.abc import Iterable
from typing import Any

from registry_api.demo.offices import OPENED, DemoAuthority, DemoInstitution
from registry_api.demo.staff import DemoStaff
from registry_api.institutions.search import search_grams, search_text
from registry_api.kit.roles import Realm

AUTHORITY_COLUMNS = ("id", "name", "level", "division_code", "superior_id", "phone", "address")
INSTITUTION_COLUMNS = (
    "id", "name", "search_text", "search_grams", "credit_code", "registration_number", "licence_type",
    "division_code", "authority_id", "address", "postcode", "phone", "status",
)  # fmt: skip
STAFF_COLUMNS = (
    "id", "realm", "role", "login_name", "login_key", "password_hash", "name", "institution_id",
    "authority_id", "activated_at", "status", "created_at",
)  # fmt: skip


def authority_rows(authorities: Iterable[DemoAuthority]) -> list[tuple[Any, ...]]:
    """Rows of the table authority, superiors first."""
    return [
        (
            office.id,
            office.name,
            office.level,
            office.division_code,
            office.superior_id,
            office.phone,
            office.address,
        )
        for office in authorities
    ]


def institution_rows(institutions: Iterable[DemoInstitution]) -> list[tuple[Any, ...]]:
    """Rows of the table institution."""
    rows = []
    for institution in institutions:
        text = search_text(institution.name, institution.registration_number, institution.credit_code)
        rows.append(
            (
                institution.id,
                institution.name,
                text,
                search_grams(text),
                institution.credit_code,
                institution.registration_number,
                institution.licence_type,
                institution.division_code,
                institution.authority.id,
                institution.address,
                institution.postcode,
                institution.phone,
                institution.status,
            )
        )
    return rows


def staff_rows(staff: Iterable[DemoStaff], password_hashes: dict[Realm, str]) -> list[tuple[Any, ...]]:
    """Rows of the table account; `password_hashes` by realm."""
    return [
        (
            member.id,
            member.realm,
            member.role,
            member.login_name,
            member.login_name.casefold(),
            password_hashes[member.realm],
            member.name,
            member.office_id if member.realm == "institution" else None,
            member.office_id if member.realm == "authority" else None,
            OPENED,
            "active",
            OPENED,
        )
        for member in staff
    ]
