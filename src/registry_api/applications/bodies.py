"""What requests on applications send."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from registry_api.workflow.table import Filer, Status


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

    action: Literal[
        "accept",
        "request_correction",
        "approve",
        "refuse",
        "decline",
        "countersign",
        "discard",
        "terminate",
    ]


class Reason(Body):
    """Why; it becomes part of the record."""

    comment: Annotated[str, Field(min_length=1, max_length=1000)]


class ReportCreate(Body):
    """What an institution reports of its own doctor: 备案 or 注销."""

    type: Annotated[str, Field(max_length=40)]
    registration_id: UUID
    payload: dict[str, Any]
    comment: Annotated[str, Field(min_length=1, max_length=1000, description="The facts, in words.")]


class Basis(Body):
    """On which document and for which reason an authority acts directly."""

    document: Annotated[str, Field(min_length=1, max_length=100, description="文号 or name of the document.")]
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class Assignment(Body):
    """Who is to work on the case, and who had it when the caller looked; null for nobody."""

    account_id: UUID | None
    instead_of: UUID | None = None


class NoteCreate(Body):
    """A note for the colleagues."""

    text: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]


class DirectHandling(Body):
    """What an authority handles directly. `registration_id` for every type but `registration`."""

    type: Annotated[str, Field(max_length=40)]
    practitioner_id: UUID
    registration_id: UUID | None = None
    payload: dict[str, Any]
    basis: Basis


class ApplicationFilter(Body):
    """Which applications a list shows; in a query, too, what it does not know is refused."""

    status: Status | None = None
    type: Annotated[str | None, Field(max_length=40)] = None
    overdue: Annotated[bool, Field(description="Only what is late: on the own desk, or in `status`.")] = False
    filer: Annotated[Filer | None, Field(description="Who began it.")] = None
    assignee: Annotated[
        Literal["me", "nobody"] | UUID | None,
        Field(description="Only what is assigned to me, to a colleague, or waits here and is nobody's yet."),
    ] = None
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
