"""The printed form of an application, for whoever sees the application."""

from uuid import UUID

from fastapi import APIRouter, Response

from registry_api.accounts.principals import CurrentAuthority, CurrentDoctor, CurrentInstitution
from registry_api.applications.printed_form import print_form
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork
from registry_api.printing.answer import PDF

_FORM = "/applications/{application_id}/form.pdf"

doctor = APIRouter(prefix=f"{API_PREFIX}/doctor", tags=["doctor"], route_class=TransactionalRoute)
institution = APIRouter(
    prefix=f"{API_PREFIX}/institution", tags=["institution"], route_class=TransactionalRoute
)
authority = APIRouter(prefix=f"{API_PREFIX}/authority", tags=["authority"], route_class=TransactionalRoute)


@doctor.get(_FORM, operation_id="getApplicationForm", response_class=Response, responses=PDF)
async def get_application_form(person: CurrentDoctor, work: CurrentWork, application_id: UUID) -> Response:
    """业务打印表单: the form as PDF/A, its boxes filled as far as the application has come; a draft says so.

    404 with the code `no_printable_form` for a type that has none.
    """
    return await print_form(work, person, application_id)


@institution.get(_FORM, operation_id="getInstitutionApplicationForm", response_class=Response, responses=PDF)
async def get_institution_application_form(
    staff: CurrentInstitution, work: CurrentWork, application_id: UUID
) -> Response:
    """The form of an application addressed to this institution; the applicant sees that it was opened."""
    return await print_form(work, staff, application_id)


@authority.get(_FORM, operation_id="getAuthorityApplicationForm", response_class=Response, responses=PDF)
async def get_authority_application_form(
    staff: CurrentAuthority, work: CurrentWork, application_id: UUID
) -> Response:
    """The form of an application before this authority; the applicant sees that it was opened."""
    return await print_form(work, staff, application_id)
