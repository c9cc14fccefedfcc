"""Demo content: valid numbers, complete lives, and the same again from the same seed."""

import json
from collections import Counter
from dataclasses import fields
from datetime import date
from itertools import islice, pairwise
from pathlib import Path
from uuid import UUID

import pytest

from registry_api.demo.content import demo_doctors, demo_offices
from registry_api.demo.lives import ELIGIBLE_DOCTORS, SHOWN_DOCTORS, DemoDoctor
from registry_api.demo.logins import LOGINS_FILE, Login, read_pool, write_logins
from registry_api.demo.names import RARE_CHARACTERS
from registry_api.demo.numbers import credit_code, id_check_character, organisation_code, registration_number
from registry_api.demo.office_rows import AUTHORITY_COLUMNS, INSTITUTION_COLUMNS, STAFF_COLUMNS
from registry_api.demo.rows import COLUMNS
from registry_api.demo.setting import DemoSetting
from registry_api.demo.staff import PASSWORDS, demo_staff
from registry_api.institutions.divisions import read_divisions
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.passwords import password_faults
from registry_api.register.ledger import fold
from registry_api.register.state import Entry, in_force
from registry_api.tables import metadata
from registry_api.workflow.table import OPEN_STATUSES, TABLE

TODAY = date(2026, 11, 25)
OFFICES = demo_offices(seed=7)
SETTING = DemoSetting(seed=7, today=TODAY, offices=OFFICES)
BUSY = DemoSetting(seed=7, today=TODAY, offices=OFFICES, cases_per_doctor=3)

DESK_ROLES = {
    "applicant": "doctor",
    "institution": "institution_handler",
    "handler": "authority_handler",
    "approver": "authority_approver",
    "system": "system",
}


@pytest.fixture(scope="module")
def doctors() -> list[DemoDoctor]:
    return list(demo_doctors(SETTING, 3000))


def test_numbers_pass_the_published_checks() -> None:
    assert id_check_character("11010519491231002") == "X"
    assert credit_code("350100", "M000100Y4", prefix="91") == "91350100M000100Y43"
    assert registration_number("444907455", "430111", "11", "G100", "1") == "44490745543011111G1001"


def test_organisation_codes_carry_the_check_character_of_gb_11714() -> None:
    for serial in (1_000_000, 1_000_035, 4_490_745):
        code = organisation_code(serial)
        weights = (3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(digit) * weight for digit, weight in zip(code[:8], weights, strict=True))
        expected = (11 - total % 11) % 11
        assert code[8] == ("X" if expected == 10 else str(expected))


def test_every_doctor_has_a_valid_id_number_of_their_own(doctors: list[DemoDoctor]) -> None:
    numbers = [doctor.person.id_number for doctor in doctors]
    assert len(set(numbers)) == len(numbers)
    known = {row.code for row in read_divisions()}
    for doctor in doctors:
        number = doctor.person.id_number
        assert number[17] == id_check_character(number[:17])
        assert number[:6] in known
        assert 1945 <= int(number[6:10]) <= 1998
        assert doctor.person.sex == ("1" if int(number[16]) % 2 else "2")


def test_a_doctor_is_the_same_whoever_else_is_made() -> None:
    many = list(demo_doctors(BUSY, 200))
    assert next(demo_doctors(BUSY, 1, first=141)) == many[141]
    assert list(demo_doctors(BUSY, 200)) == many


def test_another_seed_gives_other_people() -> None:
    other = DemoSetting(seed=8, today=TODAY, offices=demo_offices(seed=8))
    assert next(demo_doctors(other, 1)).person != next(demo_doctors(SETTING, 1)).person


def test_any_number_of_doctors_is_streamed() -> None:
    assert len(list(islice(demo_doctors(SETTING, 10**12, first=10**9), 3))) == 3


