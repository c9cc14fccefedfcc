"""Operations of doctors on their own applications."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from registry_api.accounts.principals import CurrentAccount, CurrentDoctor
from registry_api.applications import drafts, listing, options, perform, reading
from registry_api.applications.bodies import (
    ApplicationCreate,
    ApplicationFilter,
    ApplicationUpdate,
    Reason,
    Withdrawal,
)
from registry_api.applications.schemas import (
    ApplicationOptions,
    ApplicationPage,
    ApplicationRead,
    ApplicationTypeRead,
)
from registry_api.applications.turn import Move
from registry_api.applications.types import TYPES
from registry_api.kit.paging import Cursor, Limit
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey, IfMatch, etag
from registry_api.workflow.table import Status

router = APIRouter(prefix=API_PREFIX, tags=["doctor"], route_class=TransactionalRoute)
TypeFilter = Annotated[str | None, Query(alias="type", max_length=40)]
StatusFilter = Annotated[Status | None, Query()]


@router.get("/application-types", operation_id="listApplicationTypes")
async def list_application_types(account: CurrentAccount, work: CurrentWork) -> list[ApplicationTypeRead]:
    """The seven types with their steps and fields, from which the portals draw forms."""
    del account
    return [
        ApplicationTypeRead(
            code=kind.code,
            title=kind.title(work.language),
            summary=kind.summary(work.language),
            filers=sorted(kind.filers),
            about_person=kind.about_person,
            printable=kind.printable,
            steps=kind.steps(work.language),
        )
        for kind in TYPES.values()
    ]


@router.get("/doctor/application-options", operation_id="listApplicationOptions")
async def list_application_options(doctor: CurrentDoctor, work: CurrentWork) -> ApplicationOptions:
    """What can be applied for now; for what cannot, every reason, its legal basis and what to do."""
    return await options.list_options(work, doctor)


@router.get("/doctor/applications", operation_id="listMyApplications")
async def list_my_applications(
    doctor: CurrentDoctor,
    work: CurrentWork,
    status: StatusFilter = None,
    type_code: TypeFilter = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> ApplicationPage:
    """My applications, the newest first."""
    asked = ApplicationFilter(status=status, type=type_code, limit=limit, cursor=cursor)
    return await listing.list_applications(work, doctor, asked)


@router.post("/doctor/applications", status_code=201, operation_id="createApplication")
async def create_application(
    doctor: CurrentDoctor, work: CurrentWork, body: ApplicationCreate, key: IdempotencyKey, response: Response
) -> ApplicationRead:
    """A new draft. One unfinished application per registration and type."""
    del key
    application_id = await drafts.create_draft(work, doctor, body.type, body.registration_id, body.payload)
    response.headers["Location"] = f"/api/v1/doctor/applications/{application_id}"
    return _tagged(response, await reading.read_application(work, doctor, application_id))


@router.get("/doctor/applications/{application_id}", operation_id="getMyApplication")
async def get_my_application(
    doctor: CurrentDoctor, work: CurrentWork, application_id: UUID, response: Response
) -> ApplicationRead:
    """One of my applications: whose desk, since when, until when, and everything that happened."""
    return _tagged(response, await reading.read_application(work, doctor, application_id))


@router.patch("/doctor/applications/{application_id}", operation_id="updateApplication")
async def update_application(
    doctor: CurrentDoctor,
    work: CurrentWork,
    application_id: UUID,
    body: ApplicationUpdate,
    match: IfMatch,
    response: Response,
) -> ApplicationRead:
    """Saves the payload of a draft, or of an application that came back."""
    await drafts.edit_draft(work, doctor, application_id, match, body.payload)
    return _tagged(response, await reading.read_application(work, doctor, application_id))


@router.delete(
    "/doctor/applications/{application_id}",
    status_code=204,
    response_class=Response,
    operation_id="deleteDraft",
)
async def delete_draft(doctor: CurrentDoctor, work: CurrentWork, application_id: UUID) -> None:
    """Deletes a draft that was never submitted."""
    await drafts.delete_draft(work, doctor, application_id)


@router.post("/doctor/applications/{application_id}/submission", operation_id="submitApplication")
async def submit_application(
    doctor: CurrentDoctor,
    work: CurrentWork,
    application_id: UUID,
    match: IfMatch,
    key: IdempotencyKey,
    response: Response,
) -> ApplicationRead:
    """Submits to the institution, or a correction to whoever has to see it. Preconditions are judged again."""
    del key
    facts = await perform.perform(work, doctor, application_id, match, Move("submit"))
    return _tagged(response, await reading.read_application(work, doctor, application_id, facts))


@router.post("/doctor/applications/{application_id}/withdrawal", operation_id="withdrawApplication")
async def withdraw_application(
    doctor: CurrentDoctor,
    work: CurrentWork,
    application_id: UUID,
    body: Withdrawal,
    match: IfMatch,
    key: IdempotencyKey,
    response: Response,
) -> ApplicationRead:
    """Withdraws an application that is not decided yet."""
    del key
    facts = await perform.perform(work, doctor, application_id, match, Move("withdraw", body.comment))
    return _tagged(response, await reading.read_application(work, doctor, application_id, facts))


@router.post("/doctor/applications/{application_id}/objections", operation_id="objectToReport")
async def object_to_report(
    doctor: CurrentDoctor,
    work: CurrentWork,
    application_id: UUID,
    body: Reason,
    match: IfMatch,
    key: IdempotencyKey,
    response: Response,
) -> ApplicationRead:
    """Objects to what my institution reported; the authority sees it before it decides."""
    del key
    facts = await perform.perform(work, doctor, application_id, match, Move("object", body.comment))
    return _tagged(response, await reading.read_application(work, doctor, application_id, facts))


def _tagged(response: Response, application: ApplicationRead) -> ApplicationRead:
    response.headers["ETag"] = etag(application.version)
    return application
