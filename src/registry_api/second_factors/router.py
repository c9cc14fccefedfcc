"""One's own second factors."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from registry_api.accounts.principals import CurrentAccount
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork
from registry_api.second_factors import service
from registry_api.second_factors.schemas import (
    PasskeyCreate,
    SecondFactor,
    SecondFactorList,
    TotpConfirmation,
    TotpCreate,
    TotpEnrolment,
)

router = APIRouter(
    prefix=f"{API_PREFIX}/me/second-factors", tags=["sessions"], route_class=TransactionalRoute
)


@router.get("", operation_id="listSecondFactors")
async def list_second_factors(account: CurrentAccount, work: CurrentWork) -> SecondFactorList:
    """The account's authenticators and passkeys."""
    return await service.list_factors(work, account)


@router.post("/totp", status_code=201, operation_id="startTotp")
async def start_totp(account: CurrentAccount, work: CurrentWork, body: TotpCreate) -> TotpEnrolment:
    """A secret for an authenticator; it counts once a code confirms it. Needs a fresh proof."""
    return await service.start_totp(work, account, body)


@router.post(
    "/totp/{factor_id}/confirmation",
    status_code=204,
    response_class=Response,
    operation_id="confirmTotp",
)
async def confirm_totp(
    account: CurrentAccount, work: CurrentWork, factor_id: UUID, body: TotpConfirmation
) -> None:
    """Confirms an authenticator by the code that it shows; the owner is told."""
    await service.confirm_totp(work, account, factor_id, body.code)


@router.post("/passkeys/options", operation_id="getPasskeyOptions")
async def get_passkey_options(account: CurrentAccount, work: CurrentWork) -> dict[str, Any]:
    """Options for `navigator.credentials.create` (WebAuthn, as JSON). Needs a fresh proof."""
    return await service.passkey_options(work, account)


@router.post("/passkeys", status_code=201, operation_id="createPasskey")
async def create_passkey(account: CurrentAccount, work: CurrentWork, body: PasskeyCreate) -> SecondFactor:
    """Enrols a passkey made with those options; the owner is told. Needs a fresh proof."""
    return await service.create_passkey(work, account, body)


@router.delete("/{factor_id}", status_code=204, response_class=Response, operation_id="removeSecondFactor")
async def remove_second_factor(account: CurrentAccount, work: CurrentWork, factor_id: UUID) -> None:
    """Removes a second factor; staff keep one. Needs a fresh proof; the owner is told."""
    await service.remove_factor(work, account, factor_id)
