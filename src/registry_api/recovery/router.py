"""Operations for who forgot the password or the login name. Nobody is signed in."""

from fastapi import APIRouter, Response

from registry_api.kit.even_time import EvenTimeRoute
from registry_api.kit.route import API_PREFIX
from registry_api.kit.work import CurrentWork
from registry_api.recovery import service
from registry_api.recovery.schemas import (
    LoginNameRecovery,
    PasswordResetCompletion,
    PasswordResetStart,
    PasswordResetStarted,
    RecoveryAnswer,
)

router = APIRouter(prefix=API_PREFIX, tags=["public"], route_class=EvenTimeRoute)


@router.post("/password-resets", status_code=202, operation_id="startPasswordReset")
async def start_password_reset(work: CurrentWork, body: PasswordResetStart) -> PasswordResetStarted:
    """Sends a code to the verified phone of a doctor's account, if there is one; the answer is always the same.

    Staff have their password reset by their office's administrator.
    """
    return await service.start_reset(work, body)


@router.post(
    "/password-resets/completion",
    status_code=204,
    response_class=Response,
    operation_id="completePasswordReset",
)
async def complete_password_reset(work: CurrentWork, body: PasswordResetCompletion) -> None:
    """Sets a new password. Ends every session; every browser is an unknown one afterwards."""
    await service.complete_reset(work, body)


@router.post("/login-name-recoveries", status_code=202, operation_id="recoverLoginName")
async def recover_login_name(work: CurrentWork, body: LoginNameRecovery) -> RecoveryAnswer:
    """Sends the login name to the verified phone, if phone and ID number fit; the answer is always the same."""
    return await service.recover_login_name(work, body)
