"""What a correction changed, and when a further list is open."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.applications.corrections import changed_places, is_correctable, open_rows, require_within
from registry_api.kit.problems import InvalidBody
from registry_api.workflow.engine import available

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
    rows = available("authority_review", "authority_handler")
    left = open_rows(rows, correctable=is_correctable(corrected=corrected, changed=changed))
    assert ("request_correction" in [row.action for row in left]) is is_open
    assert [row for row in rows if row.action != "request_correction"] == [
        row for row in left if row.action != "request_correction"
    ]


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
