"""Operations on what the system knows about whoever is signed in."""

from typing import Any

from fastapi import APIRouter, Response

from registry_api.accounts.entry import cookie_name, device_cookie_name
from registry_api.accounts.principals import CurrentAccount, CurrentDoctor
from registry_api.kit.paging import Cursor, Limit
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork
from registry_api.personal_data import closure, events, export, views
from registry_api.personal_data.schemas import AccountClosure, EventPage, ViewPage

router = APIRouter(prefix=API_PREFIX, tags=["doctor"], route_class=TransactionalRoute)
own_events = APIRouter(prefix=API_PREFIX, tags=["sessions"], route_class=TransactionalRoute)
"""For every realm: staff see what was done under their account as well."""

DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The copy, to be saved.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@own_events.get("/me/events", operation_id="listMyEvents")
async def list_my_events(
    account: CurrentAccount, work: CurrentWork, limit: Limit = 20, cursor: Cursor = None
) -> EventPage:
    """What was done under my account and what was refused, the newest first; addresses are cut to their network."""
    return await events.list_events(work, account, limit, cursor)


@router.get("/me/views", operation_id="listMyViews")
async def list_my_views(
    doctor: CurrentDoctor, work: CurrentWork, limit: Limit = 20, cursor: Cursor = None
) -> ViewPage:
    """Which office opened which of my applications on which day, the newest first."""
    return await views.list_views(work, doctor, limit, cursor)


@router.post("/me/exports", operation_id="exportMyData", response_class=Response, responses=DOWNLOAD)
async def export_my_data(doctor: CurrentDoctor, work: CurrentWork) -> Response:
    """A copy of everything that is held about me. Needs a proof of the last ten minutes; three a day."""
    content = await export.export(work, doctor)
    return Response(
        content,
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{export.filename(work)}"'},
    )


@router.delete("/me", status_code=204, response_class=Response, operation_id="closeAccount")
async def close_account(
    doctor: CurrentDoctor, work: CurrentWork, body: AccountClosure, response: Response
) -> None:
    """账号注销: closes the account. 执业注册 is another thing: it stays, and is ended by an application only.

    Refused with `open_business` while an application is not finished. Drafts are deleted.
    """
    await closure.close_account(work, doctor, body.password)
    for name in (cookie_name, device_cookie_name):
        response.delete_cookie(
            name(doctor.realm, work.system.settings),
            path="/",
            secure=not work.system.settings.plain_http,
            httponly=True,
            samesite="strict",
        )
