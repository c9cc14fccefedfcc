"""Administrators as principals: in a route's signature they admit nobody else."""

from typing import Annotated

from fastapi import Depends, Request

from registry_api.accounts.principals import (
    AuthorityStaff,
    InstitutionStaff,
    Principal,
    PrincipalDependency,
)
from registry_api.audit.service import record_refusal
from registry_api.staff.problems import AdministratorsOnly


class AdministratorDependency(PrincipalDependency):
    """Admits the administrators of one kind of office."""

    async def __call__(self, request: Request) -> Principal:
        """Gives the principal. Raises Forbidden for another realm, AdministratorsOnly for another role."""
        principal = await super().__call__(request)
        if principal.role != f"{principal.realm}_administrator":
            record_refusal(request.state.work, principal, "staff.refused", details={"method": request.method})
            raise AdministratorsOnly
        return principal


InstitutionAdministrator = Annotated[InstitutionStaff, Depends(AdministratorDependency(InstitutionStaff))]
AuthorityAdministrator = Annotated[AuthorityStaff, Depends(AdministratorDependency(AuthorityStaff))]
