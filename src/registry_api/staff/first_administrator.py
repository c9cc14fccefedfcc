"""The first administrator of an authority that has no superior; an operator makes it on the command line."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Text, Uuid, bindparam, or_, select

from registry_api.audit.service import record
from registry_api.institutions.models import Authority
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.staff.invitations import add_account, invited_account
from registry_api.staff.offices import Office
from registry_api.staff.queries import LOCK_OFFICE, LOCK_SEED, accounts_of_person, administrators
from registry_api.staff.schemas import Invitation, PersonCreate


class CannotAppoint(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """No administrator is made; the message says why, to an operator."""


class AlreadyAdministered(CannotAppoint):
    """The authority has an administrator; another one is made only on purpose."""


@dataclass(frozen=True, slots=True)
class _AuthorityRow:
    id: UUID
    name: str
    superior_id: UUID | None


_FIND = Statement(
    select(Authority.id, Authority.name, Authority.superior_id)
    .where(
        or_(
            Authority.id == bindparam("id", type_=Uuid),
            Authority.division_code == bindparam("division_code", type_=Text),
        )
    )
    .order_by(Authority.id),
    _AuthorityRow,
)


@dataclass(frozen=True, slots=True)
class _Operator:
    """Who is recorded: somebody with the owner's credentials, who has no account."""

    realm: str = "system"
    role: str = "operator"
    account_id: UUID | None = None
    session_id: UUID | None = None


async def find_authority(work: Work, named: str) -> Office:
    """The authority of an id or of a six-digit division code. Raises CannotAppoint.

    One that has a superior gets its first administrator from that one's.
    """
    wanted = _uuid(named)
    rows = await work.tx.fetch_all(_FIND, id=wanted, division_code=None if wanted else named)
    if not rows:
        raise CannotAppoint(f"no authority has this id or division code: {named}")
    if len(rows) > 1:
        several = "\n".join(f"  {row.id}  {row.name}" for row in rows)
        raise CannotAppoint(f"several authorities have this division code; name one by its id:\n{several}")
    if rows[0].superior_id is not None:
        raise CannotAppoint(
            f"{rows[0].name} has a superior, whose administrator appoints the first one in the portal"
        )
    return Office("authority", rows[0].id, rows[0].name, supervised=True)


async def appoint(work: Work, office: Office, person: PersonCreate, *, again: bool) -> Invitation:
    """Invites the administrator. Raises AlreadyAdministered without `again`, CannotAppoint, InvalidBody."""
    values = invited_account(work, office, person, office.administrator, None)
    await work.tx.find(LOCK_OFFICE, office=str(office.id), seed=LOCK_SEED)
    current = await work.tx.fetch_all(administrators("authority"), office_id=office.id)
    if current and not again:
        raise AlreadyAdministered(
            f"{office.name} has {len(current)} administrator(s) already; --again makes one more"
        )
    same_person = accounts_of_person("authority")
    if await work.tx.find(same_person, office_id=office.id, id_number_index=values["id_number_index"]):
        raise CannotAppoint(
            "this person has an account of this authority; an administrator can change its role"
        )
    invitation = await add_account(work, office, values)
    await record(
        work,
        _Operator(),
        "staff.invited",
        object_type="account",
        object_id=values["id"],
        details={"role": office.administrator, "again": again},
    )
    return invitation


def person_of(name: str, id_number: str, phone: str, email: str | None) -> PersonCreate:
    """The person as an operator typed it. Raises CannotAppoint, without quoting it."""
    try:
        return PersonCreate(name=name, id_number=id_number, phone=phone, email=email)
    except ValidationError as fault:
        wrong = ", ".join(str(error["loc"][0]) for error in fault.errors())
        raise CannotAppoint(f"wrong: {wrong}") from None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
