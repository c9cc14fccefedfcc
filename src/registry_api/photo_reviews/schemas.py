"""Photo reviews as the institution sees and decides them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from registry_api.kit.paging import Total
from registry_api.photos.schemas import PhotoAdvice, PhotoStatus

ReviewStatus = Literal["pending", "approved", "rejected"]
Action = Literal["approve", "reject"]
MOST_AT_ONCE = 50


class PhotoReview(BaseModel):
    """A photo that waits for the institution, or on which it decided, beside the current one."""

    id: UUID
    status: PhotoStatus
    status_title: str
    name: str
    id_number_masked: str
    certificate_number_masked: Annotated[str, Field(description="Of the practice certificate.")]
    uploaded_at: datetime
    advice: list[PhotoAdvice]
    has_content: bool
    current_photo_id: Annotated[UUID | None, Field(description="The photo that counts now, if another.")]
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    available_actions: list[Action]
    hindrance: Annotated[str | None, Field(description="Why a pending one cannot be decided now, in words.")]


class ReasonTemplate(BaseModel):
    """A reason as it is often given; it may be edited."""

    code: str
    text: str


class PhotoReviewPage(BaseModel):
    """A page; what is pending has the oldest first, what is decided the newest. The total is the first page's."""

    items: list[PhotoReview]
    next_cursor: str | None
    total: Total | None
    reasons: list[ReasonTemplate]


class PhotoDecision(BaseModel):
    """A rejection needs a reason, which the doctor reads."""

    model_config = ConfigDict(extra="forbid")

    action: Action
    # PostgreSQL's texts cannot hold U+0000.
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00]*$")
    ] = ""


class PhotoApprovals(BaseModel):
    """Photos that somebody has looked at, to be approved together."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ApprovalOutcome(BaseModel):
    """What became of one: approved, or why not."""

    id: UUID
    approved: bool
    code: str | None
    message: str | None


class ApprovalOutcomes(BaseModel):
    """In the order asked for."""

    items: list[ApprovalOutcome]
