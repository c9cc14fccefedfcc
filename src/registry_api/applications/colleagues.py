"""Who of an office can work on its cases, and how many each works on already."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Text, Uuid, column, func, select

from registry_api.accounts.principals import AuthorityStaff, InstitutionStaff, Principal
from registry_api.applications.models import Application
from registry_api.applications.perform import scope_of
from registry_api.applications.queries import scoped
from registry_api.applications.schemas import Assignment, Colleague, Colleagues
from registry_api.kit.db import Statement
from registry_api.kit.problems import Forbidden
from registry_api.kit.roles import Realm
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.workflow.table import HOLDERS, Status

Staff = InstitutionStaff | AuthorityStaff
MOST_COLLEAGUES = 200


@dataclass(frozen=True, slots=True)
class _Row:
    account_id: UUID
    name: str
    role: str
    cases: int


@cache
def _of_office(realm: Realm) -> Statement[_Row]:
    """The function reads office and realm from the scope of the session, as row-level security does."""
    one = func.colleagues().table_valued(
        column("account_id", Uuid), column("name", Text), column("role", Text), name="one"
    )
    cases = (
        select(func.count())
        .select_from(Application)
        .where(Application.assignee_id == one.c.account_id, scoped(realm))
        .scalar_subquery()
    )
    return Statement(
        select(one.c.account_id, one.c.name, one.c.role, cases)
        .order_by(one.c.name, one.c.account_id)
        .limit(MOST_COLLEAGUES),
        _Row,
    )


def assignment_of(principal: Principal, status: Status) -> Assignment | None:
    """Whom the caller gives a case in a status to: anybody of the office, only themselves, or nobody."""
    if HOLDERS[status] != principal.realm or principal.role in ("authority_auditor", "client"):
        return None
    leads = principal.role in ("institution_administrator", "authority_administrator")
    return "colleagues" if leads else "self"


async def list_colleagues(work: Work, staff: Staff) -> Colleagues:
    """Everybody of the caller's office to whom a case can be given, by name, the caller included. Raises Forbidden."""
    if staff.scopes is not None:
        raise Forbidden  # a program's scope is about applications
    rows = await work.tx.fetch_all(_of_office(staff.realm), scope=scope_of(staff))
    return Colleagues(
        items=[
            Colleague(
                account_id=row.account_id,
                name=row.name,
                role_title=text(f"role.{row.role}", work.language),
                me=row.account_id == staff.account_id,
                cases=row.cases,
            )
            for row in rows
        ]
    )