def test_both_sexes_and_every_state_of_life_occur(doctors: list[DemoDoctor]) -> None:
    fates = Counter(doctor.fate for doctor in doctors)
    assert len(fates) == 16
    assert min(fates.values()) >= 30
    women = sum(doctor.person.sex == "2" for doctor in doctors)
    assert 0.4 < women / len(doctors) < 0.6
    assert {status for doctor in doctors for case in doctor.cases for status in [case.status]} >= {
        *OPEN_STATUSES[:-1],
        "approved",
        "refused",
        "not_accepted",
        "withdrawn",
    }


def test_rare_characters_and_dotted_names_are_among_the_names(doctors: list[DemoDoctor]) -> None:
    names = [doctor.person.name for doctor in doctors]
    assert sum("·" in name for name in names) >= 10
    assert sum(any(character in RARE_CHARACTERS for character in name) for name in names) >= 10
    assert any(ord(character) > 0xFFFF for name in names for character in name)


def test_the_first_doctors_can_apply_and_the_next_show_the_other_states(doctors: list[DemoDoctor]) -> None:
    for doctor in doctors[:ELIGIBLE_DOCTORS]:
        assert doctor.fate == "fresh"
        assert doctor.has_account
        assert (TODAY - doctor.person.issued_on).days < 730
        assert not doctor.facts
        assert not any(case.status in OPEN_STATUSES for case in doctor.cases)
    assert all(doctor.has_account for doctor in doctors[:SHOWN_DOCTORS])


@pytest.mark.parametrize("setting", [SETTING, BUSY], ids=["one application each", "three each"])
def test_applications_walk_the_workflow_table_in_order_of_time(setting: DemoSetting) -> None:
    rows = {(row.action, source): row for row in TABLE if "doctor" in row.filers for source in row.sources}
    for doctor in demo_doctors(setting, 1000):
        begun_after = doctor.person.issued_on
        for case in doctor.cases:
            assert case.created_at.date() > begun_after
            status = "draft"
            for step in case.steps:
                row = rows[step.action, step.from_status]
                assert step.from_status == status
                assert step.to_status == row.target
                assert DESK_ROLES[step.desk] in row.roles
                assert row.comment != "required" or step.comment
                status = step.to_status
            assert status == case.status
            instants = [case.created_at, *(step.occurred_at for step in case.steps)]
            assert all(earlier < later for earlier, later in pairwise(instants))
            assert instants[-1].astimezone(SHANGHAI).date() < TODAY
            assert case.status == "draft" or case.institution is not None
            begun_after = instants[-1].date()


def test_three_applications_each_are_three_each() -> None:
    count = sum(len(doctor.cases) for doctor in demo_doctors(BUSY, 1000))
    assert 2900 <= count <= 3000


def test_only_the_last_application_can_be_open_or_approved(doctors: list[DemoDoctor]) -> None:
    for doctor in [*doctors, *demo_doctors(BUSY, 500)]:
        assert all(case.status in ("withdrawn", "refused", "not_accepted") for case in doctor.cases[:-1])


def test_an_approved_application_and_a_registration_go_together(doctors: list[DemoDoctor]) -> None:
    for doctor in doctors:
        approved = [case for case in doctor.cases if case.status == "approved"]
        registration = doctor.registration
        if approved:
            assert registration is not None
            assert registration.entries[0].kind == "registered"
            assert registration.entries[0].effective_on == approved[0].steps[-1].occurred_at.date()
            assert registration.entries[0].institution == approved[0].institution
        elif registration is not None:
            assert registration.entries[0].kind == "opened"


def test_the_ledger_makes_of_the_entries_what_a_registration_says(doctors: list[DemoDoctor]) -> None:
    registrations = [doctor.registration for doctor in doctors if doctor.registration]
    kinds = Counter(entry.kind for registration in registrations for entry in registration.entries)
    assert (
        min(kinds[kind] for kind in ("opened", "registered", "main_changed", "practice_added", "filed")) > 5
    )
    for registration in registrations:
        ledger = fold(
            Entry(UUID(int=number), entry.kind, entry.effective_on, entry.details())
            for number, entry in enumerate(registration.entries)
        )
        assert ledger.status == registration.status
        assert ledger.standings[-1].valid_from == registration.status_since
        assert ledger.registered_on == registration.registered_on
        mains = [place for place in in_force(ledger.standings, ledger.places, TODAY) if place.kind == "main"]
        assert len(mains) == (registration.status == "valid")


