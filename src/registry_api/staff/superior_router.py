"""Operations of an authority's administrator on the administrators of the offices under it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from registry_api.kit.paging import Cursor, Limit
from registry_api.kit.roles import StaffRole
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey
from registry_api.staff import reading, service
from registry_api.staff.access import AuthorityAdministrator
from registry_api.staff.offices import find_office, list_offices
from registry_api.staff.schemas import (
    AdministratorCreate,
    Contacts,
    HandOver,
    StaffInvited,
    StaffPage,
    StaffRead,
    StaffStatus,
    SupervisedOfficePage,
)

PREFIX = f"{API_PREFIX}/authority"
router = APIRouter(prefix=PREFIX, tags=["authority"], route_class=TransactionalRoute)


@router.get("/offices", operation_id="listSupervisedOffices")
async def list_supervised_offices(
    actor: AuthorityAdministrator,
    work: CurrentWork,
    kind: Literal["institution", "authority"] = "institution",
    q: Annotated[str, Query(max_length=40, description="Part of the office's name.")] = "",
    vacant: Annotated[bool, Query(description="Only those without an active administrator.")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> SupervisedOfficePage:
    """Institutions that the own authority registers, or authorities directly under it."""
    return await list_offices(work, actor, kind, q=q, vacant=vacant, limit=limit, cursor=cursor)


def _administration(kind: Literal["institution", "authority"], folder: str, of_kind: str) -> APIRouter:
    """The operations on one kind of office; `folder` is its place in the paths."""
    inner = APIRouter(
        prefix=f"{PREFIX}/{folder}/{{office_id}}", tags=["authority"], route_class=TransactionalRoute
    )

    @inner.get("/staff", operation_id=f"list{of_kind}Staff")
    async def list_staff(
        actor: AuthorityAdministrator,
        work: CurrentWork,
        office_id: UUID,
        status: StaffStatus | None = None,
        role: StaffRole | None = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> StaffPage:
        """The accounts of the office."""
        office = await find_office(work, actor, kind, office_id)
        return await reading.list_staff(
            work, actor, office, status=status, role=role, limit=limit, cursor=cursor
        )

    @inner.post("/administrators", status_code=201, operation_id=f"create{of_kind}Administrator")
    async def create_administrator(
        actor: AuthorityAdministrator,
        work: CurrentWork,
        office_id: UUID,
        body: AdministratorCreate,
        key: IdempotencyKey,
    ) -> StaffInvited:
        """Invites the office's first administrator, or with `replace` one in place of those who have left."""
        del key
        office = await find_office(work, actor, kind, office_id)
        return await service.create_administrator(work, actor, office, body)

    @inner.post("/administrators/hand-over", operation_id=f"handOver{of_kind}Administration")
    async def hand_over(
        actor: AuthorityAdministrator, work: CurrentWork, office_id: UUID, body: HandOver
    ) -> StaffRead:
        """Makes an active member of the office its administrator in place of those who have left."""
        office = await find_office(work, actor, kind, office_id)
        return await service.hand_over(work, actor, office, body)

    @inner.post(
        "/administrators/{account_id}/invitation",
        status_code=201,
        operation_id=f"invite{of_kind}Administrator",
    )
    async def invite_administrator(
        actor: AuthorityAdministrator,
        work: CurrentWork,
        office_id: UUID,
        account_id: UUID,
        body: Contacts,
        key: IdempotencyKey,
    ) -> StaffInvited:
        """A new link for the office's administrator."""
        del key
        office = await find_office(work, actor, kind, office_id)
        return await service.invite_again(work, actor, office, account_id, body)

    return inner


institutions = _administration("institution", "institutions", "SupervisedInstitution")
subordinates = _administration("authority", "subordinates", "SubordinateAuthority")
