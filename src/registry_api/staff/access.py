"""Roles of staff as principals: in a route's signature they admit nobody else."""

from typing import Annotated

from fastapi import Depends, Request

from registry_api.accounts.principals import (
    AuthorityStaff,
    InstitutionStaff,
    Principal,
    PrincipalDependency,
)
from registry_api.audit.service import record_refusal
from registry_api.staff.problems import RoleNotAllowed

ADMINISTRATORS = ("administrator",)
CONSENT_KEEPERS = ("administrator", "approver")
"""Who records that a province consents: it is decided there, and entered from the document."""


def has_duty(principal: Principal, duties: tuple[str, ...]) -> bool:
    """Whether the role of a member of staff is one of the duties, such as `approver`."""
    return principal.role.removeprefix(f"{principal.realm}_") in duties


class DutyDependency(PrincipalDependency):
    """Admits some roles of one kind of office."""

    def __init__(self, kind: type[Principal], duties: tuple[str, ...]) -> None:
        super().__init__(kind)
        self.duties = duties

    async def __call__(self, request: Request) -> Principal:
        """Gives the principal. Raises Forbidden for another realm, RoleNotAllowed for another role."""
        principal = await super().__call__(request)
        if not has_duty(principal, self.duties):
            record_refusal(
                request.state.work, principal, "operation.refused", details={"method": request.method}
            )
            raise RoleNotAllowed
        return principal


InstitutionAdministrator = Annotated[
    InstitutionStaff, Depends(DutyDependency(InstitutionStaff, ADMINISTRATORS))
]
AuthorityAdministrator = Annotated[AuthorityStaff, Depends(DutyDependency(AuthorityStaff, ADMINISTRATORS))]
ConsentKeeper = Annotated[AuthorityStaff, Depends(DutyDependency(AuthorityStaff, CONSENT_KEEPERS))]
