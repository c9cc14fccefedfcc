"""The second step of a sign-in: a factor is asked for, shown, and then the session opens."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from registry_api.accounts import queries
from registry_api.accounts.codes import send_code
from registry_api.accounts.devices import remember_device
from registry_api.accounts.door import enter_account
from registry_api.accounts.factor_proofs import check_factor, phone_of, reserve_proof
from registry_api.accounts.principals import Doctor, Principal
from registry_api.accounts.reach import get_owner, tell_owner
from registry_api.accounts.schemas import Delivery, FactorMethod, SecondFactorCreate
from registry_api.accounts.sessions import Opened, open_session
from registry_api.accounts.step_up import second_factor_methods
from registry_api.accounts.tickets import TicketGone, issue_ticket, peek_ticket, take_ticket
from registry_api.activation.phone import take_answered_phone
from registry_api.audit.service import record
from registry_api.kit.problems import InvalidBody, Problem
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_phone
from registry_api.second_factors.passkeys import request_options

KIND = "second_factor_challenge"
LIFETIME = timedelta(minutes=5)


class SecondFactorRequired(Problem):
    """The password is right, the device unknown: answer `challenge` with one of `methods`."""

    status, code = 403, "second_factor_required"


async def ask_second_factor(
    work: Work, principal: Principal, methods: list[FactorMethod], delivery: Delivery, *, bucket: str
) -> SecondFactorRequired:
    """The problem that asks for a second factor; its challenge is good for five minutes and one session."""
    challenge = await issue_ticket(
        work,
        KIND,
        LIFETIME,
        account_id=principal.account_id,
        payload={"delivery": delivery, "bucket": bucket},
    )
    await record(work, principal, "session.challenged", object_type="account", object_id=principal.account_id)
    told: dict[str, Any] = {"methods": methods, "expires_at": (work.now + LIFETIME).isoformat()}
    if "sms" in methods:
        told["phone_masked"] = mask_phone(await phone_of(work, principal))
    return SecondFactorRequired(challenge=challenge, **told)


async def send_challenge_code(work: Work, challenge: str) -> None:
    """Sends a code to the verified phone. Raises TicketGone, InvalidBody or TooManyRequests."""
    principal, _ = await _enter(work, challenge)
    if "sms" not in await second_factor_methods(work, principal):
        raise InvalidBody([{"pointer": "/challenge", "code": "method_not_offered"}])
    await send_code(work, principal.account_id, "unknown_device", await phone_of(work, principal))


async def challenge_options(work: Work, challenge: str) -> dict[str, Any]:
    """Options for `navigator.credentials.get`. Raises TicketGone."""
    principal, _ = await _enter(work, challenge)
    return await request_options(work, principal.account_id, challenge)


async def answer_challenge(
    work: Work, body: SecondFactorCreate, *, user_agent: str
) -> tuple[Opened, Delivery]:
    """Opens the session that the challenge stands for, as it was asked for; the owner hears of the new device.

    Raises TicketGone, InvalidBody or TooManyRequests.
    """
    principal, payload = await _enter(work, body.challenge)
    if body.method not in await second_factor_methods(work, principal):
        raise InvalidBody([{"pointer": "/method", "code": "method_not_offered"}])
    await reserve_proof(work, principal)
    phone = await check_factor(
        work, principal, body, purpose="unknown_device", passkey_nonces=(body.challenge,)
    )
    if phone is not None and isinstance(principal, Doctor):
        principal = await take_answered_phone(work, principal, phone)
    await take_ticket(work, KIND, body.challenge)
    device_id, device_token = None, None
    if body.remember_device:
        device_id, device_token = await remember_device(work, principal, user_agent)
    opened = await open_session(
        work,
        principal,
        payload["delivery"],
        user_agent=user_agent,
        device_id=device_id,
        proved=True,
        writes=((queries.FORGET_ATTEMPTS, {"key": payload["bucket"]}),),
    )
    await tell_owner(work, await get_owner(work, principal.account_id), "new_device")
    return replace(opened, device_token=device_token), payload["delivery"]


async def _enter(work: Work, challenge: str) -> tuple[Principal, dict[str, Any]]:
    ticket = await peek_ticket(work, KIND, challenge)
    principal = None if ticket.account_id is None else await enter_account(work, ticket.account_id)
    if principal is None:
        raise TicketGone
    return principal, ticket.payload
