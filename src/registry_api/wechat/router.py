"""Signing in with WeChat, binding and unbinding it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from registry_api.accounts.cookies import deliver
from registry_api.accounts.entry import check_origin, device_cookie_name
from registry_api.accounts.principals import CurrentDoctor
from registry_api.accounts.step_up import require_recent_proof
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork
from registry_api.wechat import service
from registry_api.wechat.binding import unbind
from registry_api.wechat.collection import collect
from registry_api.wechat.cookie import browser_cookie, set_browser_cookie
from registry_api.wechat.schemas import (
    SignInOptions,
    WechatAuthorisation,
    WechatConfirmation,
    WechatConfirmationLookup,
    WechatDecision,
    WechatLogin,
    WechatLoginCreate,
    WechatPoll,
    WechatProgress,
    WechatScan,
)

router = APIRouter(prefix=API_PREFIX, tags=["wechat"], route_class=TransactionalRoute)
FromHere = [Depends(check_origin)]


@router.get("/sign-in-options", operation_id="getSignInOptions")
async def get_sign_in_options(work: CurrentWork) -> SignInOptions:
    """What this installation offers beside login name and password."""
    return SignInOptions(wechat=service.is_offered(work.system.settings))


@router.post("/wechat/logins", status_code=201, operation_id="startWechatLogin", dependencies=FromHere)
async def start_wechat_login(body: WechatLoginCreate, work: CurrentWork) -> WechatLogin:
    """A QR code for signing in, or for binding right after registration (with its ticket). Two minutes."""
    return await service.start_login(work, body)


@router.post("/wechat/logins/{login_id}/polls", operation_id="completeWechatLogin", dependencies=FromHere)
async def complete_wechat_login(
    login_id: UUID,
    body: WechatPoll,
    work: CurrentWork,
    request: Request,
    response: Response,
    user_agent: Annotated[str, Header(include_in_schema=False)] = "",
) -> WechatProgress:
    """What became of the code; every two seconds is often enough.

    Once a sign-in is confirmed, one request gets the session (as cookie); any other is told `used`.
    """
    settings = work.system.settings
    device_token = request.cookies.get(device_cookie_name("doctor", settings))
    status, opened = await collect(work, login_id, body, user_agent=user_agent, device_token=device_token)
    answer = service.progress(work, status)
    if opened is not None:
        answer.session = deliver(response, opened, "cookie", settings)
    return answer


@router.post("/wechat/scans", operation_id="scanWechatLogin", dependencies=FromHere)
async def scan_wechat_login(body: WechatScan, work: CurrentWork, response: Response) -> WechatAuthorisation:
    """The phone that opened the code takes it; gives the address where WeChat says who that is."""
    browser, answer = await service.scan(work, body.scan_token)
    # Until the decision is over, and no longer.
    life = service.STATE_LIFE + service.DECISION_LIFE
    set_browser_cookie(response, work.system.settings, browser, int(life.total_seconds()))
    return answer


@router.post("/wechat/confirmations/lookups", operation_id="lookUpWechatConfirmation", dependencies=FromHere)
async def look_up_wechat_confirmation(
    body: WechatConfirmationLookup, work: CurrentWork, request: Request
) -> WechatConfirmation:
    """What is to be confirmed: for whom, and from which network it was asked."""
    browser = request.cookies.get(browser_cookie(work.system.settings))
    return await service.read_confirmation(work, body.confirm_token, browser)


@router.post("/wechat/confirmations", operation_id="confirmWechatLogin", dependencies=FromHere)
async def confirm_wechat_login(body: WechatDecision, work: CurrentWork, request: Request) -> WechatProgress:
    """The phone's decision, in the browser that scanned; counts once."""
    browser = request.cookies.get(browser_cookie(work.system.settings))
    confirmed = body.decision == "confirm"
    return await service.decide(work, body.confirm_token, browser, confirmed=confirmed)


@router.post("/me/wechat", status_code=201, operation_id="bindWechat")
async def bind_wechat(doctor: CurrentDoctor, work: CurrentWork) -> WechatLogin:
    """A QR code that binds a WeChat to the signed-in account; needs a proof of the last ten minutes."""
    await require_recent_proof(work, doctor)
    return await service.start_binding(work, doctor.account_id)


@router.delete("/me/wechat", status_code=204, response_class=Response, operation_id="unbindWechat")
async def unbind_wechat(doctor: CurrentDoctor, work: CurrentWork) -> None:
    """The account's WeChat signs nobody in any more; needs a proof of the last ten minutes."""
    await require_recent_proof(work, doctor)
    await unbind(work, doctor)
