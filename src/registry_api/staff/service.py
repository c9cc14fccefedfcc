"""What administrators do with the accounts of their office, and superiors with the administrators of others."""

from typing import Any, Literal
from uuid import UUID

from registry_api.accounts.door import email_values, phone_values
from registry_api.accounts.phones import normal_phone
from registry_api.accounts.principals import Principal
from registry_api.accounts.session_queries import END_EVERYWHERE
from registry_api.accounts.tickets import void_tickets
from registry_api.audit.service import record
from registry_api.kit.problems import InvalidBody
from registry_api.kit.roles import ROLES
from registry_api.kit.work import Work
from registry_api.staff import queries
from registry_api.staff.invitations import KIND, add_account, invite, invited_account
from registry_api.staff.offices import Office
from registry_api.staff.problems import (
    AdministratorExists,
    AlreadyStaff,
    CannotTakeOver,
    LastAdministrator,
    OwnAccount,
    RoleNotAllowed,
    WrongAccountStatus,
)
from registry_api.staff.queries import Administrator, StaffRow
from registry_api.staff.reading import get_member, read_member
from registry_api.staff.schemas import (
    AdministratorCreate,
    Afterwards,
    Contacts,
    HandOver,
    PersonCreate,
    RoleChange,
    StaffCreate,
    StaffInvited,
    StaffRead,
)


async def create_staff(work: Work, actor: Principal, office: Office, body: StaffCreate) -> StaffInvited:
    """Invites somebody to the actor's own office. Raises InvalidBody or AlreadyStaff."""
    _check_role(office, body.role)
    await _lock(work, actor, office)
    return await _add(work, actor, office, body, body.role)


async def create_administrator(
    work: Work, actor: Principal, office: Office, body: AdministratorCreate
) -> StaffInvited:
    """Invites the administrator of an office under the actor's.

    Raises InvalidBody, AlreadyStaff, AdministratorExists.
    """
    for former in await _lock(work, actor, office):
        if not body.replace:
            raise AdministratorExists
        await _disable(work, actor, former.id, reason="replaced")
    return await _add(work, actor, office, body, office.administrator)


async def _add(work: Work, actor: Principal, office: Office, person: PersonCreate, role: str) -> StaffInvited:
    values = invited_account(work, office, person, role, actor.account_id)
    same_person = queries.accounts_of_person(office.kind)
    if await work.tx.find(same_person, office_id=office.id, id_number_index=values["id_number_index"]):
        raise AlreadyStaff
    invitation = await add_account(work, office, values)
    await _record(work, actor, "staff.invited", values["id"], role=role)
    account = await read_member(work, actor, office, values["id"])
    return StaffInvited(account=account, invitation=invitation)


async def change_role(
    work: Work, actor: Principal, office: Office, account_id: UUID, body: RoleChange
) -> StaffRead:
    """Gives a colleague another role, from their next request on.

    Raises NotFound, OwnAccount, LastAdministrator, InvalidBody, and WrongAccountStatus also where the role is no longer
    the one that was seen.
    """
    _check_role(office, body.role)
    member = await _locked_colleague(work, actor, office, account_id)
    if member.status == "disabled" or member.role != body.seen_role:
        raise WrongAccountStatus
    await work.tx.run(queries.SET_ROLE, account_id=account_id, role=body.role)
    await _record(work, actor, "staff.role_changed", account_id, **{"from": member.role, "to": body.role})
    return await read_member(work, actor, office, account_id)


async def disable(work: Work, actor: Principal, office: Office, account_id: UUID) -> StaffRead:
    """Ends a colleague's access at once. Raises NotFound, OwnAccount, LastAdministrator, WrongAccountStatus."""
    member = await _locked_colleague(work, actor, office, account_id)
    if member.status == "disabled":
        raise WrongAccountStatus
    await _disable(work, actor, account_id)
    return await read_member(work, actor, office, account_id)


async def enable(work: Work, actor: Principal, office: Office, account_id: UUID) -> StaffRead:
    """Gives access back: as before, or once an invitation is accepted. Raises NotFound, WrongAccountStatus."""
    await _locked_colleague(work, actor, office, account_id)
    if not await work.tx.run(queries.ENABLE, account_id=account_id, now=work.now):
        raise WrongAccountStatus
    await _record(work, actor, "staff.enabled", account_id)
    return await read_member(work, actor, office, account_id)


