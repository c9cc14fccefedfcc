"""Who of the staff opened which application: written once a day and person, shown to the applicant."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from registry_api.accounts.principals import Doctor, Principal
from registry_api.applications.models import ApplicationView
from registry_api.audit.service import record
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.work import Work

_NAMES = ("id", "application_id", "account_id", "day", "viewed_at", "office", "role")
_ADD = Statement(
    # No arbiter and no RETURNING: both would need the right to read views, which staff do not have.
    insert(ApplicationView).values({name: bindparam(name) for name in _NAMES}).on_conflict_do_nothing(),
    unread,
)


async def note_view(work: Work, principal: Principal, application_id: UUID) -> None:
    """Notes that a member of staff, or an office's program, opened the application; an applicant's own look is none.

    From the second time a day on it costs one look into an index and writes nothing.
    """
    if isinstance(principal, Doctor):
        return
    added = await work.tx.run(
        _ADD,
        id=new_id(),
        application_id=application_id,
        account_id=principal.account_id,
        day=work.today,
        viewed_at=work.now,
        office=principal.office,
        role=principal.role,
    )
    if added:
        await record(
            work, principal, "application.viewed", object_type="application", object_id=application_id
        )
