"""Photos of registrations as their doctor sees them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from registry_api.register.state import Status

PhotoStatus = Literal["pending", "approved", "rejected", "withdrawn", "replaced", "lapsed"]


class PhotoAdvice(BaseModel):
    """What had better be different; no refusal."""

    code: str
    message: str


class PhotoRead(BaseModel):
    """One photo and what became of it."""

    id: UUID
    status: PhotoStatus
    status_title: str
    current: Annotated[bool, Field(description="Whether this is the photo that counts now.")]
    from_application: Annotated[
        bool, Field(description="It came with the application for the registration, which was approved.")
    ]
    has_content: Annotated[
        bool, Field(description="False once withdrawn, replaced or lapsed: the file is gone.")
    ]
    advice: list[PhotoAdvice]
    uploaded_at: datetime
    decided_at: datetime | None
    decided_by: Annotated[str | None, Field(description="The office that decided.")]
    reason: Annotated[str | None, Field(description="Why it was not approved.")]


class RegistrationPhotos(BaseModel):
    """A registration, its current and its pending photo, and every earlier one, the newest first."""

    registration_id: UUID
    certificate_number_masked: str
    status: Status
    status_title: str
    reviewer: Annotated[str | None, Field(description="The main institution now: it decides.")]
    reviewer_phone: str | None
    may_upload: bool
    why_not: Annotated[str | None, Field(description="Why nothing can be uploaded, in words.")]
    current: PhotoRead | None
    pending: PhotoRead | None
    history: list[PhotoRead]


class MyPhotos(BaseModel):
    """`explanation` says why there is no registration to choose."""

    items: list[RegistrationPhotos]
    explanation: str | None