def test_institutions_belong_to_an_authority_of_their_own_place() -> None:
    parents = {row.code: row.parent_code for row in read_divisions()}
    assert len({place.registration_number for place in OFFICES.institutions}) == 360
    assert len({place.credit_code for place in OFFICES.institutions}) == 360
    for institution in OFFICES.institutions:
        codes: list[str | None] = [institution.division_code]
        while codes[-1]:
            codes.append(parents[codes[-1]])
        assert institution.authority.division_code in codes
        assert len(institution.registration_number) == 22
    levels = Counter(place.authority.level for place in OFFICES.institutions)
    assert levels["county"] > levels["city"] > levels["province"] > 0


def test_there_is_an_authority_for_every_province_city_and_county() -> None:
    levels = Counter(authority.level for authority in OFFICES.authorities)
    assert levels == {"province": 3, "city": 48, "county": 409}
    seen = set()
    for authority in OFFICES.authorities:
        assert (authority.superior_id is None) == (authority.level == "province")
        assert authority.superior_id is None or authority.superior_id in seen
        seen.add(authority.id)


def test_the_division_table_is_complete_and_consistent() -> None:
    rows = list(read_divisions())
    by_code = {row.code: row for row in rows}
    assert len(by_code) == len(rows) == 6055
    in_force = [row for row in rows if row.valid_to is None]
    assert Counter(row.level for row in in_force) == {1: 34, 2: 333, 3: 2847}
    for row in rows:
        assert row.code.isdigit()
        assert len(row.code) == 6
        assert (row.parent_code is None) == (row.level == 1)
        if row.parent_code is not None:
            assert by_code[row.parent_code].level < row.level
            assert row.valid_to is not None or by_code[row.parent_code].valid_to is None
        if row.valid_from and row.valid_to:
            assert row.valid_from <= row.valid_to
    assert len({(row.parent_code, row.name) for row in in_force}) == len(in_force)
    assert by_code["370102"].name == "历下区"
    assert by_code["110105"].parent_code == "110000"
    assert by_code["500105"].valid_to is not None
    assert "资料暂缺" not in {row.name for row in rows}


def test_seeded_rows_fill_every_column_that_must_be_filled() -> None:
    offices = {"authority": AUTHORITY_COLUMNS, "institution": INSTITUTION_COLUMNS, "account": STAFF_COLUMNS}
    for table, columns in [*COLUMNS.items(), *offices.items()]:
        known = metadata.tables[table].columns
        required = {
            column.name
            for column in known
            if not (column.nullable or column.computed or column.server_default)
        }
        assert required <= set(columns) <= set(known.keys())


def test_demo_passwords_meet_the_rules_of_their_portal() -> None:
    for realm, password in PASSWORDS.items():
        assert password_faults(password, realm, []) == []


def test_logins_are_published_for_people_and_a_pool_for_the_demonstration(
    tmp_path: Path, doctors: list[DemoDoctor]
) -> None:
    write_logins(tmp_path, doctors[:SHOWN_DOCTORS], OFFICES, demo_staff(7, OFFICES))
    logins = json.loads((tmp_path / LOGINS_FILE).read_text("utf-8"))
    assert {login["realm"] for login in logins} == {"doctor", "institution", "authority"}
    assert all(login["device_token"] for login in logins)
    assert all((login["totp_secret"] is None) == (login["realm"] == "doctor") for login in logins)
    assert set(logins[0]) == {field.name for field in fields(Login)}
    pool = read_pool(tmp_path)
    shown = {login["login_name"] for login in logins}
    assert len(pool.doctors) == ELIGIBLE_DOCTORS - 3
    assert not shown & {doctor.login.login_name for doctor in pool.doctors}
    for doctor in pool.doctors:
        assert any(place.province_code == doctor.province_code for place in pool.institutions)
