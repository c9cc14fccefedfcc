"""Looks at what somebody shows of a second factor, at sign-in and later; each attempt is counted first."""

from datetime import timedelta

from registry_api.accounts.codes import check_code
from registry_api.accounts.models import CodePurpose
from registry_api.accounts.principals import Principal
from registry_api.accounts.reach import get_owner
from registry_api.accounts.schemas import FactorProof, StepUp
from registry_api.accounts.throttle import Limit, reserve
from registry_api.audit.service import record_refusal
from registry_api.kit.problems import InvalidBody
from registry_api.kit.work import Work
from registry_api.second_factors.passkeys import check_assertion
from registry_api.second_factors.totp import check_totp

ATTEMPTS = 10
WINDOW = timedelta(minutes=15)


async def reserve_proof(work: Work, principal: Principal) -> None:
    """Counts an attempt to show a second factor of this account. Raises TooManyRequests."""
    limit = Limit(f"second_factor/{principal.account_id}", ATTEMPTS, WINDOW)
    await reserve(work.system, (limit,), work.now)


async def check_factor(
    work: Work,
    principal: Principal,
    proof: FactorProof | StepUp,
    *,
    purpose: CodePurpose,
    passkey_nonces: tuple[str, ...],
) -> str | None:
    """Lets go on who showed the factor; gives the phone if its code was shown. Raises InvalidBody or TooManyRequests.

    `reserve_proof` comes first. `passkey_nonces`: what the passkey's challenge may have been derived from.
    """
    account_id = principal.account_id
    try:
        if proof.method == "sms":
            return await check_code(work, account_id, purpose, proof.code or "")
        if proof.method == "totp":
            await check_totp(work, account_id, proof.code or "")
        else:
            await check_assertion(work, account_id, proof.assertion or {}, passkey_nonces)
    except InvalidBody:
        record_refusal(
            work,
            principal,
            "second_factor.refused",
            object_type="account",
            object_id=account_id,
            details={"method": proof.method},
        )
        raise
    return None


async def phone_of(work: Work, principal: Principal) -> str:
    """The phone to which a code of this account goes; only for who has "sms" among its methods."""
    phone = (await get_owner(work, principal.account_id)).phone
    if phone is None:
        raise LookupError(principal.account_id)
    return phone
