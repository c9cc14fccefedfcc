"""How an invited person opens the account: who is looked at, what is chosen, which second factor is enrolled."""

from datetime import timedelta

from registry_api.accounts.door import enter_account, find_account
from registry_api.accounts.principals import Principal
from registry_api.accounts.reach import get_owner, personal_texts
from registry_api.accounts.throttle import Limit, address_limit, reserve
from registry_api.accounts.tickets import Ticket, TicketGone, peek_ticket, take_ticket
from registry_api.audit.service import record
from registry_api.kit.ids import new_id
from registry_api.kit.passwords import STAFF_LENGTH, hash_password, password_faults
from registry_api.kit.problems import InvalidBody
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.second_factors import queries as factors
from registry_api.second_factors.passkeys import add_passkey, creation_options
from registry_api.second_factors.totp import (
    SECRET_PLACE,
    enrolment_uri,
    matching_step,
    new_secret,
    qr_svg,
)
from registry_api.staff import queries
from registry_api.staff.invitations import KIND, LIFETIME
from registry_api.staff.reading import chosen_login_name, role_title
from registry_api.staff.schemas import (
    FactorStart,
    InvitationAccept,
    InvitationPasskey,
    InvitationRead,
    InvitationTotp,
    Joined,
)

WINDOW = timedelta(minutes=15)
PER_ADDRESS = 200
"""A hospital's people come from one address; tokens have 256 bits, so this only stops floods."""
PER_INVITATION = 30
"""So many codes of an authenticator are looked at in a window."""


async def look_up(work: Work, token: str) -> InvitationRead:
    """What the invitation is for. Raises TicketGone or TooManyRequests."""
    ticket, principal, login_name = await _open(work, token)
    return InvitationRead(
        realm=principal.realm,
        name=principal.name,
        office=principal.office,
        role=principal.role,
        role_title=role_title(work, principal.role),
        login_name=chosen_login_name(login_name),
        expires_at=ticket.created_at + LIFETIME,
    )


async def start_totp(work: Work, body: FactorStart) -> InvitationTotp:
    """A secret for an authenticator, which counts once its code is shown. One given before counts no more.

    Raises TicketGone or TooManyRequests.
    """
    _, principal, _ = await _open(work, body.token)
    secret, factor_id = new_secret(), new_id()
    await work.tx.run(factors.DROP_UNCONFIRMED, account_id=principal.account_id, now=work.now)
    await work.tx.run(
        factors.ADD_TOTP,
        id=factor_id,
        account_id=principal.account_id,
        kind="totp",
        name=text("second_factor.totp", work.language),
        secret_sealed=work.system.sealer.seal(secret, SECRET_PLACE, factor_id),
        created_at=work.now,
    )
    uri = enrolment_uri(secret, body.login_name)
    return InvitationTotp(secret=secret, uri=uri, qr_svg=qr_svg(uri))


async def start_passkey(work: Work, body: FactorStart) -> InvitationPasskey:
    """Options for a passkey of this invitation. Raises TicketGone or TooManyRequests."""
    ticket, principal, _ = await _open(work, body.token)
    options = await creation_options(work, principal.account_id, body.login_name, _nonce(ticket))
    return InvitationPasskey(options=options)


async def accept(work: Work, body: InvitationAccept) -> Joined:
    """Opens the account; the invitation is used up with it, and only then: of two requests one succeeds.

    Raises TicketGone, InvalidBody or TooManyRequests; then the invitation is as good as before.
    """
    await _reserve(work)
    invitation = await peek_ticket(work, KIND, body.token)
    await reserve(work.system, (Limit(f"{KIND}/{invitation.id}", PER_INVITATION, WINDOW),), work.now)
    ticket = await take_ticket(work, KIND, body.token)
    principal, _ = await _enter(work, ticket)
    await _check_choice(work, principal, body)
    await work.tx.run(
        queries.ACCEPT,
        account_id=principal.account_id,
        login_name=body.login_name,
        login_key=body.login_name.casefold(),
        password_hash=await hash_password(body.password),
        now=work.now,
    )
    kind = await _enrol(work, principal, ticket, body)
    await record(
        work,
        principal,
        "staff_invitation.accepted",
        object_type="account",
        object_id=principal.account_id,
        details={"second_factor": kind},
    )
    return Joined(realm=principal.realm, login_name=body.login_name)


async def _open(work: Work, token: str) -> tuple[Ticket, Principal, str]:
    """The invitation, left as it is; the scope becomes the invited account's."""
    await _reserve(work)
    ticket = await peek_ticket(work, KIND, token)
    return ticket, *await _enter(work, ticket)


async def _reserve(work: Work) -> None:
    await reserve(work.system, (address_limit(KIND, work.address, PER_ADDRESS, WINDOW),), work.now)


async def _enter(work: Work, ticket: Ticket) -> tuple[Principal, str]:
    """The invited account and its login name; the scope becomes its own."""
    principal = await enter_account(work, ticket.account_id) if ticket.account_id else None
    if principal is None:
        raise TicketGone
    login_name = await work.tx.find(queries.IS_INVITED, account_id=principal.account_id)
    if login_name is None:
        raise TicketGone
    return principal, login_name


async def _check_choice(work: Work, principal: Principal, body: InvitationAccept) -> None:
    """Raises InvalidBody with everything that is wrong with login name and password."""
    shortest, longest = STAFF_LENGTH
    personal = personal_texts(await get_owner(work, principal.account_id))
    errors = [
        {
            "pointer": "/password",
            "code": code,
            "message": text(f"password.{code}", work.language, shortest=shortest, longest=longest),
        }
        for code in password_faults(body.password, principal.realm, [*personal, body.login_name])
    ]
    if body.password != body.password_confirmation:
        errors.append({"pointer": "/password_confirmation", "code": "not_the_same"})
    known = await find_account(work, principal.realm, "login_name", body.login_name)
    if known is not None and known.id != principal.account_id:
        errors.append({"pointer": "/login_name", "code": "login_name_taken"})
    if errors:
        raise InvalidBody(errors)


async def _enrol(work: Work, principal: Principal, ticket: Ticket, body: InvitationAccept) -> str:
    """Confirms the authenticator or adds the passkey; gives which. Raises InvalidBody."""
    if body.credential is not None:
        await work.tx.run(factors.DROP_UNCONFIRMED, account_id=principal.account_id, now=work.now)
        name = text("second_factor.passkey", work.language)
        await add_passkey(work, principal.account_id, name, body.credential, (_nonce(ticket),))
        return "passkey"
    pending = await work.tx.find(queries.PENDING_TOTP, account_id=principal.account_id)
    step = None
    if pending is not None:
        secret = work.system.sealer.open_text(pending.secret_sealed, SECRET_PLACE, pending.id)
        step = matching_step(secret, body.totp_code or "", work.now)
    if pending is None or step is None:
        raise InvalidBody([{"pointer": "/totp_code", "code": "wrong_code"}])
    await work.tx.run(factors.CONFIRM_TOTP, factor_id=pending.id, step=step, now=work.now)
    return "totp"


def _nonce(ticket: Ticket) -> str:
    return f"{KIND}/{ticket.id}"