async def invite_again(
    work: Work, actor: Principal, office: Office, account_id: UUID, body: Contacts
) -> StaffInvited:
    """A new link, for who lost the last one, the password or the second factor; what there was counts no more.

    Raises NotFound, OwnAccount, LastAdministrator, WrongAccountStatus, InvalidBody.
    """
    member = await _locked_colleague(work, actor, office, account_id)
    if member.status == "disabled" or (office.supervised and member.role != office.administrator):
        raise WrongAccountStatus
    phone, email = await _renew_contacts(work, member, body)
    await work.tx.run(queries.REMOVE_FACTORS, account_id=account_id, now=work.now)
    await work.tx.run(END_EVERYWHERE, account_id=account_id, now=work.now)
    await work.tx.run(queries.RESET, account_id=account_id, now=work.now)
    invitation = await invite(work, office, account_id, member.role, phone=phone, email=email)
    await _record(work, actor, "staff.invited_again", account_id)
    account = await read_member(work, actor, office, account_id)
    return StaffInvited(account=account, invitation=invitation)


async def hand_over(work: Work, actor: Principal, office: Office, body: HandOver) -> StaffRead:
    """Makes an active colleague administrator, and of the giver what `afterwards` says, in one transaction.

    In the own office the giver is the actor. In another the superior acts because its administrators are gone:
    then they are all givers. Raises NotFound, CannotTakeOver, InvalidBody.
    """
    becomes = _afterwards(office, body.afterwards)
    current = await _lock(work, actor, office)
    taker = await get_member(work, office, body.to_account_id)
    if taker.status != "active" or taker.id == actor.account_id:
        raise CannotTakeOver
    former = current if office.supervised else [Administrator(actor.account_id, "active")]
    givers = [one.id for one in former if one.id != taker.id]
    await work.tx.run(queries.SET_ROLE, account_id=taker.id, role=office.administrator)
    await _record(work, actor, "staff.administration_taken", taker.id)
    for giver in givers:
        if becomes == "disabled":
            await _disable(work, actor, giver, reason="handed_over")
        else:
            await work.tx.run(queries.SET_ROLE, account_id=giver, role=becomes)
            await _record(work, actor, "staff.administration_given", giver, to=becomes)
    return await read_member(work, actor, office, taker.id)


async def _lock(work: Work, actor: Principal, office: Office) -> list[Administrator]:
    """The office's administrators, with nobody else changing its staff until this transaction ends.

    Raises RoleNotAllowed for an actor who was demoted while waiting.
    """
    await work.tx.find(queries.LOCK_OFFICE, office=str(office.id), seed=queries.LOCK_SEED)
    current = await work.tx.fetch_all(queries.administrators(office.kind), office_id=office.id)
    if not office.supervised and Administrator(actor.account_id, "active") not in current:
        raise RoleNotAllowed
    return current


async def _locked_colleague(work: Work, actor: Principal, office: Office, account_id: UUID) -> StaffRow:
    """An account of the office that is not the actor's own, under the lock."""
    current = await _lock(work, actor, office)
    member = await get_member(work, office, account_id)
    if member.id == actor.account_id:
        alone = [one.id for one in current if one.status == "active"] == [actor.account_id]
        raise LastAdministrator if alone else OwnAccount
    return member


async def _disable(work: Work, actor: Principal, account_id: UUID, **details: str) -> None:
    await work.tx.run(queries.SET_STATUS, account_id=account_id, status="disabled", now=work.now)
    await work.tx.run(END_EVERYWHERE, account_id=account_id, now=work.now)
    await void_tickets(work, KIND, account_id)
    await _record(work, actor, "staff.disabled", account_id, **details)


async def _renew_contacts(work: Work, member: StaffRow, body: Contacts) -> tuple[str | None, str | None]:
    """Phone and address after the change that the body asks for."""
    sealer = work.system.sealer
    phone = email = None
    if body.phone is not None:
        phone = normal_phone(body.phone)
        if phone is None:
            raise InvalidBody([{"pointer": "/phone", "code": "wrong_phone"}])
        await work.tx.run(queries.SET_PHONE, account_id=member.id, **phone_values(work, member.id, phone))
    elif member.phone_sealed is not None:
        phone = sealer.open_text(member.phone_sealed, "account.phone", member.id)
    if body.email is not None:
        email = body.email
        await work.tx.run(queries.SET_EMAIL, account_id=member.id, **email_values(work, member.id, email))
    elif member.email_sealed is not None:
        email = sealer.open_text(member.email_sealed, "account.email", member.id)
    return phone, email


def _check_role(office: Office, role: str) -> None:
    if not role.startswith(f"{office.kind}_"):
        raise InvalidBody([{"pointer": "/role", "code": "literal_error"}])


def _afterwards(office: Office, wanted: Afterwards) -> str | Literal["disabled"]:
    becomes = wanted if wanted == "disabled" else f"{office.kind}_{wanted}"
    if becomes not in ("disabled", *ROLES):
        raise InvalidBody([{"pointer": "/afterwards", "code": "literal_error"}])
    return becomes


async def _record(work: Work, actor: Principal, action: str, account_id: UUID, **details: Any) -> None:
    await record(work, actor, action, object_type="account", object_id=account_id, details=details)
