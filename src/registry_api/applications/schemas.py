"""Bodies of the application operations."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from registry_api.applications.bodies import FieldComment
from registry_api.applications.types.spec import StepSpec
from registry_api.kit.checks import Check
from registry_api.kit.paging import Total
from registry_api.kit.roles import Realm
from registry_api.workflow.table import Action, CommentRule, Filer, Holder, Status, Tone


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


Assignment = Literal["colleagues", "self"]


class Assignee(BaseModel):
    """Who works on the case."""

    account_id: UUID
    name: str
    me: bool


class Colleague(BaseModel):
    """Somebody of the caller's office who can work on cases."""

    account_id: UUID
    name: str
    role_title: str
    me: bool
    cases: Annotated[int, Field(description="So many cases are assigned to them now.")]


class Colleagues(BaseModel):
    """The caller among them, by name."""

    items: list[Colleague]


class CaseNote(BaseModel):
    """A note that only the author's office sees."""

    id: UUID
    author_name: str
    text: str
    written_at: datetime


class CaseNotes(BaseModel):
    """The notes of an office, oldest first."""

    items: list[CaseNote]


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
    basis: str | None
    """The document on which an authority acted directly."""
    occurred_at: datetime


class AttachmentRead(BaseModel):
    """A file of the application."""

    id: UUID
    kind: Literal["photo", "evidence"]
    name: str | None
    """What the uploader calls a proof (证明材料); a photo has none."""
    uploaded_by: Realm
    uploaded_at: datetime
    status: Literal["pending", "approved", "rejected"] | None
    """Of a photo, which the institution approves by its endorsement; null for a proof."""
    content_type: str
    size: int
    width: int
    height: int
    advice: list["Advice"]


class Advice(BaseModel):
    """Something that a reviewer might object to; advice, not refusal."""

    code: str
    message: str


class TriageReason(BaseModel):
    """One thing that makes a case easier, or asks for a closer look."""

    code: str
    message: str
    weight: Literal["eases", "needs_attention"]


class Triage(BaseModel):
    """Why a case looks simple or not; advice for staff, those reasons first that ask for a closer look."""

    simple: bool
    reasons: list[TriageReason]


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
    due_provisional: bool
    """Whether it lies in a year whose holidays are not announced (暂定)."""
    working_days_left: int | None
    overdue: bool
    filer: Filer
    assignee_name: str | None
    available_actions: list[AvailableAction]


class ApplicationRead(BaseModel):
    """An application, whole.

    `changed_places` are JSON pointers of what the last correction changed, `previous_values` what stood at each when
    it was sent back (of a proof its name, null for nothing), `fixed_places` what cannot be changed any more.
    """

    id: UUID
    number: str | None
    type: str
    type_title: str
    filer: Filer
    """Who started it: the doctor applied, the institution reported, or the authority handles it directly."""
    status: Status
    status_title: str
    version: int
    applicant: Applicant
    institution: InstitutionRef | None
    authority: AuthorityRef | None
    payload: dict[str, Any]
    attachments: list[AttachmentRead]
    desk: Desk
    assignee: Assignee | None
    assignment: Annotated[
        Assignment | None,
        Field(description="Whom the caller may give the case to; null where it is not theirs to give."),
    ]
    available_actions: list[AvailableAction]
    timeline: list[TimelineStep]
    checks: list[Check]
    triage: Triage | None
    """For staff, of what is not finished."""
    changed_places: list[str]
    previous_values: dict[str, Any]
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
    filers: list[Filer]
    about_person: bool
    printable: bool
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
    overdue: Annotated[int, Field(description="Late on the own desk.")]
    due_soon: int
    stalled: Annotated[
        int, Field(description="Late at institutions, so that this authority may take it over; 0 for others.")
    ]
    decided_today: int
