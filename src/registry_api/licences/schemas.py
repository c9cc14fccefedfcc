"""Bodies of the operations on licences."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from registry_api.kit.checks import Check

LicenceStatus = Literal["valid", "superseded", "revoked"]
EndReason = Literal["changed", "photo_changed", "reissued", "filed", "suspended", "deregistered", "revoked"]
Outcome = Literal["valid", "revoked", "superseded", "expired", "suspended", "unknown", "forged"]
TokenKind = Literal["licence", "presentation"]


class LicenceEligibility(BaseModel):
    """Whether a licence can be claimed for a registration, and every reason."""

    registration_id: UUID | None
    institution_name: str | None
    eligible: bool
    licence_id: Annotated[UUID | None, Field(description="The valid licence, if it was claimed already.")]
    checks: list[Check]


class LicenceEligibilities(BaseModel):
    """For the registration that is held; without one, the reason."""

    items: list[LicenceEligibility]


class LicenceClaim(BaseModel):
    """What a licence is claimed for."""

    model_config = ConfigDict(extra="forbid")

    registration_id: UUID


class LicenceRead(BaseModel):
    """A version of a licence, and what it says."""

    id: UUID
    registration_id: UUID
    number: str
    version: int
    title: str
    status: LicenceStatus
    status_title: str
    issued_at: datetime
    ended_at: datetime | None
    end_reason: EndReason | None
    end_reason_title: str | None
    name: str
    sex_title: str
    certificate_number_masked: str
    institution_name: str
    authority_name: str
    techniques: list[str]
    conditions: list[str]
    presentable: Annotated[
        bool, Field(description="Whether 亮照 is open: it is valid, and the registration is in force today.")
    ]


class Licences(BaseModel):
    """Every version, the latest first."""

    items: list[LicenceRead]


class Presentation(BaseModel):
    """A code to be shown, which lives thirty seconds."""

    url: Annotated[str, Field(description="What the code holds: any phone's camera opens it.")]
    qr_svg: str
    expires_at: datetime
    expires_in_seconds: Annotated[int, Field(description="The same for whoever has another clock.")]
    refresh_after_seconds: Annotated[int, Field(description="When to ask for the next one.")]


class LicenceStatusLists(BaseModel):
    """Where every status list is published (the draft's Status List Aggregation)."""

    status_lists: list[str]


class LicenceVerification(BaseModel):
    """The content of a code: its whole address, or what stands behind the `#`."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, StringConstraints(min_length=1, max_length=6000)]


class VerifiedLicenceRead(BaseModel):
    """The version that the code is of."""

    number: str
    version: int
    issued_on: date
    ended_on: date | None


class VerifiedHolder(BaseModel):
    """Whom it is about; the photo only while the licence is valid."""

    name: str
    sex_title: str
    photo: Annotated[str | None, Field(description="A data URL.")]
    certificate_number_masked: str


class VerifiedPractice(BaseModel):
    """What the register says today."""

    status: str
    status_title: str
    institution: str | None
    authority: str
    techniques: list[str]
    conditions: list[str]
    additional: list[str]


class LicenceVerified(BaseModel):
    """What is so at `checked_at`, whatever the code says of itself."""

    outcome: Outcome
    reason: Annotated[
        str | None,
        Field(
            description="Of a code that does not count: malformed, wrong_key, other_issuer, forged and so on."
        ),
    ]
    message: str
    kind: TokenKind | None
    checked_at: datetime
    licence: VerifiedLicenceRead | None
    holder: VerifiedHolder | None
    practice: VerifiedPractice | None
