"""What the two desks decide, and what they start themselves: reports and direct handling."""

from uuid import UUID

from fastapi import APIRouter, Response

from registry_api.accounts.principals import CurrentAuthority, CurrentInstitution, Principal
from registry_api.applications import drafts, perform, reading, staff_filing
from registry_api.applications.bodies import (
    ApplicationUpdate,
    AuthorityDecision,
    DirectHandling,
    InstitutionDecision,
    Reason,
    ReportCreate,
)
from registry_api.applications.schemas import ApplicationRead
from registry_api.applications.turn import Move
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey, IfMatch, Match, Work, etag

institution = APIRouter(
    prefix=f"{API_PREFIX}/institution", tags=["institution"], route_class=TransactionalRoute
)
authority = APIRouter(prefix=f"{API_PREFIX}/authority", tags=["authority"], route_class=TransactionalRoute)


@institution.post("/applications/{application_id}/decisions", operation_id="decideInstitutionApplication")
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
    return await _move(work, staff, application_id, match, response, _said(body))


@authority.post("/applications/{application_id}/decisions", operation_id="decideAuthorityApplication")
async def decide_authority_application(
    staff: CurrentAuthority,
    work: CurrentWork,
    application_id: UUID,
    body: AuthorityDecision,
    match: IfMatch,
    key: IdempotencyKey,
    response: Response,
) -> ApplicationRead:
    """Accepts, asks for correction, approves, refuses, declines or terminates; countersigns or discards.

    Approval takes effect in the same transaction.
    """
    del key
    return await _move(work, staff, application_id, match, response, _said(body))


@institution.post("/applications", status_code=201, operation_id="createInstitutionReport")
async def create_institution_report(
    staff: CurrentInstitution, work: CurrentWork, body: ReportCreate, key: IdempotencyKey, response: Response
) -> ApplicationRead:
    """Reports 备案 or 注销 of the institution's own doctor to its authority. The doctor is told and may object."""
    del key
    application_id = await staff_filing.report(
        work, staff, body.type, body.registration_id, body.payload, body.comment
    )
    response.headers["Location"] = f"/api/v1/institution/applications/{application_id}"
    return await _read(work, staff, application_id, response)


@institution.patch("/applications/{application_id}", operation_id="updateInstitutionReport")
async def update_institution_report(
    staff: CurrentInstitution,
    work: CurrentWork,
    application_id: UUID,
    body: ApplicationUpdate,
    match: IfMatch,
    response: Response,
) -> ApplicationRead:
    """Corrects a report that the authority sent back."""
    await drafts.edit_draft(work, staff, application_id, match, body.payload)
    return await _read(work, staff, application_id, response)


@institution.post("/applications/{application_id}/submission", operation_id="resubmitInstitutionReport")
async def resubmit_institution_report(
    staff: CurrentInstitution,
    work: CurrentWork,
    application_id: UUID,
    match: IfMatch,
    key: IdempotencyKey,
    response: Response,
) -> ApplicationRead:
    """Sends a corrected report to the authority again."""
    del key
    return await _move(work, staff, application_id, match, response, Move("submit"))


@institution.post("/applications/{application_id}/withdrawal", operation_id="withdrawInstitutionReport")
async def withdraw_institution_report(
    staff: CurrentInstitution,
    work: CurrentWork,
    application_id: UUID,
    body: Reason,
    match: IfMatch,
    key: IdempotencyKey,
    response: Response,
) -> ApplicationRead:
    """Withdraws a report that is not decided yet, with the reason."""
    del key
    return await _move(work, staff, application_id, match, response, Move("withdraw", body.comment))


@authority.post("/direct-handlings", status_code=201, operation_id="performDirectHandling")
async def perform_direct_handling(
    staff: CurrentAuthority, work: CurrentWork, body: DirectHandling, key: IdempotencyKey, response: Response
) -> ApplicationRead:
    """Handles any type directly: same rules, same effect, same record, with its basis.

    The answer is `approved`, or `countersign` where the authority's setting asks for two people.
    """
    del key
    application_id = await staff_filing.handle_directly(
        work,
        staff,
        body.type,
        body.practitioner_id,
        body.registration_id,
        body.payload,
        document=body.basis.document,
        reason=body.basis.reason,
    )
    response.headers["Location"] = f"/api/v1/authority/applications/{application_id}"
    return await _read(work, staff, application_id, response)


@authority.post("/applications/{application_id}/take-over", operation_id="takeOver")
async def take_over(
    staff: CurrentAuthority,
    work: CurrentWork,
    application_id: UUID,
    body: Reason,
    match: IfMatch,
    key: IdempotencyKey,
    response: Response,
) -> ApplicationRead:
    """Takes an application from an institution that is late or closed."""
    del key
    return await _move(work, staff, application_id, match, response, Move("take_over", body.comment))


@authority.post("/applications/{application_id}/set-aside", operation_id="setAside")
async def set_aside(
    staff: CurrentAuthority,
    work: CurrentWork,
    application_id: UUID,
    body: Reason,
    match: IfMatch,
    key: IdempotencyKey,
    response: Response,
) -> ApplicationRead:
    """Sets a past decision aside: by another approver, with the reason; an approval's effect is undone by an entry.

    Refused while later entries depend on it.
    """
    del key
    return await _move(work, staff, application_id, match, response, Move("set_aside", body.comment))


def _said(body: InstitutionDecision | AuthorityDecision) -> Move:
    return Move(body.action, body.comment, [one.model_dump() for one in body.field_comments])


async def _move(
    work: Work, staff: Principal, application_id: UUID, match: Match, response: Response, move: Move
) -> ApplicationRead:
    facts = await perform.perform(work, staff, application_id, match, move)
    application = await reading.read_application(work, staff, application_id, facts)
    response.headers["ETag"] = etag(application.version)
    return application


async def _read(work: Work, staff: Principal, application_id: UUID, response: Response) -> ApplicationRead:
    application = await reading.read_application(work, staff, application_id)
    response.headers["ETag"] = etag(application.version)
    return application
