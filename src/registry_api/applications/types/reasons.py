"""Reasons of 备案 and 注销, and who may give which; the codes are this system's own."""

from typing import Annotated, ClassVar

from pydantic import Field

from registry_api.applications.types.spec import Option, Payload, Question, StepSpec, absent, draw
from registry_api.kit.checks import Finding
from registry_api.kit.texts import Language, text
from registry_api.workflow.table import Filer

OTHER = "99"

FILING_REASONS: dict[str, frozenset[Filer]] = {
    code: frozenset(("doctor", "institution", "authority")) for code in ("01", "02", "03", "04", "05", "99")
}
"""医师执业注册管理办法 (Order 13) Art. 19."""

_EVERYBODY: frozenset[Filer] = frozenset(("doctor", "institution", "authority"))
_STAFF: frozenset[Filer] = frozenset(("institution", "authority"))
_AUTHORITY: frozenset[Filer] = frozenset(("authority",))
DEREGISTRATION_REASONS: dict[str, frozenset[Filer]] = {
    "01": _STAFF,  # 死亡
    "02": _STAFF,  # 被宣告失踪
    "03": _STAFF,  # 受刑事处罚
    "04": _AUTHORITY,  # 被吊销医师执业证书
    "05": _STAFF,  # 定期考核不合格，再次考核仍不合格
    "06": _STAFF,  # 连续两个考核周期未参加定期考核
    "07": _EVERYBODY,  # 中止医师执业活动满二年
    "08": frozenset(("doctor", "institution")),  # 身体健康状况不适宜继续执业
    "09": _STAFF,  # 出借、出租、抵押、转让、涂改执业证书
    "10": _AUTHORITY,  # 医师资格考试中参与有组织作弊
    "11": frozenset(("doctor",)),  # 本人主动申请
    "99": _STAFF,  # 法律、行政法规规定的其他情形
}
"""医师法 17, Order 13 Art. 18."""


PROVEN_DEREGISTRATIONS = frozenset(("01", "02", "03", "04", "05", "06", "08", "09", "10"))
"""What is shown by a paper: 户口注销 or 死亡证明, 判决书, 处罚决定, 考核证明, 诊断证明."""


class ReasonPayload(Payload):
    """Why, from the list of the type, and remarks."""

    written: ClassVar[frozenset[str]] = frozenset(("remarks",))
    reason_code: str | None = None
    remarks: Annotated[str, Field(max_length=500)] = ""


def open_to(reasons: dict[str, frozenset[Filer]], filer: Filer) -> tuple[str, ...]:
    """The codes that a filer may give, in the order of the regulation."""
    return tuple(code for code, filers in reasons.items() if filer in filers)


def reason_open(question: Question, reasons: dict[str, frozenset[Filer]]) -> Finding:
    """The reason is one that this filer may give."""
    code = getattr(question.payload, "reason_code", None)
    return Finding("reason_open", code is None or code in open_to(reasons, question.filer))


def needs_proof(payload: Payload) -> bool:
    """Whether the reason of a 注销 is one that a paper shows."""
    return getattr(payload, "reason_code", None) in PROVEN_DEREGISTRATIONS


def missing_reason(payload: Payload) -> list[str]:
    """The reason; remarks only for 其他情形."""
    other = getattr(payload, "reason_code", None) == OTHER
    return absent(payload, "reason_code", *(["remarks"] if other else []))


def reason_step(kind: str, reasons: dict[str, frozenset[Filer]], language: Language) -> StepSpec:
    """The manual's single page: the reason and remarks."""
    choices = [
        Option(value=code, label=text(f"{kind}_reason.{code}", language), filers=sorted(filers))
        for code, filers in reasons.items()
    ]
    fields = [
        draw("reason_code", "select", language, words=f"{kind}_reason", options=choices),
        draw(
            "remarks",
            "textarea",
            language,
            required=False,
            max_length=500,
            words=f"{kind}_remarks",
        ),
    ]
    return StepSpec(code="choose", title=text(f"type.{kind}.step_choose", language), fields=fields)
