"""What the first version of a demonstration application gets wrong, and how it is put right."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Form = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Defect:
    """A fault that an institution sends back: `spoil` gives the form with it."""

    name: str
    comment: str
    pointer: str
    remark: str
    spoil: Callable[[Form], Form] = dict
    in_photo: bool = False


DEFECTS = (
    Defect(
        "照片背景不是白色",
        "照片不符合要求，请重新上传近六个月白底免冠正面照。",
        "/payload/photo_id",
        "背景不是白色",
        in_photo=True,
    ),
    Defect(
        "工作经历没有证明人",
        "工作经历不完整，请写明证明人。",
        "/payload/form/work_history",
        "每段经历须填写证明人",
        lambda form: form | {"work_history": [period | {"witness": ""} for period in form["work_history"]]},
    ),
    Defect(
        "家庭地址没有门牌号",
        "家庭地址请填写到门牌号。",
        "/payload/form/home_address",
        "缺少门牌号",
        lambda form: form | {"home_address": form["home_address"].partition("街道")[0] + "街道"},
    ),
    Defect(
        "考核情况过于简略",
        "业务水平考核情况请写明考核机构、时间和结果。",
        "/payload/form/assessment",
        "请写明考核机构、时间和结果",
        lambda form: form | {"assessment": "考核合格。"},
    ),
)
