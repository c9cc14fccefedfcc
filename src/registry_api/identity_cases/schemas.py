"""Bodies of identity cases."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import UploadFile
from pydantic import BaseModel, BeforeValidator, Field

from registry_api.accounts.schemas import Body
from registry_api.captchas.service import HumanProof

Kind = Literal["taken_identity", "correction", "phone_replacement"]
Status = Literal["open", "upheld", "rejected"]
Action = Literal["start", "uphold", "reject"]
MAX_FILES = 3

_CLEAN = r"^[^\x00-\x1f\x7f]+$"
_WORDS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$"


def _none_if_empty(value: object) -> object:
    """A form sends a field that was left empty as an empty text."""
    return None if value == "" else value


Left = BeforeValidator(_none_if_empty)
Line = Annotated[str, Field(min_length=1, max_length=254, pattern=_CLEAN)]
OptionalLine = Annotated[str | None, Left, Field(max_length=254, pattern=_CLEAN)]


class CaseForm(Body):
    """What both forms ask for, as multipart: who, how to reach the person, which region, in words, with proofs.

    The proof that somebody is there comes as fields of the form: `captcha_id` with `captcha_answer`, or
    `proof_of_work`.
    """

    name: Annotated[str, Field(min_length=1, max_length=64, pattern=_CLEAN)]
    id_number: Annotated[str, Field(min_length=1, max_length=40)]
    division_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    statement: Annotated[str, Field(min_length=1, max_length=1000, pattern=_WORDS)]
    evidence: Annotated[
        list[UploadFile], Field(description="1 to 3 photos or scans, JPEG or PNG, 5 MB each.")
    ]
    captcha_id: Annotated[UUID | None, Left] = None
    captcha_answer: Annotated[str | None, Left, Field(max_length=16)] = None
    proof_of_work: Annotated[str | None, Left, Field(max_length=2048)] = None

    def human_proof(self) -> HumanProof | None:
        """The proof, if the form has one. Raises ValueError for half a captcha."""
        if self.captcha_id is None and self.captcha_answer is None and self.proof_of_work is None:
            return None
        return HumanProof(
            captcha_id=self.captcha_id,
            captcha_answer=self.captcha_answer,
            proof_of_work=self.proof_of_work,
        )


class DisputeForm(CaseForm):
    """身份异议: my ID number is registered by somebody else, or the name or number of my account is wrong.

    `name` and `id_number` are the right ones; `login_name` names the account to be corrected where its ID number is
    wrong.
    """

    kind: Literal["taken_identity", "correction"]
    phone: Line
    email: OptionalLine = None
    login_name: OptionalLine = None


class PhoneReplacementForm(CaseForm):
    """The old phone is lost: the account is that of the ID number."""

    new_phone: Line


class CaseOpened(BaseModel):
    """By number and token the person follows the case; the token is shown here only."""

    number: str
    token: str


class CaseLookup(Body):
    """What the person got when the case was opened."""

    number: Annotated[str, Field(min_length=1, max_length=40)]
    token: Annotated[str, Field(min_length=1, max_length=128)]


class CaseStatus(BaseModel):
    """Where a case stands, and what to do now."""

    number: str
    kind: Kind
    kind_title: str
    status: Status
    status_title: str
    created_at: datetime
    started_at: datetime | None
    decided_at: datetime | None
    reason: str | None
    next: str


class CaseSummary(BaseModel):
    """A line of a desk's list."""

    id: UUID
    number: str
    kind: Kind
    kind_title: str
    status: Status
    status_title: str
    name: str
    created_at: datetime
    started_at: datetime | None
    decided_at: datetime | None


class CasePage(BaseModel):
    """A page, the newest first."""

    items: list[CaseSummary]
    next_cursor: str | None


class CaseRead(CaseSummary):
    """One case. What the person gave is masked; the proofs show it."""

    id_number_masked: str
    phone_masked: str
    email_masked: str | None
    new_phone_masked: str | None
    statement: str
    evidence_count: int
    account_found: bool
    """Whether there was such an account when the case was opened."""
    name_matches: bool
    """Whether that account bears the name."""
    reason: str | None
    available_actions: list[Action]


class CaseDecision(Body):
    """`start` takes the case up (a disputed account is frozen); `uphold` and `reject` need a reason."""

    action: Action
    reason: Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")] = ""
