"""Bodies of the register's operations."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from registry_api.register.state import PlaceKind, PlaceStatus, Status


class PracticeRead(BaseModel):
    """A period of practice at an institution; both days are included, open-ended without `valid_to`."""

    id: Annotated[UUID, Field(description="Names it when an additional practice is to be cancelled.")]
    institution_id: UUID
    institution_name: str
    address: str
    kind: PlaceKind
    valid_from: date
    valid_to: date | None
    ended_on: Annotated[date | None, Field(description="First day no longer valid, if it ended early.")]
    status: PlaceStatus
    status_title: str
    current: bool
    days_left: Annotated[
        int | None, Field(description="Days after today up to the last day of an additional practice.")
    ]
    entry_id: Annotated[UUID, Field(description="The entry that allowed it; names it when it is cancelled.")]


class StandingRead(BaseModel):
    """A period of one status, from its first day to the day before `ended_on`."""

    status: Status
    title: str
    valid_from: date
    ended_on: date | None


class EntryRead(BaseModel):
    """What happened to the registration."""

    id: UUID
    kind: str
    title: str
    effective_on: date
    application_id: UUID | None
    application_number: Annotated[
        str | None, Field(description="受理号 of the application, if the caller may open it.")
    ]
    institution_name: str | None
    reason_code: str | None
    reason: Annotated[str | None, Field(description="The reason of a 备案 or 注销 in words.")]
    set_aside: Annotated[bool, Field(description="Whether a later entry undid it.")]
    reverses_id: Annotated[UUID | None, Field(description="The entry that a set_aside undid.")]


class RegistrationRead(BaseModel):
    """A practice registration with its scope (技术方法, 病证) and history."""

    id: UUID
    certificate_number_masked: str
    status: Status
    status_title: str
    status_since: date
    registered_on: date
    authority_name: str
    techniques: list[str]
    conditions: list[str]
    filed_on: date | None
    filed_until: Annotated[date | None, Field(description="Last day of the two years of 备案.")]
    filed_days_left: Annotated[int | None, Field(description="Negative once the two years are over.")]
    practices: list[PracticeRead]
    standings: list[StandingRead]
    history: list[EntryRead]


class Registrations(BaseModel):
    """All registrations, the current one first."""

    items: list[RegistrationRead]


_Words = Annotated[
    str,
    # PostgreSQL's texts cannot hold U+0000.
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00]*$"),
]


class PractitionerSearch(BaseModel):
    """One criterion, whole: an ID number, a certificate number (of either certificate), or a name."""

    model_config = ConfigDict(extra="forbid")

    id_number: _Words | None = None
    certificate_number: _Words | None = None
    name: _Words | None = None


class QualificationRead(BaseModel):
    """A 中医（专长）医师资格证书 with its scope (Order 15 Art. 26)."""

    id: UUID
    certificate_number_masked: str
    province_code: str
    province_name: str
    issued_on: date
    status: str
    techniques: list[str]
    conditions: list[str]


class RegistrationSummary(BaseModel):
    """The latest registration in a few words."""

    id: UUID
    status: Status
    status_title: str
    status_since: date
    authority_name: str
    institution_name: Annotated[str | None, Field(description="The main institution, if there is one now.")]


class PractitionerFound(BaseModel):
    """A person that a search found."""

    practitioner_id: UUID
    name: str
    sex: str
    id_number_masked: str
    qualification: QualificationRead | None
    registration: RegistrationSummary | None


class PractitionersFound(BaseModel):
    """At most twenty; `more` says that there are others."""

    items: list[PractitionerFound]
    more: bool


class OnDay(BaseModel):
    """What was so on one day: the status, where practice was allowed, and within which scope."""

    day: date
    provisional: Annotated[
        bool, Field(description="暂定: the day is yet to come, and what is entered until then may change it.")
    ]
    registration_id: UUID | None
    status: Status | None
    status_title: str | None
    main: PracticeRead | None
    additional: list[PracticeRead]
    techniques: Annotated[list[str], Field(description="Empty on a day without valid registration.")]
    conditions: list[str]


class RegistryPractitioner(BaseModel):
    """A person in the register, whole, and as of one day."""

    practitioner_id: UUID
    name: str
    sex: str
    id_number_masked: str
    phone_masked: str | None
    qualifications: list[QualificationRead]
    registrations: list[RegistrationRead]
    on_day: OnDay
