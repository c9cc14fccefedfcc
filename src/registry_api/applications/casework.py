"""Who of an office works on a case, and what its staff note for each other."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, insert, select, update

from registry_api.accounts.models import Account
from registry_api.applications import queries
from registry_api.applications.colleagues import Staff, assignment_of
from registry_api.applications.models import Application, ApplicationNote
from registry_api.applications.perform import scope_of
from registry_api.applications.problems import AssignedToAnother, RoleNotAllowed, WrongState
from registry_api.applications.schemas import CaseNote
from registry_api.applications.turn import offered
from registry_api.audit.service import record
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import InvalidBody, NotFound
from registry_api.kit.work import Work
from registry_api.workflow.table import HOLDERS

NOTE_PLACE = "application_note.text"
NOTE_LIMIT = 200
_ASSIGN = Statement(
    update(Application)
    .where(Application.id == bindparam("application_id"))
    .values(assignee_id=bindparam("assignee_id"), assignee_name=bindparam("assignee_name")),
    unread,
)
_COLLEAGUE = Statement(
    # Row-level security shows an administrator more than the own office, and anybody else only their own account.
    select(Account.name, Account.role).where(
        Account.id == bindparam("account_id"),
        Account.status == "active",
        func.coalesce(Account.institution_id, Account.authority_id) == bindparam("office_id", type_=Uuid),
    ),
    lambda name, role: (name, role),
)
_ADD_NOTE = Statement(
    insert(ApplicationNote).values(
        {column.name: bindparam(column.name) for column in ApplicationNote.__table__.columns}
    ),
    unread,
)


@dataclass(frozen=True, slots=True)
class _NoteRow:
    id: UUID
    author_name: str
    text_sealed: bytes
    written_at: datetime


_NOTES = Statement(
    select(
        ApplicationNote.id,
        ApplicationNote.author_name,
        ApplicationNote.text_sealed,
        ApplicationNote.written_at,
    )
    .where(ApplicationNote.application_id == bindparam("application_id"))
    .order_by(ApplicationNote.id)
    .limit(NOTE_LIMIT),
    _NoteRow,
)


async def assign(
    work: Work, staff: Staff, application_id: UUID, account_id: UUID | None, instead_of: UUID | None
) -> None:
    """Gives a case to somebody of the office, or to nobody; `instead_of` is who had it when the caller looked.

    An administrator gives it to anybody of the office, others to themselves. Raises NotFound, WrongState outside the
    office's desk, AssignedToAnother when somebody else was quicker, RoleNotAllowed, InvalidBody.
    """
    case = await work.tx.find(
        queries.locked_case(staff.realm), application_id=application_id, scope=scope_of(staff)
    )
    if case is None:
        raise NotFound
    if HOLDERS[case.status] != staff.realm:
        raise WrongState(case.status, offered(case, work.today, staff.role))
    allowed = assignment_of(staff, case.status)
    if allowed is None:
        raise RoleNotAllowed
    if case.assignee_id != instead_of:
        raise AssignedToAnother(case.assignee_name or "")
    name = None
    if account_id is not None:
        colleague = await work.tx.find(_COLLEAGUE, account_id=account_id, office_id=scope_of(staff))
        if colleague is None:
            raise InvalidBody([{"pointer": "/account_id", "code": "unknown_reference"}])
        name, role = colleague
        to_themselves = account_id == staff.account_id
        if role == "authority_auditor" or not (to_themselves or allowed == "colleagues"):
            raise RoleNotAllowed
    await work.tx.run(_ASSIGN, application_id=application_id, assignee_id=account_id, assignee_name=name)
    await record(
        work,
        staff,
        "application.assigned",
        object_type="application",
        object_id=application_id,
        details={"assignee_id": str(account_id) if account_id else None},
    )


async def add_note(work: Work, staff: Staff, application_id: UUID, words: str) -> list[CaseNote]:
    """Adds a note; gives all of them. Raises NotFound."""
    await _require_visible(work, staff, application_id)
    note_id = new_id()
    await work.tx.run(
        _ADD_NOTE,
        id=note_id,
        application_id=application_id,
        realm=staff.realm,
        office_id=scope_of(staff),
        author_id=staff.account_id,
        author_name=staff.name,
        text_sealed=work.system.sealer.seal(words, NOTE_PLACE, note_id),
        written_at=work.now,
    )
    await record(work, staff, "application.noted", object_type="application", object_id=application_id)
    return await _notes(work, application_id)


async def list_notes(work: Work, staff: Staff, application_id: UUID) -> list[CaseNote]:
    """The notes of the caller's office, oldest first. Raises NotFound."""
    await _require_visible(work, staff, application_id)
    return await _notes(work, application_id)


async def _require_visible(work: Work, staff: Staff, application_id: UUID) -> None:
    statement = queries.visible_application(staff.realm)
    if await work.tx.find(statement, application_id=application_id, scope=scope_of(staff)) is None:
        raise NotFound


async def _notes(work: Work, application_id: UUID) -> list[CaseNote]:
    rows = await work.tx.fetch_all(_NOTES, application_id=application_id)
    return [
        CaseNote(
            id=row.id,
            author_name=row.author_name,
            text=work.system.sealer.open_text(row.text_sealed, NOTE_PLACE, row.id),
            written_at=row.written_at,
        )
        for row in rows
    ]
