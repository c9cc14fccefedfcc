"""The signed-in account: who it is, its sessions, and a fresh proof before a risky change."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from registry_api.accounts import sessions
from registry_api.accounts import step_up as proofs
from registry_api.accounts.cookies import clear_session_cookie
from registry_api.accounts.me import read_me
from registry_api.accounts.principals import CurrentAccount
from registry_api.accounts.schemas import Me, SessionList, StepUp
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork

router = APIRouter(prefix=API_PREFIX, tags=["sessions"], route_class=TransactionalRoute)


@router.get("/me", operation_id="getMe")
async def get_me(account: CurrentAccount, work: CurrentWork) -> Me:
    """Who is signed in, with masked numbers, and what to do next."""
    return await read_me(work, account)


@router.get("/sessions", operation_id="listSessions")
async def list_sessions(account: CurrentAccount, work: CurrentWork) -> SessionList:
    """Where the account is signed in now."""
    return await sessions.list_sessions(work, account)


@router.delete("/sessions", status_code=204, response_class=Response, operation_id="revokeOtherSessions")
async def revoke_other_sessions(account: CurrentAccount, work: CurrentWork) -> None:
    """Ends every session of the account but this one, at once."""
    await sessions.end_other_sessions(work, account)


@router.delete("/sessions/current", status_code=204, response_class=Response, operation_id="deleteSession")
async def delete_session(account: CurrentAccount, work: CurrentWork, response: Response) -> None:
    """Signs out; effective at once."""
    await sessions.sign_out(work, account)
    clear_session_cookie(response, account.realm, work.system.settings)


@router.delete(
    "/sessions/{session_id}", status_code=204, response_class=Response, operation_id="revokeSession"
)
async def revoke_session(account: CurrentAccount, work: CurrentWork, session_id: UUID) -> None:
    """Ends one session of the account, at once."""
    await sessions.end_session(work, account, session_id)


@router.post("/me/step-up/codes", status_code=204, response_class=Response, operation_id="sendStepUpCode")
async def send_step_up_code(account: CurrentAccount, work: CurrentWork) -> None:
    """Sends a code to the account's phone."""
    await proofs.send_step_up_code(work, account)


@router.post("/me/step-up/challenges", operation_id="getStepUpOptions")
async def get_step_up_options(account: CurrentAccount, work: CurrentWork) -> dict[str, Any]:
    """Options for `navigator.credentials.get` (WebAuthn, as JSON)."""
    return await proofs.step_up_options(work, account)


@router.post("/me/step-up", status_code=204, response_class=Response, operation_id="stepUp")
async def step_up(account: CurrentAccount, work: CurrentWork, body: StepUp) -> None:
    """Proves again who is there; for ten minutes risky changes are open to this session.

    Such a change answers 403 `step_up_required` with the `methods` of the account.
    """
    await proofs.step_up(work, account, body)
