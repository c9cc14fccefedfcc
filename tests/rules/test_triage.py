"""Triage: each reason on its own, its words, and that simple is what no reason asks to look at."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.applications.detail import Earlier
from registry_api.applications.triage import Signs, say, triage
from registry_api.applications.types import TYPES
from registry_api.applications.types.deregistration import DeregistrationPayload
from registry_api.applications.types.reasons import DEREGISTRATION_REASONS, PROVEN_DEREGISTRATIONS
from registry_api.applications.types.registration import RegistrationPayload
from registry_api.applications.types.registration_form import RegistrationForm
from registry_api.applications.types.spec import AdditionalPractice, Facts, HeldRegistration
from registry_api.kit.checks import Finding
from registry_api.kit.texts import LANGUAGES, catalogue
from registry_api.register.due_filings import NEAR_DAYS
from registry_api.register.state import last_day_of_filing
from registry_api.workflow.table import ACTIONS, STATUSES

TODAY = date(2026, 6, 15)
PASSED, BLOCKED = (
    Finding("qualification_valid", passed=True),
    Finding("no_current_registration", passed=False),
)
CLOSED = Finding("reviewer_open", passed=False, severity="warn")
WARNED = Finding("province_allowed", passed=False, severity="warn")
FACTS = Facts(
    qualification_id=uuid4(),
    qualification_status="valid",
    province_code="370000",
    issued_on=date(2025, 1, 1),
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
FORM = RegistrationForm(health="健康", penalties="无", work_history=[])
SIMPLE = Signs(
    kind=TYPES["registration"],
    facts=FACTS,
    payload=RegistrationPayload(institution_id=FACTS.institution_id, form=FORM),
    findings=(PASSED,),
    filer="doctor",
    today=TODAY,
    actions=frozenset(("submit", "endorse")),
    changed=0,
    proofs=0,
    photo_advice=(),
    earlier=(),
)
HELD = HeldRegistration(uuid4(), "valid", uuid4(), uuid4(), None, None)
LEAVING = replace(
    SIMPLE,
    kind=TYPES["deregistration"],
    facts=replace(FACTS, registration=HELD),
    payload=DeregistrationPayload(reason_code="11"),
    photo_advice=None,
)


def found(signs: Signs) -> dict[str, str]:
    """Code to weight."""
    reasons = triage(signs)
    codes = [one.code for one in reasons]
    assert len(set(codes)) == len(codes)
    return {one.code: one.weight for one in reasons}


def looked_at(signs: Signs) -> set[str]:
    """What asks for a closer look."""
    return {code for code, weight in found(signs).items() if weight == "needs_attention"}


def with_form(**fields: Any) -> Signs:
    form = FORM.model_copy(update=fields)
    return replace(SIMPLE, payload=RegistrationPayload(form=form))


def practice() -> AdditionalPractice:
    return AdditionalPractice(uuid4(), uuid4(), uuid4(), uuid4(), TODAY, TODAY)


def filed(last: date) -> Signs:
    """A registration in 备案 whose two years end on the day."""
    on = next(
        day for day in (last - timedelta(days=n) for n in range(728, 733)) if last_day_of_filing(day) == last
    )
    held = replace(HELD, status="filed", filed_on=on)
    return replace(LEAVING, kind=TYPES["filing_cancellation"], facts=replace(FACTS, registration=held))


def test_an_ordinary_case_is_simple_and_says_why() -> None:
    assert found(SIMPLE) == dict.fromkeys(
        ("checks_passed", "never_sent_back", "first_of_kind", "same_province", "photo_good"), "eases"
    )
    assert say(triage(SIMPLE), "zh-CN").simple
    assert found(LEAVING) == dict.fromkeys(("checks_passed", "never_sent_back", "first_of_kind"), "eases")


@pytest.mark.parametrize(
    ("signs", "codes"),
    [
        (replace(SIMPLE, findings=(PASSED, BLOCKED, BLOCKED)), {"checks_failed"}),
        (replace(SIMPLE, findings=(PASSED, WARNED)), {"checks_warned"}),
        (replace(SIMPLE, findings=(BLOCKED, WARNED)), {"checks_failed", "checks_warned"}),
        (
            replace(LEAVING, findings=(CLOSED,), facts=replace(LEAVING.facts, institution_status="closed")),
            {"institution_closed"},
        ),
        (replace(LEAVING, filer="institution", actions=frozenset(("report", "object"))), {"objection"}),
        (replace(LEAVING, filer="institution", actions=frozenset(("report",))), set()),
        (
            replace(SIMPLE, filer="authority", actions=frozenset(("file_for_countersign",))),
            {"direct_handling"},
        ),
        (replace(SIMPLE, actions=frozenset(("submit", "take_over"))), {"taken_over"}),
        (replace(SIMPLE, actions=frozenset(("submit", "request_correction")), changed=2), {"corrected"}),
        (replace(SIMPLE, actions=frozenset(("submit", "return"))), {"returned"}),
        (replace(SIMPLE, facts=replace(FACTS, recently_ended=("criminal_bar",))), {"bar_ended_lately"}),
        (replace(SIMPLE, facts=replace(FACTS, last_ended_on=date(2026, 1, 1))), {"registered_before"}),
        (replace(LEAVING, facts=replace(LEAVING.facts, last_ended_on=date(2020, 1, 1))), set()),
        (replace(SIMPLE, facts=replace(FACTS, institution_division="110101")), {"other_province"}),
        (replace(LEAVING, facts=replace(LEAVING.facts, institution_division="110101")), set()),
        (replace(SIMPLE, facts=replace(FACTS, institution_division=None, province_code=None)), set()),
        (replace(SIMPLE, photo_advice=("low_resolution",)), {"photo_advice"}),
        (replace(SIMPLE, photo_advice=None), set()),
        (
            replace(LEAVING, facts=replace(FACTS, registration=replace(HELD, additional=(practice(),)))),
            {"ends_practices"},
        ),
    ],
)
def test_what_asks_for_a_closer_look(signs: Signs, codes: set[str]) -> None:
    assert looked_at(signs) == codes
    assert say(triage(signs), "zh-CN").simple is (codes == set())


@pytest.mark.parametrize("signs", [replace(SIMPLE, findings=(BLOCKED,)), replace(SIMPLE, findings=(CLOSED,))])
def test_with_anything_that_failed_nothing_says_that_all_passed(signs: Signs) -> None:
    assert "checks_passed" not in found(signs)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("type_code", ["registration", "change"])
def test_an_earlier_refusal_of_the_same_kind_counts(status: Any, type_code: str) -> None:
    codes = found(replace(SIMPLE, earlier=(Earlier(type_code, status),)))
    same = type_code == "registration"
    assert ("refused_before" in codes) is (same and status in ("refused", "not_accepted"))
    assert ("first_of_kind" in codes) is not same


@pytest.mark.parametrize("said", ["", "无", "无。", " 没有 ", "无，"])
def test_no_penalty_is_said_in_several_ways(said: str) -> None:
    assert looked_at(with_form(penalties=said)) == set()


@pytest.mark.parametrize("said", ["2019年曾受警告", "无证行医被罚", "有"])
def test_a_penalty_is_looked_at(said: str) -> None:
    assert looked_at(with_form(penalties=said)) == {"penalties_stated"}


@pytest.mark.parametrize(
    ("said", "looked"), [("健康", False), ("良好。", False), ("", False), ("高血压", True)]
)
def test_a_state_of_health_that_is_not_simply_good_is_looked_at(said: str, looked: bool) -> None:
    assert looked_at(with_form(health=said)) == ({"health_stated"} if looked else set())


@pytest.mark.parametrize("code", [None, *DEREGISTRATION_REASONS])
@pytest.mark.parametrize("proofs", [0, 2])
def test_a_ground_that_papers_show_wants_its_paper(code: Any, proofs: int) -> None:
    codes = found(replace(LEAVING, payload=DeregistrationPayload(reason_code=code), proofs=proofs))
    expected = code in PROVEN_DEREGISTRATIONS
    assert ("evidence_missing" in codes) is (expected and not proofs)
    assert ("evidence_attached" in codes) is (expected and proofs > 0)


def test_what_a_doctor_may_say_of_themselves_alone_needs_no_paper() -> None:
    assert not PROVEN_DEREGISTRATIONS & {"07", "11", "99"}
    assert set(DEREGISTRATION_REASONS) >= PROVEN_DEREGISTRATIONS


@pytest.mark.parametrize(
    ("days", "codes"),
    [
        (-1, {"filing_term_over"}),
        (0, {"filing_term_near"}),
        (NEAR_DAYS, {"filing_term_near"}),
        (NEAR_DAYS + 1, set()),
    ],
)
def test_the_two_years_of_a_filing(days: int, codes: set[str]) -> None:
    assert looked_at(filed(TODAY + timedelta(days=days))) == codes


ANY = st.builds(
    replace,
    st.sampled_from([SIMPLE, LEAVING, filed(TODAY), with_form(penalties="警告", health="差")]),
    findings=st.lists(st.sampled_from([PASSED, BLOCKED, WARNED, CLOSED])).map(tuple),
    filer=st.sampled_from(["doctor", "institution", "authority"]),
    actions=st.frozensets(st.sampled_from(ACTIONS)),
    changed=st.integers(0, 9),
    proofs=st.integers(0, 20),
    photo_advice=st.sampled_from([None, (), ("file_large",)]),
    earlier=st.lists(
        st.builds(Earlier, st.sampled_from(sorted(TYPES)), st.sampled_from(STATUSES)), max_size=3
    ).map(tuple),
)


@given(signs=ANY, language=st.sampled_from(LANGUAGES))
def test_every_reason_has_its_words_and_those_to_look_at_come_first(signs: Signs, language: Any) -> None:
    said = say(triage(signs), language)
    weights = [one.weight for one in said.reasons]
    assert weights == sorted(weights, reverse=True)
    assert said.simple is ("needs_attention" not in weights)
    assert all(one.message and "{" not in one.message for one in said.reasons)


def test_the_catalogue_has_no_words_of_a_reason_that_is_not_given() -> None:
    known = {key.removeprefix("triage.") for key in catalogue("zh-CN") if key.startswith("triage.")}
    given_here = {
        code
        for signs in (
            SIMPLE,
            replace(SIMPLE, findings=(BLOCKED, WARNED), filer="authority", photo_advice=("file_large",)),
            replace(SIMPLE, actions=frozenset(ACTIONS), earlier=(Earlier("registration", "refused"),)),
            replace(SIMPLE, actions=frozenset(ACTIONS), changed=2),
            replace(SIMPLE, actions=frozenset(ACTIONS), changed=None),
            replace(
                SIMPLE,
                facts=replace(
                    FACTS,
                    institution_status="closed",
                    institution_division="110101",
                    recently_ended=("fraud_bar",),
                    last_ended_on=TODAY,
                ),
            ),
            with_form(penalties="警告", health="差"),
            replace(LEAVING, payload=DeregistrationPayload(reason_code="01")),
            replace(LEAVING, payload=DeregistrationPayload(reason_code="01"), proofs=1),
            replace(LEAVING, facts=replace(FACTS, registration=replace(HELD, additional=(practice(),)))),
            filed(TODAY),
            filed(TODAY - timedelta(days=1)),
        )
        for code in found(signs)
    }
    assert given_here == known
