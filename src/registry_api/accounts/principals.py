"""Who is asking: typed principals, one dependency for each, and nothing else decides on roles."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from registry_api.audit.service import record_refusal
from registry_api.kit.problems import Forbidden, Problem
from registry_api.kit.roles import Realm, Role

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
READ_SCOPE = "applications:read"


@dataclass(frozen=True, slots=True)
class Principal:
    """An account or a client, as the database knows it. Nothing here comes from the request."""

    session_id: UUID | None
    account_id: UUID
    realm: Realm
    role: Role
    name: str
    office: str
    id_number_index: bytes | None
    scopes: tuple[str, ...] | None
    """Of a client; None for a person."""


@dataclass(frozen=True, slots=True)
class Doctor(Principal):
    """A doctor; `practitioner_id` is None until the identity is verified."""

    practitioner_id: UUID | None
    activated: bool


class NotActivated(Problem):
    """The account is not activated; nothing about the person's applications, photos and licences is open before."""

    status, code = 403, "not_activated"


def practitioner_of(doctor: Doctor) -> UUID:
    """The person behind an activated account. Raises NotActivated."""
    if doctor.practitioner_id is None or not doctor.activated:
        raise NotActivated
    return doctor.practitioner_id


@dataclass(frozen=True, slots=True)
class InstitutionStaff(Principal):
    """Somebody, or a program, of one institution."""

    institution_id: UUID


@dataclass(frozen=True, slots=True)
class AuthorityStaff(Principal):
    """Somebody, or a program, of one authority."""

    authority_id: UUID


def principal_of(
    session_id: UUID | None,
    account_id: UUID,
    realm: Realm,
    role: Role,
    name: str,
    practitioner_id: UUID | None,
    institution_id: UUID | None,
    authority_id: UUID | None,
    office: str,
    id_number_index: bytes | None,
    activated: bool,
    scopes: list[str] | None,
) -> Principal:
    """The principal of a row of `enter_session` or `enter_client`."""
    common: dict[str, Any] = {
        "session_id": session_id,
        "account_id": account_id,
        "realm": realm,
        "role": role,
        "name": name,
        "office": office,
        "id_number_index": id_number_index,
        "scopes": None if scopes is None else tuple(scopes),
    }
    if institution_id is not None:
        return InstitutionStaff(**common, institution_id=institution_id)
    if authority_id is not None:
        return AuthorityStaff(**common, authority_id=authority_id)
    return Doctor(**common, practitioner_id=practitioner_id, activated=activated)


class PrincipalDependency:
    """Admits one kind of principal; programs only for reading, and only with the scope.

    `only_reads` says so of an operation whose method is not a safe one.
    """

    requires_principal = True

    def __init__(self, kind: type[Principal], *, only_reads: bool = False) -> None:
        self.kind = kind
        self.only_reads = only_reads

    async def __call__(self, request: Request) -> Principal:
        """Gives the principal. Raises Forbidden, which is recorded, for another kind or a missing scope."""
        principal: Principal = request.state.principal
        admitted = isinstance(principal, self.kind)
        if admitted and principal.scopes is not None:
            reads = self.only_reads or request.method in SAFE_METHODS
            admitted = reads and READ_SCOPE in principal.scopes
        if not admitted:
            record_refusal(
                request.state.work, principal, "operation.refused", details={"method": request.method}
            )
            raise Forbidden
        return principal


CurrentAccount = Annotated[Principal, Depends(PrincipalDependency(Principal))]
CurrentDoctor = Annotated[Doctor, Depends(PrincipalDependency(Doctor))]
CurrentInstitution = Annotated[InstitutionStaff, Depends(PrincipalDependency(InstitutionStaff))]
CurrentAuthority = Annotated[AuthorityStaff, Depends(PrincipalDependency(AuthorityStaff))]
