"""The boxes of the printed form, from timelines that an ordinary chain rarely makes."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from registry_api.applications.opinions import of_authority, of_institution, signature
from registry_api.applications.schemas import TimelineStep
from registry_api.printing.form import Opinion

NUMBER = "YSZ37010200000013"
REMEDIES = (
    "如不服本决定，可自收到本决定之日起 60 日内依法申请行政复议，"
    "也可自收到之日起 6 个月内依法向人民法院提起行政诉讼。"
)


def timeline(*actions: tuple[str, dict[str, Any]] | str) -> list[TimelineStep]:
    """A step a day from 1 November on, each by somebody of its own."""
    steps = []
    for day, one in enumerate(actions, 1):
        action, changes = (one, {}) if isinstance(one, str) else one
        values: dict[str, Any] = {
            "id": UUID(int=day),
            "action": action,
            "title": action,
            "from_status": "draft",
            "to_status": "draft",
            "actor_name": f"{action} 人",
            "actor_role": "authority_approver",
            "office": "",
            "comment": "",
            "field_comments": [],
            "basis": None,
            # Already the next day in Shanghai.
            "occurred_at": datetime(2026, 11, day, 17, tzinfo=UTC),
        }
        steps.append(TimelineStep(**(values | changes)))
    return steps


def words(opinion: Opinion | None) -> list[str]:
    assert opinion is not None
    return opinion.words


def test_who_submitted_on_which_day_in_shanghai_stands_in_the_box() -> None:
    signed = signature(timeline("submit"))
    assert signed is not None
    assert (signed.signed_by, signed.day.isoformat()) == ("submit 人", "2026-11-02")
    assert signature(timeline("file_direct")) is None


def test_accepted_by_default_counts_from_the_day_of_receipt_and_nobody_signs_it() -> None:
    steps = timeline("submit", "endorse", ("accept", {"actor_role": "system", "actor_name": "系统"}))
    opinion = of_authority(steps, NUMBER)
    assert words(opinion) == ["2026 年 11 月 3 日收到材料，逾期未告知补正，视为受理。"]
    assert opinion is not None
    assert opinion.signed_by == ""


def test_a_resubmission_empties_the_box_of_the_authority() -> None:
    asked = timeline("submit", "endorse", ("request_correction", {"comment": "缺少说明"}))
    assert words(of_authority(asked, NUMBER)) == ["2026 年 11 月 4 日通知补正。", "缺少说明"]
    again = timeline("submit", "endorse", "request_correction", "resubmit")
    assert of_authority(again, NUMBER) is None
    assert words(of_institution(again)) == ["同意。"], "what it endorsed has not changed"
    changed = timeline("submit", "endorse", "request_correction", "resubmit_for_endorsement")
    assert of_institution(changed) is None


def test_a_decision_set_aside_stays_readable_and_grants_nothing() -> None:
    steps = timeline("submit", "endorse", "accept", "approve", ("set_aside", {"comment": "材料不实"}))
    assert words(of_authority(steps, NUMBER)) == [
        "2026 年 11 月 4 日受理。",
        "准予。",
        "2026 年 11 月 6 日撤销上述决定。",
        "材料不实",
    ]


@pytest.mark.parametrize(("action", "said"), [("refuse", "不予。"), ("decline", "不予受理。")])
def test_a_decision_against_the_applicant_says_how_to_contest_it(action: str, said: str) -> None:
    steps = timeline("submit", "endorse", (action, {"comment": "不符合条件"}))
    assert words(of_authority(steps, NUMBER)) == [said, "不符合条件", REMEDIES]
    undone = timeline("submit", "endorse", action, "set_aside")
    assert words(of_authority(undone, NUMBER))[-1] == "2026 年 11 月 5 日撤销上述决定。"


@pytest.mark.parametrize("action", ["accept", "request_correction", "approve", "countersign", "file_direct"])
def test_no_other_decision_speaks_of_remedies(action: str) -> None:
    assert REMEDIES not in words(of_authority(timeline("submit", "endorse", action), NUMBER))


def test_direct_handling_names_its_basis_and_leaves_the_institutions_box_empty() -> None:
    steps = timeline(("file_direct", {"basis": "济卫函〔2026〕7 号"}))
    assert words(of_authority(steps, NUMBER)) == [
        "审批机关直接办理。依据：济卫函〔2026〕7 号",
        f"执业证书编码：{NUMBER}",
    ]
    assert of_institution(steps) is None


def test_what_passed_the_institution_by_says_so_in_its_box() -> None:
    assert words(of_institution(timeline("submit", "take_over"))) == [
        "未在期限内审核或机构已关闭，由审批机关直接接办。"
    ]


def test_remarks_on_single_fields_are_printed_with_the_decision() -> None:
    remark = {"pointer": "/payload/form/school", "comment": "校名须写全称"}
    returned = timeline("submit", ("return", {"comment": "请修改", "field_comments": [remark]}))
    assert words(of_institution(returned)) == ["退回申请人修改。", "请修改", "校名须写全称"]
