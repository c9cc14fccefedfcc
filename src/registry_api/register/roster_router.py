"""What an institution asks about its own doctors."""

from fastapi import APIRouter

from registry_api.accounts.principals import CurrentInstitution
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork
from registry_api.register.roster import OwnPractitioners, OwnPractitionerSearch, find_own

router = APIRouter(prefix=f"{API_PREFIX}/institution", tags=["institution"], route_class=TransactionalRoute)


@router.post("/practitioners/searches", operation_id="findOwnPractitioner")
async def find_own_practitioner(
    staff: CurrentInstitution, work: CurrentWork, body: OwnPractitionerSearch
) -> OwnPractitioners:
    """Own doctors by their whole name, with the registration that a report names; nobody else's are found."""
    return await find_own(work, staff, body)
