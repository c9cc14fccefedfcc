"""Forgotten password and forgotten login name. Status and body are the same for people we know and do not.

Time is too: the routes answer after whole steps, see `kit.even_time`.
"""

import contextlib
import hashlib
from datetime import timedelta
from uuid import UUID

from registry_api.accounts.codes import (
    A_DAY_PER_NUMBER,
    AN_HOUR_PER_ADDRESS,
    PAUSE,
    check_code,
    send_code,
)
from registry_api.accounts.door import enter_account
from registry_api.accounts.password_change import (
    end_sessions,
    forget_devices,
    refuse_password,
    set_password,
)
from registry_api.accounts.principals import Doctor
from registry_api.accounts.reach import Owner, find_owner, personal_texts, tell_owner
from registry_api.accounts.throttle import Limit, address_limit, reserve
from registry_api.accounts.tickets import TicketGone, issue_ticket, peek_ticket, take_ticket, void_tickets
from registry_api.activation.phone import take_answered_phone
from registry_api.audit.service import record, record_refusal
from registry_api.captchas.service import require_proof
from registry_api.kit.problems import InvalidBody, TooManyRequests
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.messages.service import send
from registry_api.recovery.identity import find_doctor, knows_identity
from registry_api.recovery.schemas import (
    LoginNameRecovery,
    PasswordResetCompletion,
    PasswordResetStart,
    PasswordResetStarted,
    RecoveryAnswer,
)

REFERENCE_LIFE = timedelta(minutes=10)
AN_HOUR = timedelta(hours=1)
STARTS_AN_HOUR = 5
COMPLETIONS = 5
"""Tries for one reference: as many as a code allows."""


async def start_reset(work: Work, body: PasswordResetStart) -> PasswordResetStarted:
    """A reference for everybody, a code for whoever has an account whose phone is known to be theirs.

    Raises HumanProofRequired, InvalidBody, TooManyRequests: each before anything of an account is looked at.
    """
    await require_proof(work, "password_reset", body.human_proof)
    typed = body.login_name_or_phone.strip()
    key = work.system.blind_index.of("recovery", typed.casefold()).hex()
    await _throttle(work, "password_reset", key)
    owner = await find_doctor(work, typed)
    reference = await issue_ticket(
        work, "password_reset", REFERENCE_LIFE, account_id=owner.account_id if owner else None
    )
    # What a phone's own limits refuse is kept silent: its 429 would tie a login name to a phone.
    with contextlib.suppress(TooManyRequests):
        if owner is not None and owner.reached_phone is not None:
            await send_code(work, owner.account_id, "reset_password", owner.reached_phone)
    return PasswordResetStarted(
        reset_reference=reference,
        expires_at=work.now + REFERENCE_LIFE,
        message=text("recovery.reset_started", work.language),
    )


async def complete_reset(work: Work, body: PasswordResetCompletion) -> None:
    """Sets the new password; every session and known device ends. One reference, one reset.

    Whatever is wrong but the password's form is 422 `wrong_code` at `/code`. Raises InvalidBody, TooManyRequests.
    """
    refuse_password(work, "doctor", body.new_password, body.new_password_confirmation, ())
    reference = hashlib.sha256(body.reset_reference.encode()).hexdigest()
    await reserve(
        work.system,
        (
            Limit(f"password_reset/reference/{reference}", COMPLETIONS, REFERENCE_LIFE),
            address_limit("password_reset/completion", work.address, AN_HOUR_PER_ADDRESS, AN_HOUR),
        ),
        work.now,
    )
    account_id = await _account_of(work, body.reset_reference)
    owner = None if account_id is None else await _prove(work, account_id, body)
    if owner is None:
        record_refusal(work, None, "password.reset_refused", object_type="account", object_id=account_id)
        message = text("recovery.wrong_code", work.language)
        raise InvalidBody([{"pointer": "/code", "code": "wrong_code", "message": message}])
    # Only now: what the rules say of a person's name or number is for that person.
    refuse_password(work, "doctor", body.new_password, body.new_password_confirmation, personal_texts(owner))
    await set_password(work, owner.account_id, body.new_password)
    await end_sessions(work, owner.account_id)
    await forget_devices(work, owner.account_id)
    await void_tickets(work, "password_reset", owner.account_id)
    await tell_owner(work, owner, "password_changed")


async def _account_of(work: Work, reference: str) -> UUID | None:
    with contextlib.suppress(TicketGone):
        return (await peek_ticket(work, "password_reset", reference)).account_id
    return None


async def _prove(work: Work, account_id: UUID, body: PasswordResetCompletion) -> Owner | None:
    """The person, if code and ID number are right and the reference was not used meanwhile; the scope is theirs."""
    # The scope comes before the proof, for the code belongs to the account; whatever fails is rolled back with it.
    principal = await enter_account(work, account_id)
    owner = await find_owner(work, account_id)
    try:
        phone = await check_code(work, account_id, "reset_password", body.code)
        if (
            not isinstance(principal, Doctor)
            or owner is None
            or not knows_identity(work, owner, body.id_number_tail)
        ):
            return None
        await take_ticket(work, "password_reset", body.reset_reference)
    except (TicketGone, InvalidBody, TooManyRequests):
        return None
    await take_answered_phone(work, principal, phone)
    await record(work, principal, "password.reset", object_type="account", object_id=account_id)
    return owner


async def recover_login_name(work: Work, body: LoginNameRecovery) -> RecoveryAnswer:
    """Sends the login name to the verified phone if the ID number fits. Raises as `start_reset`."""
    await require_proof(work, "login_name_recovery", body.human_proof)
    key = work.system.blind_index.of("recovery", body.phone.strip()).hex()
    await _throttle(work, "login_name", key)
    owner = await find_doctor(work, body.phone)
    with contextlib.suppress(TooManyRequests):
        if owner is not None and knows_identity(work, owner, body.id_number_tail):
            await _send_login_name(work, owner)
    return RecoveryAnswer(message=text("recovery.login_name_sent", work.language))


async def _send_login_name(work: Work, owner: Owner) -> None:
    phone = owner.reached_phone
    if phone is None:
        return
    number = work.system.blind_index.of("phone", phone).hex()
    day = timedelta(days=1)
    await reserve(
        work.system,
        (
            Limit(f"sms/pause/{number}", 1, PAUSE),
            Limit(f"sms/day/{number}", A_DAY_PER_NUMBER, day),
            address_limit("sms", work.address, AN_HOUR_PER_ADDRESS, AN_HOUR),
            Limit("sms/everybody", work.system.settings.sms_daily_budget, day),
        ),
        work.now,
    )
    values = {"login_name": owner.login_name}
    await send(work, "sms", "recover_login_name", phone, values, account_id=owner.account_id)
    principal = await enter_account(work, owner.account_id)
    await record(work, principal, "login_name.sent", object_type="account", object_id=owner.account_id)


async def _throttle(work: Work, purpose: str, key: str) -> None:
    """Counts by what was typed and by address: the same for known and unknown."""
    await reserve(
        work.system,
        (
            Limit(f"{purpose}/typed/{key}", STARTS_AN_HOUR, AN_HOUR),
            address_limit(purpose, work.address, AN_HOUR_PER_ADDRESS, AN_HOUR),
        ),
        work.now,
    )
