"""Operations of somebody who was invited and has no login yet. The token comes in a body, never in an address."""

from fastapi import APIRouter

from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork
from registry_api.staff import acceptance
from registry_api.staff.schemas import (
    FactorStart,
    InvitationAccept,
    InvitationLookup,
    InvitationPasskey,
    InvitationRead,
    InvitationTotp,
    Joined,
)

router = APIRouter(
    prefix=f"{API_PREFIX}/staff-invitations", tags=["staff-invitations"], route_class=TransactionalRoute
)


@router.post("/lookups", operation_id="lookUpStaffInvitation")
async def look_up(work: CurrentWork, body: InvitationLookup) -> InvitationRead:
    """Shows what an invitation is for; uses nothing up."""
    return await acceptance.look_up(work, body.token)


@router.post("/totp", operation_id="startInvitedTotp")
async def start_totp(work: CurrentWork, body: FactorStart) -> InvitationTotp:
    """An authenticator's secret and QR code. Asking again gives a new one, and the former counts no more."""
    return await acceptance.start_totp(work, body)


@router.post("/passkey", operation_id="startInvitedPasskey")
async def start_passkey(work: CurrentWork, body: FactorStart) -> InvitationPasskey:
    """What a browser needs to make a passkey."""
    return await acceptance.start_passkey(work, body)


@router.post("", status_code=201, operation_id="acceptStaffInvitation")
async def accept(work: CurrentWork, body: InvitationAccept) -> Joined:
    """Sets login name and password, confirms the second factor and opens the account. Good once."""
    return await acceptance.accept(work, body)
