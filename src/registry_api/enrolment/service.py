"""Two steps: who the person is, then how the person signs in. The ticket between them keeps the first one sealed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, column, func, insert, select

from registry_api.accounts.door import (
    email_values,
    enter_account,
    enter_door,
    find_account,
    person_values,
    phone_values,
)
from registry_api.accounts.models import Account
from registry_api.accounts.phones import normal_phone
from registry_api.accounts.throttle import Limit, address_limit, reserve
from registry_api.accounts.tickets import Ticket, issue_ticket, peek_ticket, take_ticket
from registry_api.audit.service import record, record_refusal
from registry_api.captchas.service import require_proof
from registry_api.contacts.email import normal_email
from registry_api.enrolment import rules
from registry_api.enrolment.privacy import CURRENT_VERSION
from registry_api.enrolment.schemas import (
    AccountCreate,
    AccountCreated,
    LoginNameCheck,
    LoginNameChecked,
    RegistrationStart,
    RegistrationStarted,
)
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.passwords import hash_password
from registry_api.kit.problems import CONSTRAINTS, InvalidBody, Problem
from registry_api.kit.work import Work
from registry_api.practitioners.identity import normalise_name

TICKET_LIFE = timedelta(minutes=30)
WECHAT_TICKET_LIFE = timedelta(minutes=10)
A_DAY = timedelta(days=1)
A_DAY_PER_PERSON = 5
A_DAY_PER_ADDRESS = 300
"""A hospital registers from one address; this only stops sweeps."""
CHECKS_A_DAY = 5
TRIES_PER_TICKET = 20


class AlreadyRegistered(Problem):
    """The person has an account; says how to get it back, or how to dispute that it is the person's."""

    status, code = 409, "already_registered"


class LoginNameTaken(InvalidBody):
    """Another account has the login name, in whatever case."""

    def __init__(self) -> None:
        super().__init__([{"pointer": "/login_name", "code": "login_name_taken"}])


CONSTRAINTS["uq_account_person"] = AlreadyRegistered
CONSTRAINTS["uq_account_realm_login_key"] = LoginNameTaken

_NAME = Statement(select(Account.name).where(Account.id == bindparam("account_id")), str)
_OWNER_OF = Statement(
    # Closed accounts keep their login names, and `find_account` does not tell of them.
    select(column("id")).select_from(
        func.account_for_sign_in(
            bindparam("realm", type_=Text), bindparam("login_key", type_=Text)
        ).table_valued("id")
    ),
    lambda account_id: account_id,
)
_NAMES = (
    "id",
    "realm",
    "role",
    "login_name",
    "login_key",
    "password_hash",
    "password_changed_at",
    "name",
    "id_number_sealed",
    "id_number_index",
    "phone_sealed",
    "phone_index",
    "email_sealed",
    "email_index",
    "privacy_policy_version",
    "privacy_agreed_at",
    "status",
    "status_since",
    "created_at",
)
_INSERT = Statement(insert(Account).values({name: bindparam(name) for name in _NAMES}), unread)


async def start_registration(work: Work, body: RegistrationStart) -> RegistrationStarted:
    """Gives the ticket for the second step.

    Only who names both the name and the ID number of an account hears AlreadyRegistered. With another name the
    answer, the statements behind it and so its time are those for a new person: a number alone, which many know of
    others, tells nothing here. The index on persons refuses it at the second step; that costs a proof, one of five
    tries a day for the number, and is what sends the true owner to an identity dispute.

    Raises InvalidBody, HumanProofRequired, TooManyRequests or AlreadyRegistered.
    """
    name = normalise_name(body.name)
    person, faults = rules.check_person(body.id_number, work.today, work.language)
    if not name:
        faults.append({"pointer": "/name", "code": "missing"})
    if body.privacy_policy_version != CURRENT_VERSION:
        faults.append({"pointer": "/privacy_policy_version", "code": "outdated_policy"})
    if person is None or faults:
        raise InvalidBody(faults)
    await reserve(
        work.system,
        (address_limit("account_registration", work.address, A_DAY_PER_ADDRESS, A_DAY),),
        work.now,
    )
    await require_proof(work, "account_registration", body.human_proof)
    index = work.system.blind_index.of("id_number", person.number).hex()
    # After the proof: nobody uses up somebody else's tries without one.
    await reserve(work.system, (Limit(f"registration/person/{index}", A_DAY_PER_PERSON, A_DAY),), work.now)
    found = await find_account(work, "doctor", "id_number", person.number)
    looked_at = found.id if found else new_id()
    await enter_door(work, looked_at)
    if await work.tx.find(_NAME, account_id=looked_at) == name:
        record_refusal(
            work,
            None,
            "account.registration_refused",
            object_type="account",
            object_id=looked_at,
            details={"code": AlreadyRegistered.code},
        )
        raise AlreadyRegistered
    payload = {
        "name": name,
        "id_number": person.number,
        "privacy_policy_version": body.privacy_policy_version,
    }
    token = await issue_ticket(work, "account_registration", TICKET_LIFE, payload=payload)
    return RegistrationStarted(registration_ticket=token, expires_at=work.now + TICKET_LIFE)


