"""Fresh proof before a risky change: phone, e-mail, second factors, WeChat, export, closing the account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import bindparam, select

from registry_api.accounts.models import Account, AccountSession
from registry_api.accounts.principals import Principal
from registry_api.kit.db import Statement
from registry_api.kit.problems import Problem
from registry_api.kit.work import Work
from registry_api.second_factors.queries import LIST_KINDS

FRESH = timedelta(minutes=10)
"""For so long a proof counts."""

ProofMethod = Literal["totp", "passkey", "sms", "password"]


class StepUpRequired(Problem):
    """The session has shown no proof in the last ten minutes; `methods` says what this account can show."""

    status, code = 403, "step_up_required"


@dataclass(frozen=True, slots=True)
class _Proof:
    proved_at: datetime | None


_PROVED = Statement(
    select(AccountSession.proved_at).where(AccountSession.id == bindparam("session_id")), _Proof
)
_PHONE_VERIFIED = Statement(
    select(Account.phone_verified_at.is_not(None)).where(Account.id == bindparam("account_id")), bool
)


async def second_factor_methods(work: Work, account_id: UUID) -> list[ProofMethod]:
    """What the account can show beside its password: authenticators, passkeys, a code to its verified phone.

    The scope must be the account's.
    """
    kinds = await work.tx.fetch_all(LIST_KINDS, account_id=account_id)
    methods: list[ProofMethod] = [kind for kind in ("totp", "passkey") if kind in kinds]
    if await work.tx.find(_PHONE_VERIFIED, account_id=account_id):
        methods.append("sms")
    return methods


async def proof_methods(work: Work, account_id: UUID) -> list[ProofMethod]:
    """What the account can show for a fresh proof; the password only while it has neither authenticator nor passkey."""
    methods = await second_factor_methods(work, account_id)
    return methods if {"totp", "passkey"} & set(methods) else [*methods, "password"]


async def require_recent_proof(work: Work, principal: Principal) -> None:
    """Raises StepUpRequired unless this session showed a proof in the last ten minutes.

    Signing in with a second factor is one; `POST /me/step-up` gives another.
    """
    if principal.session_id is not None:
        proof = await work.tx.get(_PROVED, session_id=principal.session_id)
        if proof.proved_at is not None and work.now - proof.proved_at < FRESH:
            return
    raise StepUpRequired(methods=await proof_methods(work, principal.account_id))
