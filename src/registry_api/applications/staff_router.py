"""What staff read of the applications addressed to their office, and who of them works on which: the same at both
desks."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from registry_api.accounts.principals import AuthorityStaff, InstitutionStaff, PrincipalDependency
from registry_api.applications import casework, listing, reading
from registry_api.applications.bodies import ApplicationFilter, ApplicationSearch, Assignment, NoteCreate
from registry_api.applications.colleagues import list_colleagues
from registry_api.applications.file_router import JPEG
from registry_api.applications.files import read_attachment
from registry_api.applications.schemas import ApplicationPage, ApplicationRead, CaseNotes, Colleagues, Summary
from registry_api.kit.paging import CursorRefused
from registry_api.kit.problems import InvalidBody
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey, etag


def _desk(
    realm: Literal["institution", "authority"],
    kind: type[InstitutionStaff] | type[AuthorityStaff],
    queue: str,
) -> APIRouter:
    """What the staff of one realm read. `queue` says in the contract which applications a list holds."""
    router = APIRouter(prefix=f"{API_PREFIX}/{realm}", tags=[realm], route_class=TransactionalRoute)
    of_realm = realm.title()
    Staff = Annotated[InstitutionStaff | AuthorityStaff, Depends(PrincipalDependency(kind))]  # noqa: N806 (a type)
    reading_only = Depends(PrincipalDependency(kind, only_reads=True))
    Searcher = Annotated[InstitutionStaff | AuthorityStaff, reading_only]  # noqa: N806 (a type)

    @router.get("/summary", operation_id=f"get{of_realm}Summary")
    async def get_summary(staff: Staff, work: CurrentWork) -> Summary:
        """Counts for the home page."""
        return await listing.summarise(work, staff)

    @router.get("/applications", operation_id=f"list{of_realm}Applications", description=queue)
    async def list_applications(
        staff: Staff, work: CurrentWork, asked: Annotated[ApplicationFilter, Query()]
    ) -> ApplicationPage:
        return await listing.list_applications(work, staff, asked)

    @router.post("/applications/searches", operation_id=f"find{of_realm}Applications")
    async def find_applications(
        staff: Searcher, work: CurrentWork, body: ApplicationSearch
    ) -> ApplicationPage:
        """The list by the applicant's name or by 受理号: a POST, so that no address holds a name. Changes nothing."""
        try:
            return await listing.list_applications(work, staff, body, name=body.name, number=body.number)
        except CursorRefused:
            raise InvalidBody([{"pointer": "/cursor", "code": "value_error"}]) from None

    @router.get("/applications/{application_id}", operation_id=f"get{of_realm}Application")
    async def get_application(
        staff: Staff, work: CurrentWork, application_id: UUID, response: Response
    ) -> ApplicationRead:
        """One application with its checks, form, photo and timeline."""
        application = await reading.read_application(work, staff, application_id)
        response.headers["ETag"] = etag(application.version)
        return application

    @router.get(
        "/applications/{application_id}/attachments/{attachment_id}",
        operation_id=f"get{of_realm}Attachment",
        response_class=Response,
        responses=JPEG,
    )
    async def get_attachment(
        staff: Staff, work: CurrentWork, application_id: UUID, attachment_id: UUID
    ) -> Response:
        """The file itself."""
        return await read_attachment(work, staff, application_id, attachment_id)

    @router.post("/applications/{application_id}/assignment", operation_id=f"assign{of_realm}Application")
    async def assign_application(
        staff: Staff, work: CurrentWork, application_id: UUID, body: Assignment, response: Response
    ) -> ApplicationRead:
        """Claims a case, gives it to a colleague, or gives it back; two people never work on one."""
        await casework.assign(work, staff, application_id, body.account_id, body.instead_of)
        application = await reading.read_application(work, staff, application_id)
        response.headers["ETag"] = etag(application.version)
        return application

    @router.get("/colleagues", operation_id=f"list{of_realm}Colleagues")
    async def get_colleagues(staff: Staff, work: CurrentWork) -> Colleagues:
        """Everybody of the own office to whom a case can be given, and how many cases each works on."""
        return await list_colleagues(work, staff)

    @router.get("/applications/{application_id}/notes", operation_id=f"list{of_realm}CaseNotes")
    async def list_case_notes(staff: Staff, work: CurrentWork, application_id: UUID) -> CaseNotes:
        """What colleagues of the own office noted on the case."""
        return CaseNotes(items=await casework.list_notes(work, staff, application_id))

    @router.post(
        "/applications/{application_id}/notes", status_code=201, operation_id=f"add{of_realm}CaseNote"
    )
    async def add_case_note(
        staff: Staff, work: CurrentWork, application_id: UUID, body: NoteCreate, key: IdempotencyKey
    ) -> CaseNotes:
        """Adds a note for the colleagues; no other office and no applicant sees it."""
        del key
        return CaseNotes(items=await casework.add_note(work, staff, application_id, body.text))

    return router


institution = _desk(
    "institution", InstitutionStaff, "医师申请业务办理: addressed to this institution, drafts excepted."
)
authority = _desk(
    "authority", AuthorityStaff, "业务审批: of institutions that this authority approved, drafts excepted."
)