async def complete_registration(work: Work, body: AccountCreate) -> AccountCreated:
    """Makes the account. The ticket is used up with it, so of requests at once with one ticket one makes it.

    What is wrong with the fields leaves the ticket as it is. Whether a phone belongs to another account is not told
    before a code that was sent to it came back. Raises TicketGone, InvalidBody, TooManyRequests, AlreadyRegistered.
    """
    ticket = await peek_ticket(work, "account_registration", body.registration_ticket)
    await reserve(
        work.system, (Limit(f"registration/ticket/{ticket.id}", TRIES_PER_TICKET, TICKET_LIFE),), work.now
    )
    phone, email = await _check(work, ticket, body)
    password_hash = await hash_password(body.password)
    ticket = await take_ticket(work, "account_registration", body.registration_ticket)
    account_id = new_id()
    await enter_door(work, account_id)
    await work.tx.run(_INSERT, **_account_values(work, ticket, body, account_id, phone, email, password_hash))
    doctor = await enter_account(work, account_id)
    await record(work, doctor, "account.registered", object_type="account", object_id=account_id)
    token = await issue_ticket(work, "wechat_binding", WECHAT_TICKET_LIFE, account_id=account_id)
    return AccountCreated(
        account_id=account_id,
        login_name=body.login_name,
        wechat_binding_ticket=token,
        expires_at=work.now + WECHAT_TICKET_LIFE,
    )


async def _check(work: Work, ticket: Ticket, body: AccountCreate) -> tuple[str, str | None]:
    """The phone and the address, normalised. Raises InvalidBody with everything that is wrong."""
    phone = normal_phone(body.phone)
    email = normal_email(body.email) if body.email else None
    faults = rules.login_name_faults(body.login_name)
    if phone is None:
        faults.append({"pointer": "/phone", "code": "wrong_phone"})
    if body.email and email is None:
        faults.append({"pointer": "/email", "code": "wrong_email"})
    personal = rules.personal_words(
        ticket.payload["name"],
        ticket.payload["id_number"],
        phone or body.phone,
        body.login_name,
        (email or "").partition("@")[0],
    )
    faults += rules.new_password_faults(body.password, body.password_confirmation, personal, work.language)
    if not faults and await _is_taken(work, body.login_name):
        raise LoginNameTaken
    if phone is None or faults:
        raise InvalidBody(faults)
    return phone, email


def _account_values(
    work: Work,
    ticket: Ticket,
    body: AccountCreate,
    account_id: UUID,
    phone: str,
    email: str | None,
    password_hash: str,
) -> dict[str, Any]:
    no_email = {"email_sealed": None, "email_index": None}
    return {
        "id": account_id,
        "realm": "doctor",
        "role": "doctor",
        "login_name": body.login_name,
        "login_key": body.login_name.casefold(),
        "password_hash": password_hash,
        "password_changed_at": work.now,
        "name": ticket.payload["name"],
        **person_values(work, account_id, id_number=ticket.payload["id_number"]),
        **phone_values(work, account_id, phone),
        **(email_values(work, account_id, email) if email else no_email),
        "privacy_policy_version": ticket.payload["privacy_policy_version"],
        "privacy_agreed_at": ticket.created_at,
        "status": "active",
        "status_since": work.now,
        "created_at": work.now,
    }


async def check_login_name(work: Work, body: LoginNameCheck) -> LoginNameChecked:
    """Whether the login name is free. Five a day from an address, after a proof; the second step says it as well.

    Raises InvalidBody, HumanProofRequired, TooManyRequests.
    """
    faults = rules.login_name_faults(body.login_name)
    if faults:
        raise InvalidBody(faults)
    await require_proof(work, "login_name_check", body.human_proof)
    await reserve(
        work.system, (address_limit("login_name_check", work.address, CHECKS_A_DAY, A_DAY),), work.now
    )
    return LoginNameChecked(available=not await _is_taken(work, body.login_name))


async def _is_taken(work: Work, login_name: str) -> bool:
    return await work.tx.find(_OWNER_OF, realm="doctor", login_key=login_name.strip().casefold()) is not None
