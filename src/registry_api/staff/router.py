"""Operations of administrators on the accounts of their own office: the same in both staff realms."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends

from registry_api.accounts.principals import AuthorityStaff, InstitutionStaff, Principal
from registry_api.kit.paging import Cursor, Limit
from registry_api.kit.roles import StaffRole
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey
from registry_api.staff import reading, service
from registry_api.staff.access import ADMINISTRATORS, DutyDependency
from registry_api.staff.offices import own_office
from registry_api.staff.schemas import (
    Contacts,
    HandOver,
    RoleChange,
    StaffCreate,
    StaffInvited,
    StaffPage,
    StaffRead,
    StaffStatus,
)


def _people(
    realm: Literal["institution", "authority"], kind: type[InstitutionStaff] | type[AuthorityStaff]
) -> APIRouter:
    """人员管理 of one realm."""
    router = APIRouter(prefix=f"{API_PREFIX}/{realm}/staff", tags=[realm], route_class=TransactionalRoute)
    of_realm = realm.title()
    Administrator = Annotated[Principal, Depends(DutyDependency(kind, ADMINISTRATORS))]  # noqa: N806 (a type)

    @router.get("", operation_id=f"list{of_realm}Staff")
    async def list_staff(
        actor: Administrator,
        work: CurrentWork,
        status: StaffStatus | None = None,
        role: StaffRole | None = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> StaffPage:
        """The accounts of the own office with their role, status and last sign-in. Administrators only."""
        return await reading.list_staff(
            work, actor, own_office(actor), status=status, role=role, limit=limit, cursor=cursor
        )

    @router.post("", status_code=201, operation_id=f"create{of_realm}Staff")
    async def create_staff(
        actor: Administrator, work: CurrentWork, body: StaffCreate, key: IdempotencyKey
    ) -> StaffInvited:
        """Invites somebody: makes the account and sends a link that is good once and for 72 hours."""
        del key
        return await service.create_staff(work, actor, own_office(actor), body)

    @router.post("/hand-over", operation_id=f"handOver{of_realm}Staff")
    async def hand_over(actor: Administrator, work: CurrentWork, body: HandOver) -> StaffRead:
        """Makes an active colleague administrator and gives one's own post up, in one transaction."""
        return await service.hand_over(work, actor, own_office(actor), body)

    @router.patch("/{account_id}", operation_id=f"update{of_realm}Staff")
    async def update_staff(
        actor: Administrator, work: CurrentWork, account_id: UUID, body: RoleChange
    ) -> StaffRead:
        """Gives a colleague another role; effective at their next request."""
        return await service.change_role(work, actor, own_office(actor), account_id, body)

    @router.post("/{account_id}/disable", operation_id=f"disable{of_realm}Staff")
    async def disable_staff(actor: Administrator, work: CurrentWork, account_id: UUID) -> StaffRead:
        """Ends a colleague's access: sessions and known devices at once, an open invitation too."""
        return await service.disable(work, actor, own_office(actor), account_id)

    @router.post("/{account_id}/enable", operation_id=f"enable{of_realm}Staff")
    async def enable_staff(actor: Administrator, work: CurrentWork, account_id: UUID) -> StaffRead:
        """Gives access back. Who had not accepted the invitation is invited again after this."""
        return await service.enable(work, actor, own_office(actor), account_id)

    @router.post("/{account_id}/invitation", status_code=201, operation_id=f"invite{of_realm}Staff")
    async def invite_staff(
        actor: Administrator, work: CurrentWork, account_id: UUID, body: Contacts, key: IdempotencyKey
    ) -> StaffInvited:
        """A new link, after a lost one or a lost second factor: password, factors, sessions and devices end."""
        del key
        return await service.invite_again(work, actor, own_office(actor), account_id, body)

    return router


institution = _people("institution", InstitutionStaff)
authority = _people("authority", AuthorityStaff)
