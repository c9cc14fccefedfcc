"""The preconditions of 执业注册, judged on every combination that matters."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.applications.types.preconditions import BARS
from registry_api.applications.types.registration import TYPE, RegistrationPayload, judge, missing
from registry_api.applications.types.registration_form import REQUIRED, RegistrationForm
from registry_api.applications.types.spec import Facts, HeldRegistration, Payload, Question
from registry_api.kit.checks import Finding
from registry_api.kit.texts import LANGUAGES

TODAY = date(2026, 6, 15)
SHANDONG, JIANGSU = "370000", "320000"
GOOD = Facts(
    qualification_id=uuid4(),
    qualification_status="valid",
    province_code=SHANDONG,
    issued_on=date(2025, 12, 1),
    registration=None,
    last_ended_on=None,
    active_facts=(),
    institution_id=uuid4(),
    institution_status="open",
    institution_division="370102",
    authority_id=uuid4(),
    authority_division="370102",
    consented_provinces=(),
)


def held(status: str) -> HeldRegistration:
    return HeldRegistration(uuid4(), status, uuid4(), uuid4(), None, None)


def found(facts: Facts, today: date = TODAY, *, complete: bool = True) -> list[Finding]:
    return judge(Question(facts, RegistrationPayload.model_validate({}), today, complete=complete))


def failed(facts: Facts, today: date = TODAY, *, complete: bool = True) -> set[str]:
    return {finding.code for finding in found(facts, today, complete=complete) if not finding.passed}


def test_a_qualified_doctor_at_an_open_institution_of_the_province_may_register() -> None:
    assert failed(GOOD) == set()


@pytest.mark.parametrize("status", ["revoked", None])
def test_a_valid_qualification_is_needed(status: str | None) -> None:
    assert failed(replace(GOOD, qualification_status=status)) == {"qualification_valid"}


@pytest.mark.parametrize("status", ["valid", "filed", "suspended"])
def test_one_current_registration_excludes_another(status: str) -> None:
    assert failed(replace(GOOD, registration=held(status))) == {"no_current_registration"}


@pytest.mark.parametrize("count", range(len(BARS) + 1))
def test_each_bar_counts_by_itself(count: int) -> None:
    for bars in combinations(BARS, count):
        assert failed(replace(GOOD, active_facts=bars)) == set(bars)


@pytest.mark.parametrize(
    ("since", "today", "lapsed"),
    [
        (date(2024, 6, 15), TODAY, False),  # two years to the day
        (date(2024, 6, 14), TODAY, True),
        (date(2022, 2, 27), date(2024, 2, 29), True),
        (date(2022, 2, 28), date(2024, 2, 29), False),
        (date(2024, 2, 29), date(2026, 2, 28), False),
        (date(2024, 2, 29), date(2026, 3, 1), True),
        (date(2026, 2, 28), date(2028, 2, 29), False),  # 29 February counts back to the 28th
        (date(2026, 2, 27), date(2028, 2, 29), True),
    ],
)
def test_more_than_two_years_need_training(since: date, today: date, lapsed: bool) -> None:
    facts = replace(GOOD, issued_on=since)
    assert failed(facts, today) == ({"training_done"} if lapsed else set())
    assert failed(replace(facts, active_facts=("training",)), today) == set()


@pytest.mark.parametrize(
    ("since", "today", "stopped"),
    [
        (date(2024, 6, 15), TODAY, True),  # 二年以上 includes the two years themselves (医师法 19)
        (date(2024, 6, 16), TODAY, False),
        (date(2022, 2, 28), date(2024, 2, 29), True),
        (date(2022, 3, 1), date(2024, 2, 29), False),
        (date(2024, 2, 29), date(2026, 2, 28), False),
        (date(2024, 2, 29), date(2026, 3, 1), True),
    ],
)
def test_who_stopped_for_two_years_trains_again(since: date, today: date, stopped: bool) -> None:
    facts = replace(GOOD, issued_on=date(2000, 1, 1), last_ended_on=since)
    assert failed(facts, today) == ({"training_done"} if stopped else set())
    assert failed(replace(facts, active_facts=("training",)), today) == set()


@given(st.integers(0, 8000), st.integers(0, 400))
def test_the_term_never_runs_backwards(age: int, later: int) -> None:
    facts = replace(GOOD, issued_on=TODAY - timedelta(days=age))
    if "training_done" in failed(facts):
        assert "training_done" in failed(facts, TODAY + timedelta(days=later))
    else:
        assert age <= 731


@pytest.mark.parametrize(
    ("division", "consents", "allowed"),
    [
        ("370102", (), True),
        ("370000", (), True),
        ("320102", (), False),
        ("320102", (JIANGSU,), True),
        ("320102", ("330000",), False),
        ("320102", ("330000", JIANGSU), True),
        (None, (JIANGSU,), False),
    ],
)
def test_another_province_needs_its_consent(
    division: str | None, consents: tuple[str, ...], allowed: bool
) -> None:
    facts = replace(GOOD, institution_division=division, consented_provinces=consents)
    assert failed(facts) == (set() if allowed else {"province_allowed"})


def test_without_a_qualification_no_province_is_allowed() -> None:
    assert "province_allowed" in failed(replace(GOOD, province_code=None))


@pytest.mark.parametrize("status", ["closed", None])
def test_the_institution_is_open(status: str | None) -> None:
    assert failed(replace(GOOD, institution_status=status)) == {"institution_open"}


def test_a_draft_is_not_judged_by_its_institution() -> None:
    nowhere = replace(GOOD, institution_status=None, institution_division=None)
    assert failed(nowhere, complete=False) == set()
    assert failed(nowhere) == {"institution_open", "province_allowed"}


facts_of_any_kind = st.builds(
    Facts,
    qualification_id=st.none(),
    qualification_status=st.sampled_from([None, "valid", "revoked"]),
    province_code=st.sampled_from([None, SHANDONG, JIANGSU]),
    issued_on=st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    registration=st.sampled_from([None, held("valid"), held("filed"), held("suspended")]),
    last_ended_on=st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    active_facts=st.lists(st.sampled_from([*BARS, "training"]), unique=True).map(tuple),
    institution_id=st.none(),
    institution_status=st.sampled_from([None, "open", "closed"]),
    institution_division=st.sampled_from([None, "370102", "320102"]),
    authority_id=st.none(),
    authority_division=st.none(),
    consented_provinces=st.lists(st.sampled_from([SHANDONG, JIANGSU]), unique=True).map(tuple),
)


@given(facts_of_any_kind, st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_every_finding_is_made_once_and_can_be_said_in_every_language(facts: Facts, today: date) -> None:
    findings = found(facts, today)
    assert len({finding.code for finding in findings}) == len(findings) == 11
    assert found(facts, today, complete=False) == findings[:9]
    for finding in findings:
        for language in LANGUAGES:
            check = finding.say(language)
            assert check.message
            assert check.legal_basis
            assert (check.remedy is None) == finding.passed


def test_an_empty_draft_lacks_everything_the_form_needs() -> None:
    assert missing(RegistrationPayload.model_validate({})) == [
        "/payload/institution_id",
        "/payload/photo_id",
        *(f"/payload/form/{name}" for name in REQUIRED),
    ]


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_field_is_missed_by_itself(name: str) -> None:
    whole = {
        "sex": "1",
        "ethnicity": "01",
        "education": "20",
        "home_address": "甲路1号",
        "postcode": "250000",
        "health": "健康",
        "work_history": [{"from": "2001-01", "unit": "乙诊所"}],
        "assessment": "合格",
        "penalties": "无",
        "no_bar_declaration": True,
    }
    payload = RegistrationPayload(institution_id=uuid4(), photo_id=uuid4(), form=RegistrationForm(**whole))
    assert missing(payload) == []
    del whole[name]
    payload.form = RegistrationForm(**whole)
    assert missing(payload) == [f"/payload/form/{name}"]


def test_the_rules_refuse_another_types_payload() -> None:
    with pytest.raises(TypeError):
        TYPE.missing(Payload())
