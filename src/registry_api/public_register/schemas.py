"""Bodies of the public register's operations."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from registry_api.captchas.service import HumanProof
from registry_api.register.state import PlaceKind, Status

# PostgreSQL's texts cannot hold U+0000.
_NO_NULL = r"^[^\x00]*$"
_Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=_NO_NULL)
]
_Institution = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=_NO_NULL)
]


class PublicRegisterSearch(BaseModel):
    """The whole name, and one thing more: the institution (chosen, or its whole name) or a certificate number."""

    model_config = ConfigDict(extra="forbid")

    name: _Name
    institution_id: UUID | None = None
    institution: _Institution | None = None
    certificate_number: Annotated[
        _Name | None, Field(description="Of the qualification or of the practice certificate.")
    ] = None
    human_proof: Annotated[
        HumanProof | None,
        Field(description="Asked for (403 `human_proof_required`) after some look-ups from one network."),
    ] = None

    @model_validator(mode="after")
    def _one_more(self) -> Self:
        if [self.institution_id, self.institution, self.certificate_number].count(None) != 2:
            raise PydanticCustomError(
                "institution_or_certificate", "give the institution or a certificate number"
            )
        return self


class PublicRegistration(BaseModel):
    """What the register says of one doctor today, and no more (医师法 21)."""

    name: str
    certificate_number_masked: Annotated[str, Field(description="Of the practice certificate.")]
    status: Status
    status_title: str
    institution: Annotated[str | None, Field(description="The main institution; none once the right ended.")]
    authority: str
    additional: Annotated[list[str], Field(description="Further institutions, while practice is allowed.")]
    techniques: Annotated[list[str], Field(description="技术方法; empty while practice is not allowed.")]
    conditions: Annotated[list[str], Field(description="病证; empty while practice is not allowed.")]


class PublicRegistrations(BaseModel):
    """At most twenty; `more` says that there are others."""

    items: list[PublicRegistration]
    more: bool
    checked_at: datetime


class BoardDoctor(BaseModel):
    """A doctor on the board of an institution."""

    name: str
    certificate_number_masked: str
    kind: PlaceKind
    kind_title: str
    valid_to: Annotated[date | None, Field(description="Last day of a 多执业机构备案.")]
    techniques: list[str]
    conditions: list[str]


class BoardInstitution(BaseModel):
    """Whose board it is."""

    id: UUID
    name: str
    address: str
    authority_name: str


class DisplayBoard(BaseModel):
    """The 公示牌: who practises at the institution today, and within which scope."""

    institution: BoardInstitution
    day: date
    items: list[BoardDoctor]
    more: Annotated[bool, Field(description="Whether there are more than 1,000, the most that are listed.")]
