"""What a correction changed, when a further list is open, and when an authority may take over."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.applications.corrections import changed_places, is_correctable, require_within
from registry_api.applications.turn import Situation, open_rows, situation
from registry_api.kit.problems import InvalidBody
from registry_api.kit.roles import ROLES
from registry_api.workflow.engine import available
from registry_api.workflow.table import STATUSES, Filer

TODAY = date(2026, 6, 15)

FIELDS = st.dictionaries(
    st.sampled_from(["sex", "health", "remarks", "work_history"]), st.sampled_from(["", "一", "二", None])
)
PAYLOADS = st.builds(
    lambda form, photo: {"form": form, **({"photo_id": photo} if photo else {})},
    FIELDS,
    st.sampled_from([None, "甲", "乙"]),
)


@given(before=PAYLOADS, after=PAYLOADS)
def test_every_place_that_differs_is_named_and_no_other(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    expected = {
        f"/payload/form/{name}"
        for name in ("sex", "health", "remarks", "work_history")
        if before["form"].get(name) != after["form"].get(name)
    }
    if before.get("photo_id") != after.get("photo_id"):
        expected.add("/payload/photo_id")
    assert set(changed_places(before, after)) == expected


@pytest.mark.parametrize(
    ("corrected", "changed", "is_open"),
    [(False, [], True), (True, [], False), (True, ["/payload/form/sex"], True)],
)
def test_a_further_list_is_open_only_about_what_changed(
    corrected: bool, changed: list[str], is_open: bool
) -> None:
    rows = available("authority_review", "authority_handler", "doctor")
    correctable = is_correctable(corrected=corrected, changed=changed)
    left = open_rows(
        Situation("authority_review", "doctor", correctable=correctable, stalled=False), "authority_handler"
    )
    assert ("request_correction" in [row.action for row in left]) is is_open
    assert [row for row in rows if row.action != "request_correction"] == [
        row for row in left if row.action != "request_correction"
    ]


@pytest.mark.parametrize(
    ("act_by", "institution", "is_open"),
    [
        (TODAY, "open", False),  # the last day of the term is the institution's
        (TODAY - timedelta(days=1), "open", True),
        (TODAY + timedelta(days=9), "closed", True),
        (TODAY + timedelta(days=9), None, False),
    ],
)
@pytest.mark.parametrize("filer", ["doctor", "institution"])
def test_an_authority_takes_over_only_what_an_institution_leaves_lying(
    act_by: date, institution: str | None, is_open: bool, filer: Filer
) -> None:
    for status in STATUSES:
        now = situation(
            status,
            filer,
            corrected=False,
            changed=[],
            act_by=act_by,
            today=TODAY,
            institution_status=institution,
        )
        for role in ROLES:
            offered = "take_over" in [row.action for row in open_rows(now, role)]
            handles = role in ("authority_handler", "authority_approver")
            lies = is_open and status == "institution_review" and filer == "doctor"
            assert offered is (lies and handles), (status, role)


@pytest.mark.parametrize(
    ("pointer", "allowed"),
    [
        ("/payload/form/work_history", True),
        ("/payload/form/work_history/0/unit", True),
        ("/payload/form/work", False),
        ("/payload/form", False),
        ("/payload/form/sex", False),
    ],
)
def test_a_further_list_stays_within_what_changed(pointer: str, allowed: bool) -> None:
    comments = [{"pointer": pointer, "comment": "请核对"}]
    if allowed:
        require_within(["/payload/form/work_history"], comments)
    else:
        with pytest.raises(InvalidBody) as refused:
            require_within(["/payload/form/work_history"], comments)
        assert refused.value.errors == [{"pointer": "/field_comments/0/pointer", "code": "unchanged"}]
