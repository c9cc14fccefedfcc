"""The preconditions of the six types that concern a registration, judged one by one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.applications.types import TYPES
from registry_api.applications.types.multi_institution import begins
from registry_api.applications.types.preconditions import BARS
from registry_api.applications.types.reasons import DEREGISTRATION_REASONS, FILING_REASONS
from registry_api.applications.types.spec import (
    AdditionalPractice,
    Facts,
    HeldRegistration,
    Payload,
    Question,
    Reason,
)
from registry_api.workflow.table import Filer

TODAY = date(2026, 6, 15)
SHANDONG, JIANGSU = "370000", "320000"
MAIN, OTHER, THIRD = uuid4(), uuid4(), uuid4()
STATUSES = ("valid", "filed", "suspended")
FILERS: tuple[Filer, ...] = ("doctor", "institution", "authority")


def practice(first: date, last: date | None, at: UUID = OTHER) -> AdditionalPractice:
    return AdditionalPractice(uuid4(), uuid4(), at, uuid4(), first, last)


HELD_PRACTICE = practice(TODAY - timedelta(days=30), TODAY + timedelta(days=30))
VALID = HeldRegistration(uuid4(), "valid", uuid4(), MAIN, None, None, (HELD_PRACTICE,))
FILED = replace(VALID, status="filed", filed_on=TODAY - timedelta(days=100), filing_institution_id=MAIN)
FACTS = Facts(
    qualification_id=uuid4(),
    qualification_status="valid",
    province_code=SHANDONG,
    issued_on=date(2010, 1, 1),
    registration=VALID,
    last_ended_on=None,
    active_facts=(),
    institution_id=THIRD,
    institution_status="open",
    institution_division="370102",
    authority_id=uuid4(),
    authority_division="370102",
    consented_provinces=(),
)
AT_MAIN = replace(FACTS, institution_id=MAIN)
GOOD: dict[str, tuple[Facts, dict[str, object]]] = {
    "change": (FACTS, {"institution_id": THIRD, "reason": "住所迁移"}),
    "multi_institution": (
        FACTS,
        {"institution_id": THIRD, "valid_from": TODAY, "valid_to": TODAY + timedelta(days=1)},
    ),
    "multi_institution_cancellation": (
        replace(FACTS, institution_id=OTHER),
        {"additional_practice_id": HELD_PRACTICE.id, "reason": "不再出诊"},
    ),
    "filing": (AT_MAIN, {"reason_code": "01"}),
    "filing_cancellation": (replace(AT_MAIN, registration=FILED), {"reason": "返聘"}),
    "deregistration": (AT_MAIN, {"reason_code": "07"}),
}
"""Facts and payload of each type by which nothing stands in its way."""


def question(
    code: str, facts: Facts | None = None, payload: Mapping[str, object] | None = None, **more: object
) -> Question:
    good_facts, good_payload = GOOD[code]
    stated = TYPES[code].payload.model_validate({**good_payload, **(payload or {})})
    return Question(facts or good_facts, stated, **{"today": TODAY, **more})  # type: ignore[arg-type]


def failed(
    code: str, facts: Facts | None = None, payload: Mapping[str, object] | None = None, **more: object
) -> set[str]:
    found = TYPES[code].judge(question(code, facts, payload, **more))
    return {finding.code for finding in found if not finding.passed}


def with_status(code: str, status: str | None) -> Facts:
    facts = GOOD[code][0]
    held = facts.registration
    assert held is not None
    return replace(facts, registration=None if status is None else replace(held, status=status))


@pytest.mark.parametrize("code", GOOD)
def test_nothing_stands_in_the_way_of_who_meets_everything(code: str) -> None:
    assert failed(code) == set()
    assert failed(code, complete=False) == set()


STATUS_RULES = {
    "change": ("registration_valid", {"valid"}),
    "multi_institution": ("registration_valid", {"valid"}),
    "multi_institution_cancellation": ("registration_not_ended", {"valid", "filed"}),
    "filing": ("registration_valid", {"valid"}),
    "filing_cancellation": ("registration_filed", {"filed"}),
    "deregistration": ("registration_not_ended", {"valid", "filed", "suspended"}),
}


@pytest.mark.parametrize("code", STATUS_RULES)
@pytest.mark.parametrize("complete", [True, False])
def test_the_registration_stands_as_the_type_wants_it(code: str, complete: bool) -> None:
    finding, allowed = STATUS_RULES[code]
    for status in STATUSES:
        assert failed(code, with_status(code, status), complete=complete) == (
            set() if status in allowed else {finding}
        ), status
    assert finding in failed(code, with_status(code, None), complete=complete)


@pytest.mark.parametrize("settings", [{}, {"change_while_filed": False}, {"change_while_filed": True}])
def test_a_province_may_allow_a_change_while_filed(settings: dict[str, bool]) -> None:
    allowed = bool(settings.get("change_while_filed"))
    facts = replace(with_status("change", "filed"), settings=settings)
    assert failed("change", facts) == (set() if allowed else {"registration_valid"})
    suspended = replace(with_status("change", "suspended"), settings=settings)
    assert failed("change", suspended) == {"registration_valid"}


@pytest.mark.parametrize("status", ["revoked", None])
@pytest.mark.parametrize("code", ["change", "multi_institution", "filing_cancellation"])
def test_who_is_to_practise_is_qualified(code: str, status: str | None) -> None:
    assert failed(code, replace(GOOD[code][0], qualification_status=status)) == {"qualification_valid"}


@pytest.mark.parametrize("code", ["multi_institution_cancellation", "filing", "deregistration"])
def test_who_stops_need_not_be_qualified(code: str) -> None:
    assert failed(code, replace(GOOD[code][0], qualification_status="revoked", active_facts=BARS)) == set()


@pytest.mark.parametrize("code", ["change", "multi_institution", "filing_cancellation"])
@pytest.mark.parametrize("status", ["closed", None])
def test_nobody_begins_at_a_closed_institution(code: str, status: str | None) -> None:
    facts = replace(GOOD[code][0], institution_status=status)
    assert failed(code, facts) == {"institution_open"}
    assert failed(code, facts, complete=False) == set()


@pytest.mark.parametrize("code", ["multi_institution_cancellation", "filing", "deregistration"])
def test_a_closed_institution_keeps_nobody(code: str) -> None:
    found = TYPES[code].judge(question(code, replace(GOOD[code][0], institution_status="closed")))
    assert [(one.code, one.severity) for one in found if not one.passed] == [("reviewer_open", "warn")]


@pytest.mark.parametrize("code", ["change", "multi_institution"])
@pytest.mark.parametrize(
    ("division", "consents", "allowed"),
    [
        ("370000", (), True),
        ("320102", (), False),
        ("320102", (JIANGSU,), True),
        ("320102", ("330000",), False),
        (None, (JIANGSU,), False),
    ],
)
def test_another_province_needs_its_consent(
    code: str, division: str | None, consents: tuple[str, ...], allowed: bool
) -> None:
    facts = replace(GOOD[code][0], institution_division=division, consented_provinces=consents)
    assert failed(code, facts) == (set() if allowed else {"province_allowed"})


@pytest.mark.parametrize("code", ["change", "multi_institution"])
def test_the_main_institution_is_not_chosen_again(code: str) -> None:
    facts = replace(GOOD[code][0], institution_id=MAIN)
    assert failed(code, facts, {"institution_id": MAIN}) == {"institution_not_main"}


@pytest.mark.parametrize("bar", BARS)
def test_each_bar_keeps_a_filing_from_being_cancelled(bar: str) -> None:
    facts = replace(GOOD["filing_cancellation"][0], active_facts=(bar,))
    assert failed("filing_cancellation", facts) == {bar}
    for code in set(GOOD) - {"filing_cancellation"}:
        assert failed(code, replace(GOOD[code][0], active_facts=(bar,))) == set(), code


@pytest.mark.parametrize("filer", FILERS)
@pytest.mark.parametrize(
    ("code", "reasons"), [("filing", FILING_REASONS), ("deregistration", DEREGISTRATION_REASONS)]
)
def test_each_reason_is_open_to_its_filers(code: str, reasons: dict[str, Reason], filer: Filer) -> None:
    for one, reason in reasons.items():
        found = failed(code, payload={"reason_code": one}, filer=filer)
        assert found == (set() if filer in reason.filers else {"reason_open"}), one
    assert failed(code, payload={"reason_code": None}, filer=filer) == set()


def test_the_reasons_are_those_of_the_regulation() -> None:
    """Order 13 Art. 19; 医师法 17 and Order 13 Art. 18: which are for whom, written down a second time."""
    assert {code for code, reason in FILING_REASONS.items() if len(reason.filers) < 3} == set()
    assert list(FILING_REASONS) == ["01", "02", "03", "04", "05", "99"]
    said = {
        code: "".join(sorted(filer[0] for filer in reason.filers))
        for code, reason in DEREGISTRATION_REASONS.items()
    }
    assert said == {
        **dict.fromkeys(("01", "02", "03", "05", "06", "09", "99"), "ai"),
        **dict.fromkeys(("04", "10"), "a"),
        "07": "adi",
        "08": "di",
        "11": "d",
    }


@pytest.mark.parametrize(
    ("filed_on", "today", "within"),
    [
        (date(2024, 6, 15), TODAY, True),  # two years to the day
        (date(2024, 6, 14), TODAY, False),
        (date(2022, 2, 28), date(2024, 2, 28), True),
        (date(2022, 2, 28), date(2024, 2, 29), False),
        (date(2024, 2, 29), date(2026, 2, 28), True),
        (date(2024, 2, 29), date(2026, 3, 1), False),
        (date(2028, 2, 29), date(2030, 2, 28), True),
        (None, TODAY, True),  # unknown of a register taken over: the authority decides
    ],
)
def test_a_filing_is_cancelled_within_two_years(filed_on: date | None, today: date, within: bool) -> None:
    facts = replace(GOOD["filing_cancellation"][0], registration=replace(FILED, filed_on=filed_on))
    expected = set() if within else {"filed_within_two_years"}
    assert failed("filing_cancellation", facts, today=today) == expected
    assert failed("filing_cancellation", facts, today=today, complete=False) == expected


def two_years_after(day: date) -> date:
    """The last day of a term of two years (民法典 202): without such a day in its month, the month's last one."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 2, day=28 if leap_day else day.day)


