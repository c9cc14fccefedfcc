"""What applicants fill in: which types there are, what each needs, and what of two versions differs."""

from typing import Any

from tests.support.people import FORM

KINDS = (
    "registration",
    "change",
    "multi_institution",
    "multi_institution_cancellation",
    "filing",
    "filing_cancellation",
    "deregistration",
)
REPORTED = ("filing", "deregistration")
"""What an institution has to report of its own doctors (Order 13 Art. 19, 医师法 17)."""
NAMED = ("registration", "change", "multi_institution")
"""Reviewed by the institution that the applicant names."""

NEEDED: dict[str, tuple[str, ...]] = {
    "registration": ("institution_id", "photo_id"),
    "change": ("institution_id", "reason"),
    "multi_institution": ("institution_id", "valid_from", "valid_to"),
    "multi_institution_cancellation": ("additional_practice_id", "reason"),
    "filing": ("reason_code",),
    "filing_cancellation": ("reason",),
    "deregistration": ("reason_code",),
}
WITH_FORM = ("registration", "change", "multi_institution")
FORMS: dict[str, dict[str, Any]] = {
    "empty": {},
    "partial": {**FORM, "health": ""},
    "first": FORM,
    "second": {**FORM, "health": "良好"},
    "third": {
        **FORM,
        "health": "良好",
        "work_history": [
            {"from": "1996-01", "to": "2020-06", "unit": "丙村卫生室", "post": "医师", "witness": "丁一"}
        ],
    },
    "moved": {**FORM, "home_address": "甲市戊区己路2号", "postcode": "250001"},
}
COMPLETE_FORMS = ("first", "second", "third", "moved")
OWN_PARTICULARS = ("/payload/form/home_address", "/payload/form/postcode", "/payload/form/ethnicity")
"""What no institution stands for."""

_STAFF, _ALL = ("institution", "authority"), ("doctor", "institution", "authority")
REASONS: dict[str, dict[str, tuple[str, ...]]] = {
    # 1.2 and 1.3 of the domain notes: who may give which reason.
    "filing": dict.fromkeys(("01", "02", "03", "04", "05", "99"), _ALL),
    "deregistration": {
        "01": _STAFF,
        "02": _STAFF,
        "03": _STAFF,
        "04": ("authority",),
        "05": _STAFF,
        "06": _STAFF,
        "07": _ALL,
        "08": ("doctor", "institution"),
        "09": _STAFF,
        "10": ("authority",),
        "11": ("doctor",),
        "99": _STAFF,
    },
}

Payload = dict[str, Any]


def places(payload: Payload) -> dict[str, Any]:
    """By JSON pointer, what is filled in."""
    found = {f"/payload/{name}": value for name, value in payload.items() if name != "form"}
    found |= {f"/payload/form/{name}": value for name, value in payload.get("form", {}).items()}
    return {place: value for place, value in found.items() if value}


def changed(before: Payload, after: Payload) -> list[str]:
    """Places in which two versions differ."""
    old, new = places(before), places(after)
    return sorted(place for place in old | new if old.get(place) != new.get(place))


def is_complete(kind: str, payload: Payload, filer: str) -> bool:
    """Whether it can be submitted. An authority that acts itself has the papers, and needs neither form nor photo."""
    needed = NEEDED[kind]
    if payload.get("reason_code") == "99":
        needed = (*needed, "remarks")  # 其他情形 says nothing by itself
    if filer == "authority":
        needed = tuple(name for name in needed if name != "photo_id")
    filled = all(payload.get(name) for name in needed)
    if kind not in WITH_FORM or filer == "authority":
        return filled
    return filled and any(payload.get("form") == FORMS[name] for name in COMPLETE_FORMS)
