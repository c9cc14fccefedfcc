"""Operations of an institution on the applications addressed to it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from registry_api.accounts.principals import CurrentInstitution
from registry_api.applications import listing, perform, reading
from registry_api.applications.files import read_attachment
from registry_api.applications.router import JPEG, NameFilter, Order, StatusFilter, TypeFilter
from registry_api.applications.schemas import ApplicationPage, ApplicationRead, InstitutionDecision, Summary
from registry_api.kit.paging import Cursor, Limit
from registry_api.kit.route import TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey, IfMatch, etag

router = APIRouter(prefix="/institution", tags=["institution"], route_class=TransactionalRoute)


@router.get("/summary", operation_id="getInstitutionSummary")
async def get_institution_summary(staff: CurrentInstitution, work: CurrentWork) -> Summary:
    """Counts for the home page."""
    return await listing.summarise(work, staff)


@router.get("/applications", operation_id="listInstitutionApplications")
async def list_institution_applications(
    staff: CurrentInstitution,
    work: CurrentWork,
    status: StatusFilter = None,
    type_code: TypeFilter = None,
    name: NameFilter = None,
    overdue: Annotated[bool, Query(description="Only what is late.")] = False,
    order: Order = "newest",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> ApplicationPage:
    """医师申请业务办理: addressed to this institution, drafts excepted."""
    return await listing.list_applications(
        work,
        staff,
        status=status,
        type_code=type_code,
        name=name,
        overdue=overdue,
        order=order,
        limit=limit,
        cursor=cursor,
    )


@router.get("/applications/{application_id}", operation_id="getInstitutionApplication")
async def get_institution_application(
    staff: CurrentInstitution, work: CurrentWork, application_id: UUID, response: Response
) -> ApplicationRead:
    """One application with its checks, form, photo and timeline."""
    application = await reading.read_application(work, staff, application_id)
    response.headers["ETag"] = etag(application.version)
    return application


@router.post("/applications/{application_id}/decisions", operation_id="decideInstitutionApplication")
async def decide_institution_application(
    staff: CurrentInstitution,
    work: CurrentWork,
    application_id: UUID,
    body: InstitutionDecision,
    match: IfMatch,
    key: IdempotencyKey,
    response: Response,
) -> ApplicationRead:
    """Endorses or returns. Endorsement approves the application's photo as well."""
    del key
    field_comments = [one.model_dump() for one in body.field_comments]
    move = perform.Move(body.action, body.comment, field_comments)
    facts = await perform.perform(work, staff, application_id, match, move)
    application = await reading.read_application(work, staff, application_id, facts)
    response.headers["ETag"] = etag(application.version)
    return application


@router.get(
    "/applications/{application_id}/attachments/{attachment_id}",
    operation_id="getInstitutionAttachment",
    response_class=Response,
    responses=JPEG,
)
async def get_institution_attachment(
    staff: CurrentInstitution, work: CurrentWork, application_id: UUID, attachment_id: UUID
) -> Response:
    """The file itself."""
    return await read_attachment(work, staff, application_id, attachment_id)
