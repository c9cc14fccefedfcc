"""Fresh proof before a risky change: phone, e-mail, second factors, WeChat, export, closing the account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from registry_api.accounts import session_queries
from registry_api.accounts.codes import send_code
from registry_api.accounts.factor_proofs import check_factor, phone_of, reserve_proof
from registry_api.accounts.models import Account, AccountSession
from registry_api.accounts.password_change import confirm_password
from registry_api.accounts.principals import Principal
from registry_api.accounts.schemas import FactorMethod, ProofMethod, StepUp
from registry_api.audit.service import record
from registry_api.kit.db import Statement
from registry_api.kit.problems import InvalidBody, Problem
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_phone
from registry_api.second_factors.passkeys import request_options
from registry_api.second_factors.queries import LIST_KINDS

FRESH = timedelta(minutes=10)
"""For so long a proof counts."""

_SLOT_SECONDS = 300


class StepUpRequired(Problem):
    """The session has shown no proof in the last ten minutes; `methods` says what this account can show."""

    status, code = 403, "step_up_required"


@dataclass(frozen=True, slots=True)
class _Proof:
    proved_at: datetime | None


_PROVED = Statement(
    select(AccountSession.proved_at).where(AccountSession.id == bindparam("session_id")), _Proof
)
_GETS_CODES = Statement(
    # An office that upheld a phone replacement has seen who has the new number: its codes count before it is verified.
    select(
        Account.phone_sealed.is_not(None)
        & or_(Account.phone_verified_at.is_not(None), Account.phone_changed_at.is_not(None))
    ).where(Account.id == bindparam("account_id")),
    bool,
)


async def second_factor_methods(work: Work, principal: Principal) -> list[FactorMethod]:
    """What the account can show beside its password: authenticator, passkey, and for a doctor a code by SMS.

    The scope must be the account's.
    """
    kinds = await work.tx.fetch_all(LIST_KINDS, account_id=principal.account_id)
    methods: list[FactorMethod] = [kind for kind in ("totp", "passkey") if kind in kinds]
    if principal.realm == "doctor" and await work.tx.find(_GETS_CODES, account_id=principal.account_id):
        methods.append("sms")
    return methods


async def proof_methods(work: Work, principal: Principal) -> list[ProofMethod]:
    """What the account can show for a fresh proof; the password only while it has neither authenticator nor passkey."""
    methods: list[ProofMethod] = [*await second_factor_methods(work, principal)]
    return methods if {"totp", "passkey"} & set(methods) else [*methods, "password"]


async def require_recent_proof(work: Work, principal: Principal) -> None:
    """Raises StepUpRequired unless this session showed a proof in the last ten minutes.

    Signing in with a second factor is one; `POST /me/step-up` gives another.
    """
    proved_at = await _proved_at(work, principal)
    if proved_at is not None and work.now - proved_at < FRESH:
        return
    told: dict[str, Any] = {"methods": await proof_methods(work, principal)}
    if "sms" in told["methods"]:
        told["phone_masked"] = mask_phone(await phone_of(work, principal))
    raise StepUpRequired(**told)


async def step_up(work: Work, principal: Principal, body: StepUp) -> None:
    """Marks the session as proved just now. Raises InvalidBody or TooManyRequests."""
    if body.method not in await proof_methods(work, principal):
        raise InvalidBody([{"pointer": "/method", "code": "method_not_offered"}])
    if body.method == "password":
        await confirm_password(work, principal, body.password or "", place="/password")
    else:
        nonces = await session_nonces(work, principal, "step_up")
        await reserve_proof(work, principal)
        await check_factor(work, principal, body, purpose="step_up", passkey_nonces=nonces)
    await work.tx.run(session_queries.PROVE_SESSION, session_id=principal.session_id, now=work.now)
    await record(
        work,
        principal,
        "session.proved",
        object_type="session",
        object_id=principal.session_id,
        details={"method": body.method},
    )


async def send_step_up_code(work: Work, principal: Principal) -> None:
    """Sends a code to the account's phone. Raises InvalidBody or TooManyRequests."""
    if "sms" not in await proof_methods(work, principal):
        raise InvalidBody([{"pointer": "", "code": "method_not_offered"}])
    await send_code(work, principal.account_id, "step_up", await phone_of(work, principal))


async def step_up_options(work: Work, principal: Principal) -> dict[str, Any]:
    """Options for `navigator.credentials.get`, good for five minutes in this session."""
    nonce, _ = await session_nonces(work, principal, "step_up")
    return await request_options(work, principal.account_id, nonce)


async def session_nonces(work: Work, principal: Principal, purpose: str) -> tuple[str, str]:
    """What this session's passkey challenges derive from: now, and in the five minutes before.

    They change when the session is proved, so that what proved it does not do so again.
    """
    proved_at = await _proved_at(work, principal)
    slot = int(work.now.timestamp()) // _SLOT_SECONDS
    now, before = (
        f"{purpose}/{principal.session_id}/{proved_at and proved_at.isoformat()}/{number}"
        for number in (slot, slot - 1)
    )
    return now, before


async def _proved_at(work: Work, principal: Principal) -> datetime | None:
    if principal.session_id is None:
        return None
    return (await work.tx.get(_PROVED, session_id=principal.session_id)).proved_at
