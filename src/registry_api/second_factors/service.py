"""One's own second factors: enrolled and removed with a fresh proof, and the owner hears of it."""

from typing import Any
from uuid import UUID

from registry_api.accounts.factor_proofs import reserve_proof
from registry_api.accounts.principals import Principal
from registry_api.accounts.reach import get_owner, tell_owner
from registry_api.accounts.step_up import require_recent_proof, session_nonces
from registry_api.audit.service import record
from registry_api.kit.ids import new_id
from registry_api.kit.problems import CONSTRAINTS, InvalidBody, NotFound, Problem
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.second_factors import queries
from registry_api.second_factors.passkeys import add_passkey, creation_options
from registry_api.second_factors.schemas import (
    PasskeyCreate,
    SecondFactor,
    SecondFactorList,
    TotpCreate,
    TotpEnrolment,
)
from registry_api.second_factors.totp import SECRET_PLACE, enrolment_uri, matching_step, new_secret, qr_svg

MOST = 10


class LastSecondFactor(Problem):
    """Staff keep at least one second factor."""

    status, code = 409, "last_second_factor"


class TooManySecondFactors(Problem):
    """Ten are there already."""

    status, code = 409, "too_many_second_factors"


class PasskeyKnown(Problem):
    """This passkey is enrolled already, here or elsewhere."""

    status, code = 409, "passkey_known"


CONSTRAINTS["uq_second_factor_credential_id"] = PasskeyKnown


async def list_factors(work: Work, principal: Principal) -> SecondFactorList:
    """The account's second factors that count."""
    rows = await work.tx.fetch_all(queries.LIST_FACTORS, account_id=principal.account_id)
    return SecondFactorList(items=[SecondFactor.model_validate(row, from_attributes=True) for row in rows])


async def start_totp(work: Work, principal: Principal, body: TotpCreate) -> TotpEnrolment:
    """A secret that waits for its confirmation; one that was never confirmed goes. Raises StepUpRequired."""
    await _may_add(work, principal)
    await work.tx.run(queries.DROP_UNCONFIRMED, account_id=principal.account_id, now=work.now)
    secret, factor_id = new_secret(), new_id()
    await work.tx.run(
        queries.ADD_TOTP,
        id=factor_id,
        account_id=principal.account_id,
        kind="totp",
        name=body.name or text("second_factor.totp", work.language),
        secret_sealed=work.system.sealer.seal(secret, SECRET_PLACE, factor_id),
        created_at=work.now,
    )
    uri = enrolment_uri(secret, (await get_owner(work, principal.account_id)).login_name)
    return TotpEnrolment(id=factor_id, secret=secret, uri=uri, qr_svg=qr_svg(uri))


async def confirm_totp(work: Work, principal: Principal, factor_id: UUID, code: str) -> None:
    """The authenticator counts from now on. Raises StepUpRequired, NotFound, InvalidBody or TooManyRequests."""
    await require_recent_proof(work, principal)
    await reserve_proof(work, principal)
    factor = await work.tx.find(
        queries.FIND_UNCONFIRMED, factor_id=factor_id, account_id=principal.account_id
    )
    if factor is None or factor.secret_sealed is None:
        raise NotFound
    secret = work.system.sealer.open_text(factor.secret_sealed, SECRET_PLACE, factor.id)
    step = matching_step(secret, code, work.now)
    if step is None:
        raise InvalidBody([{"pointer": "/code", "code": "wrong_code"}])
    if not await work.tx.run(queries.CONFIRM_TOTP, factor_id=factor.id, step=step, now=work.now):
        raise NotFound
    await _tell(work, principal, "second_factor.added", factor_id, "totp")


async def passkey_options(work: Work, principal: Principal) -> dict[str, Any]:
    """What the browser needs to make a passkey, good for five minutes in this session. Raises StepUpRequired."""
    await _may_add(work, principal)
    nonce, _ = await session_nonces(work, principal, "enrol")
    login_name = (await get_owner(work, principal.account_id)).login_name
    return await creation_options(work, principal.account_id, login_name, nonce)


async def create_passkey(work: Work, principal: Principal, body: PasskeyCreate) -> SecondFactor:
    """The passkey counts from now on. Raises StepUpRequired, InvalidBody or PasskeyKnown."""
    await _may_add(work, principal)
    nonces = await session_nonces(work, principal, "enrol")
    name = body.name or text("second_factor.passkey", work.language)
    factor_id = await add_passkey(work, principal.account_id, name, body.credential, nonces)
    await _tell(work, principal, "second_factor.added", factor_id, "passkey")
    return SecondFactor(id=factor_id, kind="passkey", name=name, created_at=work.now, last_used_at=None)


async def remove_factor(work: Work, principal: Principal, factor_id: UUID) -> None:
    """The factor counts no more. Raises StepUpRequired, NotFound or LastSecondFactor."""
    await require_recent_proof(work, principal)
    factors = await work.tx.fetch_all(queries.LOCK_FACTORS, account_id=principal.account_id)
    if factor_id not in factors:
        raise NotFound
    if principal.realm != "doctor" and len(factors) == 1:
        raise LastSecondFactor
    await work.tx.run(queries.REMOVE, factor_id=factor_id, account_id=principal.account_id, now=work.now)
    await _tell(work, principal, "second_factor.removed", factor_id, None)


async def _may_add(work: Work, principal: Principal) -> None:
    await require_recent_proof(work, principal)
    factors = await work.tx.fetch_all(queries.LOCK_FACTORS, account_id=principal.account_id)
    if len(factors) >= MOST:
        raise TooManySecondFactors


async def _tell(work: Work, principal: Principal, action: str, factor_id: UUID, kind: str | None) -> None:
    await record(
        work,
        principal,
        action,
        object_type="second_factor",
        object_id=factor_id,
        details={"kind": kind} if kind else None,
    )
    await tell_owner(work, await get_owner(work, principal.account_id), "second_factor_changed")
