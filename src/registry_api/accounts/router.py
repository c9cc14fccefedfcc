"""Sessions and the signed-in account."""

from fastapi import APIRouter, Request, Response

from registry_api.accounts import service
from registry_api.accounts.entry import cookie_name
from registry_api.accounts.principals import CurrentAccount
from registry_api.accounts.schemas import Me, Session, SessionCreate
from registry_api.kit.problems import OriginRefused
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.texts import language_from
from registry_api.kit.work import CurrentWork, System, Work

router = APIRouter(prefix=API_PREFIX, tags=["sessions"], route_class=TransactionalRoute)
entrance = APIRouter(prefix=API_PREFIX, tags=["sessions"])
"""Sign-in manages its own transactions: attempts are committed before the password is looked at."""


@entrance.post("/sessions", status_code=201, operation_id="createSession")
async def create_session(body: SessionCreate, request: Request, response: Response) -> Session:
    """Signs in with login name and password.

    A browser gets its session in a cookie that scripts cannot read; a program asks for `delivery: bearer` and
    gets a token of ten minutes. Ten attempts per login name in 15 minutes are evaluated.
    """
    system: System = request.app.state.system
    origin = request.headers.get("origin")
    if origin is not None and origin != system.settings.origin:
        raise OriginRefused
    work = Work(
        system=system,
        tx=None,  # type: ignore[arg-type]
        now=system.clock.now(),
        language=language_from(request.headers.get("accept-language")),
        request_id=request.state.request_id,
        address=request.state.address,
        calendar=None,  # type: ignore[arg-type]
    )
    reference, session = await service.sign_in(system, work, body, request.headers.get("user-agent", ""))
    if body.delivery == "cookie":
        response.set_cookie(
            cookie_name(body.realm, system.settings),
            reference,
            httponly=True,
            secure=not system.settings.plain_http,
            samesite="strict",
            path="/",
        )
    return session


@router.delete("/sessions/current", status_code=204, response_class=Response, operation_id="deleteSession")
async def delete_session(account: CurrentAccount, work: CurrentWork, response: Response) -> None:
    """Signs out; effective at once."""
    await service.sign_out(work, account)
    response.delete_cookie(
        cookie_name(account.realm, work.system.settings),
        path="/",
        secure=not work.system.settings.plain_http,
        httponly=True,
        samesite="strict",
    )


@router.get("/me", operation_id="getMe")
async def get_me(account: CurrentAccount, work: CurrentWork) -> Me:
    """Who is signed in, with masked numbers, and what to do next."""
    return await service.read_me(work, account)
