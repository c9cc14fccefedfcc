"""Invitations: one link, good once and for 72 hours, by which somebody opens the account made for them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from registry_api.accounts.door import email_values, person_values, phone_values
from registry_api.accounts.phones import normal_phone
from registry_api.accounts.tickets import issue_ticket, void_tickets
from registry_api.kit.ids import new_id
from registry_api.kit.problems import InvalidBody
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.messages.service import send
from registry_api.messages.templates import said_time
from registry_api.practitioners.identity import (
    IdNumberRefused,
    check_id_number,
    mask_email,
    mask_phone,
    normalise_name,
)
from registry_api.staff.offices import Office
from registry_api.staff.queries import CREATE
from registry_api.staff.reading import PLACEHOLDER, role_title
from registry_api.staff.schemas import Invitation, PersonCreate

KIND = "staff_invitation"
LIFETIME = timedelta(hours=72)


def invited_account(
    work: Work, office: Office, person: PersonCreate, role: str, created_by: UUID | None
) -> dict[str, Any]:
    """The columns of a new account, as CREATE takes them. Raises InvalidBody for what the schema cannot check."""
    account_id, faults = new_id(), []
    name, phone = normalise_name(person.name), normal_phone(person.phone)
    number = ""
    if not name:
        faults.append({"pointer": "/name", "code": "missing"})
    if phone is None:
        faults.append({"pointer": "/phone", "code": "wrong_phone"})
    try:
        number = check_id_number(person.id_number, work.today).number
    except IdNumberRefused as refused:
        words = text(f"id_number.{refused.code}", work.language)
        faults.append({"pointer": "/id_number", "code": refused.code, "message": words})
    if faults or phone is None:
        raise InvalidBody(faults)
    no_email = {"email_sealed": None, "email_index": None}
    return {
        "id": account_id,
        "realm": office.kind,
        "role": role,
        # The column is unique and never empty; the person chooses a name on accepting.
        "login_name": f"{PLACEHOLDER}{account_id}",
        "login_key": f"{PLACEHOLDER}{account_id}",
        "password_hash": "",
        "name": name,
        **person_values(work, account_id, id_number=number),
        **phone_values(work, account_id, phone),
        **(email_values(work, account_id, person.email) if person.email else no_email),
        "institution_id": office.id if office.kind == "institution" else None,
        "authority_id": office.id if office.kind == "authority" else None,
        "created_by": created_by,
        "status": "invited",
        "status_since": work.now,
        "created_at": work.now,
    }


async def add_account(work: Work, office: Office, values: dict[str, Any]) -> Invitation:
    """Enters the account of `invited_account` and invites its owner."""
    await work.tx.run(CREATE, **values)
    sealer, account_id = work.system.sealer, values["id"]
    phone = sealer.open_text(values["phone_sealed"], "account.phone", account_id)
    sealed = values["email_sealed"]
    email = None if sealed is None else sealer.open_text(sealed, "account.email", account_id)
    return await invite(work, office, account_id, values["role"], phone=phone, email=email)


async def invite(
    work: Work, office: Office, account_id: UUID, role: str, *, phone: str | None, email: str | None
) -> Invitation:
    """Ends the account's open invitations and sends a new one; gives the link, which is kept nowhere.

    By mail where there is an address, else by SMS. Accounts from before this release may have neither: the
    administrator hands the link over. The token is in the fragment, which browsers send to nobody.
    """
    await void_tickets(work, KIND, account_id)
    token = await issue_ticket(work, KIND, LIFETIME, account_id=account_id)
    link = f"{work.system.settings.origin}/{office.kind}/invitation#{token}"
    expires_at = work.now + LIFETIME
    words = {
        "office": office.name,
        "role_title": role_title(work, role),
        "expires": said_time(expires_at),
        "link": link,
    }
    sent_to = ""
    if email:
        await send(work, "email", KIND, email, words, account_id=account_id, lifetime=LIFETIME)
        sent_to = mask_email(email)
    elif phone:
        await send(work, "sms", KIND, phone, words, account_id=account_id, lifetime=LIFETIME)
        sent_to = mask_phone(phone)
    return Invitation(link=link, expires_at=expires_at, sent_to=sent_to)
