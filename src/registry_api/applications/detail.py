"""What a page shows of one application, as it is read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from registry_api.workflow.table import Filer, Status


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the timeline."""

    id: UUID
    action: Any
    from_status: Status
    to_status: Status
    actor_name: str
    actor_role: str
    office: str
    comment_sealed: bytes | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file without its content."""

    id: UUID
    kind: Any
    name_sealed: bytes | None
    uploaded_by: Any
    created_at: datetime
    status: Any
    content_type: str
    size: int
    width: int
    height: int
    advice: list[str]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier application of the person that the caller's office has seen."""

    type: str
    status: Status


@dataclass(frozen=True, slots=True)
class Detail:
    """An application with everything a page shows of it."""

    id: UUID
    number: str | None
    type: str
    filer: Filer
    status: Status
    version: int
    practitioner_id: UUID
    registration_id: UUID | None
    payload: dict[str, Any]
    form_sealed: bytes | None
    assignee_id: UUID | None
    assignee_name: str | None
    status_since: datetime
    act_by: date
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    correction_requested_at: datetime | None
    changed_places: list[str]
    endorsed_digest: bytes | None
    institution_id: UUID | None
    institution_name: str | None
    institution_number: str | None
    institution_address: str | None
    institution_phone: str | None
    institution_status: str | None
    division_name: str | None
    authority_id: UUID | None
    authority_name: str | None
    authority_phone: str | None
    name: str
    sex: str
    id_number_sealed: bytes
    phone_sealed: bytes | None
    qualification_id: UUID | None
    certificate_sealed: bytes | None
    issued_on: date | None
    techniques: list[str] | None
    conditions: list[str] | None
    earlier: list[Earlier]
    steps: list[StepRow]
    attachments: list[AttachmentRow]


def detail_of(*columns: Any) -> Detail:
    """From the columns of the statement, of which the last three are rows."""
    *own, earlier, steps, files = columns
    rows = (
        [Earlier(*one) for one in earlier],
        [StepRow(*one) for one in steps],
        [AttachmentRow(*one) for one in files],
    )
    return Detail(*(*own, *rows))
