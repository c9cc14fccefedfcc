"""Bodies of the application operations."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from registry_api.applications.types.spec import Check, StepSpec
from registry_api.kit.paging import Total
from registry_api.workflow.table import Action, CommentRule, Holder, Status, Tone


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ApplicationCreate(Body):
    """A new draft. `payload` may be incomplete; its shape is the type's."""

    type: Annotated[str, Field(max_length=40)]
    registration_id: UUID | None = None
    payload: dict[str, Any] = Field(default_factory=dict)


class ApplicationUpdate(Body):
    """The whole payload, as autosave sends it."""

    payload: dict[str, Any]


Comment = Annotated[str, Field(max_length=1000)]


class Withdrawal(Body):
    """Why, if the applicant wants to say it."""

    comment: Comment = ""


class FieldComment(Body):
    """A remark pinned to a field of the payload."""

    pointer: Annotated[str, Field(max_length=200, pattern=r"^/")]
    comment: Annotated[str, Field(min_length=1, max_length=500)]


class Decision(Body):
    """What staff decide; which actions need a comment is in `available_actions`."""

    comment: Comment = ""
    field_comments: Annotated[list[FieldComment], Field(max_length=50)] = []


class InstitutionDecision(Decision):
    """Decision of the intended institution."""

    action: Literal["endorse", "return"]


class AuthorityDecision(Decision):
    """Decision of the authority."""

    action: Literal["accept", "request_correction", "approve", "refuse", "decline"]


class ApplicationFilter(Body):
    """Which applications a list shows; in a query, too, what it does not know is refused."""

    status: Status | None = None
    type: Annotated[str | None, Field(max_length=40)] = None
    overdue: Annotated[bool, Field(description="Only what is late.")] = False
    order: Literal["newest", "deadline"] = "newest"
    limit: Annotated[int, Field(ge=1, le=100, description="Rows a page.")] = 20
    cursor: Annotated[str | None, Field(max_length=300, description="`next_cursor` as it came.")] = None


_Words = Annotated[
    str,
    # PostgreSQL's texts cannot hold U+0000.
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00]*$"),
]


class ApplicationSearch(ApplicationFilter):
    """A list narrowed to a person or a case."""

    name: Annotated[_Words | None, Field(description="Beginning of the applicant's name.")] = None
    number: Annotated[_Words | None, Field(description="受理号, whole.")] = None


class AvailableAction(BaseModel):
    """An action that the caller may take now."""

    action: Action
    title: str
    comment: CommentRule
    tone: Tone


class Qualification(BaseModel):
    """The certificate and its scope, read-only (Order 15 Art. 26)."""

    certificate_number_masked: str
    issued_on: date
    techniques: list[str]
    conditions: list[str]


class Applicant(BaseModel):
    """The person, from the register; numbers masked."""

    name: str
    sex: str
    id_number_masked: str
    phone_masked: str | None
    qualification: Qualification | None


class InstitutionRef(BaseModel):
    """An institution as an application shows it."""

    id: UUID
    name: str
    registration_number: str
    division_name: str
    address: str
    phone: str


class AuthorityRef(BaseModel):
    """An authority as an application shows it."""

    id: UUID
    name: str
    phone: str


class Desk(BaseModel):
    """Whose desk it lies on, since when and until when. `due_on` is a civil day in Asia/Shanghai."""

    holder: Holder
    office: str
    since: datetime
    due_on: date | None
    due_statutory: bool
    due_provisional: bool
    working_days_left: int | None
    contact: str | None


class TimelineStep(BaseModel):
    """One step."""

    id: UUID
    action: Action
    title: str
    from_status: Status
    to_status: Status
    actor_name: str
    actor_role: str
    office: str
    comment: str
    field_comments: list[FieldComment]
    occurred_at: datetime


class AttachmentRead(BaseModel):
    """A file of the application."""

    id: UUID
    kind: Literal["photo"]
    status: Literal["pending", "approved", "rejected"]
    content_type: str
    size: int
    width: int
    height: int
    advice: list["Advice"]


class Advice(BaseModel):
    """Something that a reviewer might object to; advice, not refusal."""

    code: str
    message: str


class ApplicationSummary(BaseModel):
    """A row of a list."""

    id: UUID
    number: str | None
    type: str
    type_title: str
    status: Status
    status_title: str
    version: int
    applicant_name: str
    institution_name: str | None
    authority_name: str | None
    status_since: datetime
    submitted_at: datetime | None
    due_on: date | None
    working_days_left: int | None
    overdue: bool
    available_actions: list[AvailableAction]


class ApplicationRead(BaseModel):
    """An application, whole.

    `changed_places` are JSON pointers of what the last correction changed, `fixed_places` of what cannot be changed
    any more.
    """

    id: UUID
    number: str | None
    type: str
    type_title: str
    status: Status
    status_title: str
    version: int
    applicant: Applicant
    institution: InstitutionRef | None
    authority: AuthorityRef | None
    payload: dict[str, Any]
    attachments: list[AttachmentRead]
    desk: Desk
    available_actions: list[AvailableAction]
    timeline: list[TimelineStep]
    checks: list[Check]
    changed_places: list[str]
    fixed_places: list[str]
    registration_id: UUID | None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None


class ApplicationPage(BaseModel):
    """A page of a list; `total` only on the first."""

    items: list[ApplicationSummary]
    next_cursor: str | None
    total: Total | None


class ApplicationOption(BaseModel):
    """Whether a type can be started, and every reason."""

    type: str
    title: str
    registration_id: UUID | None
    available: bool
    open_application_id: UUID | None
    checks: list[Check]


class ApplicationOptions(BaseModel):
    """All types."""

    items: list[ApplicationOption]


class ApplicationTypeRead(BaseModel):
    """A type as the portals draw it."""

    code: str
    title: str
    summary: str
    open: bool
    steps: list[StepSpec]


class StatusCount(BaseModel):
    """How many applications are in a status."""

    status: Status
    title: str
    count: int


class Summary(BaseModel):
    """Numbers for a home page."""

    counts: list[StatusCount]
    waiting: int
    overdue: int
    due_soon: int
    decided_today: int
