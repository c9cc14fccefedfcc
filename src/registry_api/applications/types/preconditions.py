"""Preconditions that several types share. Each gives findings; which count is the type's choice."""

from datetime import date

from registry_api.applications.types.spec import Facts
from registry_api.kit.checks import Finding

BARS = ("criminal_bar", "revocation_bar", "assessment_bar", "fraud_bar", "false_material_bar", "other_bar")
"""不予注册 (医师法 16, 54; 行政许可法 78), as dated facts."""
DEFAULTS: dict[str, bool] = {
    "change_ends_additional": False,
    "change_while_filed": False,
    "direct_handling_countersigned": False,
}
"""Choices that a province or an authority may make otherwise by a dated setting."""


def setting(facts: Facts, name: str) -> bool:
    """A setting as it is today at the deciding authority."""
    return bool(facts.settings.get(name, DEFAULTS[name]))


def qualification_valid(facts: Facts) -> Finding:
    """医师法 13, 中医药法 15."""
    return Finding("qualification_valid", facts.qualification_status == "valid")


def no_bars(facts: Facts) -> list[Finding]:
    """One finding for each ground of 不予注册."""
    return [Finding(bar, bar not in facts.active_facts) for bar in BARS]


def status_among(facts: Facts, code: str, *allowed: str) -> Finding:
    """The registration is in one of the statuses."""
    return Finding(code, facts.registration is not None and facts.registration.status in allowed)


def institution_open(facts: Facts) -> Finding:
    """The institution that the payload names, or that will be practised at, is open."""
    return Finding("institution_open", facts.institution_status == "open")


def reviewer_open(facts: Facts) -> Finding:
    """A closed institution hinders nobody from leaving it: the authority takes over (Order 13 Art. 19)."""
    return Finding("reviewer_open", facts.institution_status == "open", "warn")


def province_allowed(facts: Facts) -> Finding:
    """Practice in the assessing province, or where another has consented (Order 15 Art. 27)."""
    allowed = False
    if facts.institution_division is not None and facts.province_code is not None:
        province = facts.institution_division[:2] + "0000"
        allowed = province == facts.province_code or province in facts.consented_provinces
    return Finding("province_allowed", allowed)


def not_main(facts: Facts) -> Finding:
    """The chosen institution is not the main one already."""
    main = facts.registration and facts.registration.main_institution_id
    return Finding("institution_not_main", facts.institution_id is None or facts.institution_id != main)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
