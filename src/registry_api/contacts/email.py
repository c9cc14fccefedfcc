"""Verifying and changing the e-mail address: a link of one use. Looking at it changes nothing, confirming does.

Mail scanners open links, which is why a link alone confirms nothing (security.md, 3).
"""

import re
import unicodedata
from datetime import timedelta

from sqlalchemy import bindparam, update

from registry_api.accounts.door import email_values, enter_account
from registry_api.accounts.models import Account
from registry_api.accounts.principals import Doctor
from registry_api.accounts.reach import get_owner, tell_owner
from registry_api.accounts.step_up import require_recent_proof
from registry_api.accounts.throttle import Limit, address_limit, reserve
from registry_api.accounts.tickets import TicketGone, issue_ticket, peek_ticket, take_ticket, void_tickets
from registry_api.audit.service import record
from registry_api.captchas.service import require_proof
from registry_api.contacts.schemas import EmailConfirmed, EmailShown, EmailVerificationStart
from registry_api.kit.db import Statement, unread
from registry_api.kit.problems import InvalidBody
from registry_api.kit.work import Work
from registry_api.messages.service import send
from registry_api.practitioners.identity import mask_email

LINK_LIFE = timedelta(hours=24)
A_DAY = timedelta(days=1)
A_DAY_PER_ACCOUNT = 10
A_DAY_PER_MAILBOX = 5
LOOKUPS = 60
# RFC 5321 as mailboxes are in practice: no quotes, no comments, no address literals, a domain with a dot.
_SHAPE = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)

_SET = Statement(
    update(Account)
    .where(Account.id == bindparam("account_id"))
    .values(
        email_sealed=bindparam("email_sealed"),
        email_index=bindparam("email_index"),
        email_verified_at=bindparam("now"),
    ),
    unread,
)


def normal_email(text: str) -> str | None:
    """The address as it is stored: half-width, the domain in lower case; None for what is no address."""
    mailbox, _, domain = unicodedata.normalize("NFKC", text).strip().rpartition("@")
    address = f"{mailbox}@{domain.lower()}"
    return address if _SHAPE.fullmatch(address) and len(mailbox) <= 64 and len(address) <= 254 else None


async def start_verification(work: Work, doctor: Doctor, body: EmailVerificationStart) -> None:
    """Sends the link; an older one is void. Raises StepUpRequired, InvalidBody, HumanProofRequired, TooManyRequests."""
    await require_recent_proof(work, doctor)
    email = normal_email(body.email)
    if email is None:
        raise InvalidBody([{"pointer": "/email", "code": "wrong_email"}])
    if email != normal_email(body.email_confirmation):
        raise InvalidBody([{"pointer": "/email_confirmation", "code": "not_the_same"}])
    await require_proof(work, "email_verification", body.human_proof)
    mailbox = work.system.blind_index.of("email", email.casefold()).hex()
    await reserve(
        work.system,
        (
            Limit(f"email/account/{doctor.account_id}", A_DAY_PER_ACCOUNT, A_DAY),
            Limit(f"email/mailbox/{mailbox}", A_DAY_PER_MAILBOX, A_DAY),
        ),
        work.now,
    )
    await void_tickets(work, "email_verification", doctor.account_id)
    token = await issue_ticket(
        work, "email_verification", LINK_LIFE, account_id=doctor.account_id, payload={"email": email}
    )
    # The host is the operator's setting, never the request's: a forged Host header must not choose where it leads.
    link = f"{work.system.settings.origin}/doctor/email#{token}"
    await send(
        work,
        "email",
        "email_verification",
        email,
        {"link": link},
        account_id=doctor.account_id,
        lifetime=LINK_LIFE,
    )
    await record(work, doctor, "email.verification_asked", object_type="account", object_id=doctor.account_id)


async def show_verification(work: Work, token: str) -> EmailShown:
    """What the link is about; it stays as it is. Raises TicketGone, TooManyRequests."""
    await _count_look(work)
    ticket = await peek_ticket(work, "email_verification", token)
    return EmailShown(
        email_masked=mask_email(ticket.payload["email"]), expires_at=ticket.created_at + LINK_LIFE
    )


async def confirm_email(work: Work, token: str) -> EmailConfirmed:
    """Makes the address the account's and uses the link up; opens no session. Raises TicketGone, TooManyRequests."""
    await _count_look(work)
    ticket = await take_ticket(work, "email_verification", token)
    principal = None if ticket.account_id is None else await enter_account(work, ticket.account_id)
    if principal is None:
        raise TicketGone
    email = str(ticket.payload["email"])
    owner = await get_owner(work, principal.account_id)
    if owner.verified_email is not None and owner.verified_email != email:
        await tell_owner(work, owner, "email_changed", email_masked=mask_email(email))
    await work.tx.run(
        _SET,
        account_id=principal.account_id,
        now=work.now,
        **email_values(work, principal.account_id, email),
    )
    await record(work, principal, "email.verified", object_type="account", object_id=principal.account_id)
    return EmailConfirmed(email_masked=mask_email(email))


async def _count_look(work: Work) -> None:
    limit = address_limit("email_link", work.address, LOOKUPS, timedelta(minutes=15))
    await reserve(work.system, (limit,), work.now)
