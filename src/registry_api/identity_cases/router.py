"""Identity disputes, corrections and lost phones: opened by anybody, decided by a desk."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Response

from registry_api.accounts.principals import AuthorityStaff, InstitutionStaff, PrincipalDependency
from registry_api.identity_cases import desk, opening
from registry_api.identity_cases.schemas import (
    MAX_FILES,
    CaseDecision,
    CaseLookup,
    CaseOpened,
    CasePage,
    CaseRead,
    CaseStatus,
    DisputeForm,
    PhoneReplacementForm,
    Status,
)
from registry_api.kit.paging import Cursor, Limit
from registry_api.kit.roles import Realm
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey

router = APIRouter(prefix=API_PREFIX, tags=["accounts"], route_class=TransactionalRoute)
_MULTIPART = "multipart/form-data"
_JPEG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("/identity-disputes", status_code=201, operation_id="openIdentityDispute")
async def open_identity_dispute(
    work: CurrentWork, form: Annotated[DisputeForm, Form(media_type=_MULTIPART)]
) -> CaseOpened:
    """身份异议: somebody else registered my ID number, or name or number of my account are wrong.

    The authority of the division decides, or the nearest one above it. The answer is the same whether there is such
    an account. Keep number and token: they are shown once.
    """
    return await opening.open_dispute(work, form)


@router.post("/phone-replacements", status_code=201, operation_id="requestPhoneReplacement")
async def request_phone_replacement(
    work: CurrentWork, form: Annotated[PhoneReplacementForm, Form(media_type=_MULTIPART)]
) -> CaseOpened:
    """The old phone is lost: decided by the main institution of a valid registration, else by the authority."""
    return await opening.request_phone_replacement(work, form)


@router.post("/identity-disputes/lookups", operation_id="findIdentityCase")
async def find_identity_case(work: CurrentWork, body: CaseLookup) -> CaseStatus:
    """Where a dispute or a phone replacement stands, by number and token."""
    return await opening.follow_case(work, body)


def _desk(realm: Realm, kind: type[InstitutionStaff] | type[AuthorityStaff]) -> APIRouter:
    """The operations of a desk, the same in both realms."""
    made = APIRouter(
        prefix=f"{API_PREFIX}/{realm}/identity-cases", tags=[realm], route_class=TransactionalRoute
    )
    of_realm = realm.title()
    Staff = Annotated[Any, Depends(PrincipalDependency(kind))]  # noqa: N806 (a type)

    @made.get("", operation_id=f"list{of_realm}IdentityCases")
    async def list_cases(
        staff: Staff,
        work: CurrentWork,
        status: Annotated[Status | None, Query()] = None,
        limit: Limit = 20,
        cursor: Cursor = None,
    ) -> CasePage:
        """The office's cases, the newest first."""
        return await desk.list_cases(work, staff, status, limit, cursor)

    @made.get("/{case_id}", operation_id=f"get{of_realm}IdentityCase")
    async def get_case(staff: Staff, work: CurrentWork, case_id: UUID) -> CaseRead:
        """One case, masked; its proofs are images of their own."""
        return await desk.read_case(work, staff, case_id)

    @made.get(
        "/{case_id}/evidence/{place}",
        operation_id=f"get{of_realm}IdentityEvidence",
        response_class=Response,
        responses=_JPEG,
    )
    async def get_evidence(
        staff: Staff,
        work: CurrentWork,
        case_id: UUID,
        place: Annotated[int, Path(ge=1, le=MAX_FILES)],
    ) -> Response:
        """A proof, counted from 1, redrawn as JPEG."""
        content = await desk.read_evidence(work, staff, case_id, place)
        return Response(content, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    @made.post("/{case_id}/decisions", operation_id=f"decide{of_realm}IdentityCase")
    async def decide_case(
        staff: Staff, work: CurrentWork, case_id: UUID, body: CaseDecision, key: IdempotencyKey
    ) -> CaseRead:
        """`start`, then `uphold` or `reject` with a reason that the person reads. Nobody decides the own case."""
        del key
        return await desk.decide_case(work, staff, case_id, body)

    return made


institution = _desk("institution", InstitutionStaff)
authority = _desk("authority", AuthorityStaff)
