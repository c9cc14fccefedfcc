"""What everybody may ask of the register, and the board that an institution hangs up."""

from uuid import UUID

from fastapi import APIRouter, Response

from registry_api.accounts.principals import CurrentInstitution
from registry_api.kit.even_time import EvenTimeRoute
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork
from registry_api.printing.answer import PDF
from registry_api.public_register.board import print_board, read_board, read_board_as_anybody
from registry_api.public_register.lookup import look_up
from registry_api.public_register.schemas import DisplayBoard, PublicRegisterSearch, PublicRegistrations

lookups = APIRouter(prefix=API_PREFIX, tags=["public"], route_class=EvenTimeRoute)
router = APIRouter(prefix=API_PREFIX, tags=["public"], route_class=TransactionalRoute)
institution = APIRouter(
    prefix=f"{API_PREFIX}/institution", tags=["institution"], route_class=TransactionalRoute
)


@lookups.post("/register/searches", operation_id="searchPublicRegister")
async def search_public_register(work: CurrentWork, body: PublicRegisterSearch) -> PublicRegistrations:
    """Doctors of exactly this name at this institution, or with this certificate number, as they stand today.

    Takes equally long whether or not there is one: time must not tell that a certificate number is somebody's.
    """
    return await look_up(work, body)


@router.get("/institutions/{institution_id}/display-board", operation_id="getDisplayBoard")
async def get_display_board(work: CurrentWork, institution_id: UUID) -> DisplayBoard:
    """Who practises at an institution today, with techniques (技术方法) and diseases (病证); for everybody."""
    return await read_board_as_anybody(work, institution_id)


@router.get(
    "/institutions/{institution_id}/display-board.pdf",
    operation_id="printDisplayBoard",
    response_class=Response,
    responses=PDF,
)
async def print_display_board(work: CurrentWork, institution_id: UUID) -> Response:
    """The same board as PDF/A, landscape A4."""
    return print_board(work, await read_board_as_anybody(work, institution_id, to_print=True))


@institution.get("/display-board", operation_id="getOwnDisplayBoard")
async def get_own_display_board(staff: CurrentInstitution, work: CurrentWork) -> DisplayBoard:
    """The own institution's board."""
    return await read_board(work, staff.institution_id)


@institution.get(
    "/display-board.pdf", operation_id="printOwnDisplayBoard", response_class=Response, responses=PDF
)
async def print_own_display_board(staff: CurrentInstitution, work: CurrentWork) -> Response:
    """The own board as PDF/A, to hang up where patients see it."""
    return print_board(work, await read_board(work, staff.institution_id))