@given(st.dates(date(2018, 1, 1), date(2032, 1, 1)), st.integers(0, 1500), st.integers(0, 1500))
def test_the_two_years_are_judged_when_it_was_first_asked_for(
    filed_on: date, asked: int, decided: int
) -> None:
    submitted_on = filed_on + timedelta(days=asked)
    today = submitted_on + timedelta(days=decided)
    facts = replace(GOOD["filing_cancellation"][0], registration=replace(FILED, filed_on=filed_on))
    then = failed("filing_cancellation", facts, today=submitted_on)
    assert failed("filing_cancellation", facts, today=today, submitted_on=submitted_on) == then
    assert (then == set()) == (submitted_on <= two_years_after(filed_on))


PERIODS = st.integers(-800, 800).map(lambda days: TODAY + timedelta(days=days))


@given(PERIODS, PERIODS)
def test_a_period_begins_before_it_ends_and_is_not_over(first: date, last: date) -> None:
    expected = set()
    if first >= last:
        expected.add("period_in_order")
    if last < TODAY:
        expected.add("period_not_over")
    assert failed("multi_institution", payload={"valid_from": first, "valid_to": last}) == expected


@given(PERIODS, st.integers(1, 400), PERIODS, st.none() | st.integers(0, 400))
def test_one_filing_at_a_time_at_an_institution(
    first: date, days: int, start: date, length: int | None
) -> None:
    last, end = first + timedelta(days=days), None if length is None else start + timedelta(days=length)
    held = replace(VALID, additional=(practice(start, end, THIRD),))
    asked = {"valid_from": first, "valid_to": last}
    shared = max(first, TODAY, start)
    overlaps = shared <= last and (end is None or shared <= end)
    found = failed("multi_institution", replace(FACTS, registration=held), asked)
    if last < TODAY:
        assert "period_not_over" in found
    else:
        assert found == ({"period_free"} if overlaps else set())
    elsewhere = replace(VALID, additional=(practice(start, end, OTHER),))
    assert failed("multi_institution", replace(FACTS, registration=elsewhere), asked) <= {"period_not_over"}


def test_a_period_begins_no_earlier_than_its_decision() -> None:
    later = TODAY + timedelta(days=9)
    for first, begun in ((TODAY - timedelta(days=9), TODAY), (TODAY, TODAY), (later, later)):
        assert begins(question("multi_institution", payload={"valid_from": first}).payload, TODAY) == begun
    assert begins(Payload(), TODAY) is None


def test_only_an_additional_practice_that_is_not_over_is_cancelled() -> None:
    code = "multi_institution_cancellation"
    assert failed(code, payload={"additional_practice_id": uuid4()}) == {"additional_practice_open"}
    assert failed(code, payload={"additional_practice_id": None}) == {"additional_practice_open"}
    none_held = replace(GOOD[code][0], registration=replace(VALID, additional=()))
    assert failed(code, none_held) == {"additional_practice_held", "additional_practice_open"}
    assert failed(code, none_held, complete=False) == {"additional_practice_held"}
