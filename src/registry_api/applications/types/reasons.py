"""Reasons of 备案 and 注销, of a 退回 and of 不予注册: who may give which, and on what basis; the codes are ours."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from registry_api.applications.types.spec import Option, Payload, Question, Reason, StepSpec, absent, draw
from registry_api.kit.checks import Finding
from registry_api.kit.texts import Language, text
from registry_api.photos.reasons import REASONS as PHOTO_REASONS
from registry_api.workflow.table import Filer

OTHER = "99"

_EVERYBODY: frozenset[Filer] = frozenset(("doctor", "institution", "authority"))
_STAFF: frozenset[Filer] = frozenset(("institution", "authority"))
_DOCTOR: frozenset[Filer] = frozenset(("doctor",))
_INSTITUTION: frozenset[Filer] = frozenset(("institution",))
_AUTHORITY: frozenset[Filer] = frozenset(("authority",))

FILING_REASONS: dict[str, Reason] = {
    code: Reason(_EVERYBODY, "order_19") for code in ("01", "02", "03", "04", "05", "99")
}
"""医师执业注册管理办法 (Order 13) Art. 19."""

DEREGISTRATION_REASONS: dict[str, Reason] = {
    "01": Reason(_STAFF, "law_17_order_18"),  # 死亡
    "02": Reason(_STAFF, "order_18"),  # 被宣告失踪
    "03": Reason(_STAFF, "law_17_order_18"),  # 受刑事处罚
    "04": Reason(_AUTHORITY, "law_17_order_18"),  # 被吊销医师执业证书
    "05": Reason(_STAFF, "law_17_order_18"),  # 定期考核不合格，再次考核仍不合格
    "06": Reason(_STAFF, "order_18"),  # 连续两个考核周期未参加定期考核
    "07": Reason(_EVERYBODY, "law_17_order_18"),  # 中止医师执业活动满二年
    "08": Reason(_DOCTOR | _INSTITUTION, "order_18"),  # 身体健康状况不适宜继续执业
    "09": Reason(_STAFF, "order_18"),  # 出借、出租、抵押、转让、涂改执业证书
    "10": Reason(_AUTHORITY, "order_18"),  # 医师资格考试中参与有组织作弊
    "11": Reason(_DOCTOR, "order_18"),  # 本人主动申请
    "99": Reason(_STAFF, "law_17"),  # 法律、行政法规规定的其他情形
}
"""医师法 17, Order 13 Art. 18."""

RETURN_REASONS: dict[str, Reason] = {code: Reason(_INSTITUTION, "order") for code in PHOTO_REASONS}
"""What makes the photo of an application unfit; a 退回 is said in words, which may begin with one of these."""

REFUSAL_REASONS: dict[str, Reason] = {
    code: Reason(_AUTHORITY, "law_16") for code in ("B1", "B2", "B3", "B4", "B5")
}
"""不予注册: the bars of 医师法 16, in its order."""

OF_DECISIONS: dict[str, tuple[str, Mapping[str, Reason]]] = {
    "return": ("photo_reason", RETURN_REASONS),
    "refusal": ("refusal_reason", REFUSAL_REASONS),
}
"""What a decision of any type may rest on, each with the name under which the catalogues keep its words."""

PROVEN_DEREGISTRATIONS = frozenset(("01", "02", "03", "04", "05", "06", "08", "09", "10"))
"""What is shown by a paper: 户口注销 or 死亡证明, 判决书, 处罚决定, 考核证明, 诊断证明."""


class ReasonPayload(Payload):
    """Why, from the list of the type, and remarks."""

    written: ClassVar[frozenset[str]] = frozenset(("remarks",))
    reason_code: str | None = None
    remarks: Annotated[str, Field(max_length=500)] = ""


def open_to(reasons: Mapping[str, Reason], filer: Filer) -> tuple[str, ...]:
    """The codes that a filer may give, in the order of the regulation."""
    return tuple(code for code, reason in reasons.items() if filer in reason.filers)


def reason_open(question: Question, reasons: Mapping[str, Reason]) -> Finding:
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


def reason_step(kind: str, reasons: Mapping[str, Reason], language: Language) -> StepSpec:
    """The manual's single page: the reason and remarks."""
    choices = [
        Option(value=code, label=text(f"{kind}_reason.{code}", language), filers=sorted(reason.filers))
        for code, reason in reasons.items()
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
