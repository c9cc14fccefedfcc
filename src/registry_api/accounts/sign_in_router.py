"""The ways in: password, second factor, refresh."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response

from registry_api.accounts import challenges
from registry_api.accounts.cookies import deliver
from registry_api.accounts.entry import check_origin, device_cookie_name
from registry_api.accounts.refresh import refresh_session
from registry_api.accounts.schemas import Challenge, Refresh, SecondFactorCreate, Session, SessionCreate
from registry_api.accounts.sign_in import sign_in
from registry_api.accounts.visit import CurrentVisit
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork

entrance = APIRouter(prefix=API_PREFIX, tags=["sessions"], dependencies=[Depends(check_origin)])
"""Sign-in manages its own transactions: attempts are committed before the password is looked at."""
second_step = APIRouter(
    prefix=API_PREFIX,
    tags=["sessions"],
    route_class=TransactionalRoute,
    dependencies=[Depends(check_origin)],
)

DeviceHeader = Annotated[
    str | None,
    Header(
        alias="X-Registry-Device",
        max_length=128,
        description="A program's `device_token`; browsers have a cookie.",
    ),
]
UserAgent = Annotated[str, Header(include_in_schema=False)]


@entrance.post("/sessions", status_code=201, operation_id="createSession")
async def create_session(
    body: SessionCreate,
    visit: CurrentVisit,
    request: Request,
    response: Response,
    device: DeviceHeader = None,
    user_agent: UserAgent = "",
) -> Session:
    """Signs in with login name, or a doctor's verified phone, and password.

    A browser gets its session in a cookie that scripts cannot read; a program asks for `delivery: bearer` and
    gets a token of ten minutes and a refresh token. On a device that is not known a second factor is asked for:
    403 `second_factor_required` with `challenge`, `methods` and `expires_at`. Ten attempts per login name and network
    are evaluated in 15 minutes, the last five with `human_proof` (403 `human_proof_required`).
    """
    settings = visit.system.settings
    token = device or request.cookies.get(device_cookie_name(body.realm, settings))
    opened = await sign_in(visit, body, user_agent=user_agent, device_token=token)
    return deliver(response, opened, body.delivery, settings)


@second_step.post(
    "/sessions/second-factor-codes",
    status_code=204,
    response_class=Response,
    operation_id="sendSecondFactorCode",
)
async def send_second_factor_code(body: Challenge, work: CurrentWork) -> None:
    """Sends a code to the verified phone: five minutes, five attempts, 60 seconds until the next."""
    await challenges.send_challenge_code(work, body.challenge)


@second_step.post("/sessions/second-factor-challenges", operation_id="getSecondFactorOptions")
async def get_second_factor_options(body: Challenge, work: CurrentWork) -> dict[str, Any]:
    """Options for `navigator.credentials.get` (WebAuthn, as JSON)."""
    return await challenges.challenge_options(work, body.challenge)


@second_step.post("/sessions/second-factor", status_code=201, operation_id="answerSecondFactor")
async def answer_second_factor(
    body: SecondFactorCreate, work: CurrentWork, response: Response, user_agent: UserAgent = ""
) -> Session:
    """Answers the challenge of a sign-in and opens the session. Ten attempts in 15 minutes are evaluated."""
    opened, delivery = await challenges.answer_challenge(work, body, user_agent=user_agent)
    return deliver(response, opened, delivery, work.system.settings)


@second_step.post("/sessions/refresh", operation_id="refreshSession")
async def refresh(body: Refresh, work: CurrentWork, user_agent: UserAgent = "") -> Session:
    """New access and refresh tokens for a refresh token, which is good once.

    Shown a second time it ends the session; within ten seconds the same client gets the same answer again.
    """
    return await refresh_session(work, body.refresh_token, user_agent=user_agent)
