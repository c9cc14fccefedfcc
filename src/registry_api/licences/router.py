"""电子证照: what its holder does with it, and what anyone may ask."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request, Response

from registry_api.accounts.principals import CurrentDoctor
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey
from registry_api.licences import publishing, reading, service, verification
from registry_api.licences.schemas import (
    LicenceClaim,
    LicenceEligibilities,
    LicenceRead,
    Licences,
    LicenceStatusLists,
    LicenceVerification,
    LicenceVerified,
    Presentation,
)
from registry_api.licences.status_list import MEDIA_TYPE

doctor = APIRouter(prefix=f"{API_PREFIX}/doctor/licences", tags=["doctor"], route_class=TransactionalRoute)
public = APIRouter(prefix=f"{API_PREFIX}/licences", tags=["public"], route_class=TransactionalRoute)
keys = APIRouter(prefix="/.well-known", tags=["public"])
"""They need no database, so they are there without it."""

ListId = Annotated[int, Path(ge=0, le=1_000_000)]
IfNoneMatch = Annotated[str | None, Header()]


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}},
    }


@doctor.get("/eligibility", operation_id="listLicenceEligibility")
async def list_licence_eligibility(person: CurrentDoctor, work: CurrentWork) -> LicenceEligibilities:
    """Whether a licence can be claimed (申领), and for each precondition what was found and what to do."""
    return await reading.list_eligibility(work, person)


@doctor.get("", operation_id="listMyLicences")
async def list_my_licences(person: CurrentDoctor, work: CurrentWork) -> Licences:
    """Every version of my licences, the latest first, and what ended those that ended."""
    return await reading.list_own(work, person)


@doctor.post("", status_code=201, operation_id="claimLicence")
async def claim_licence(
    person: CurrentDoctor, work: CurrentWork, body: LicenceClaim, key: IdempotencyKey
) -> LicenceRead:
    """Claims the licence of a registration (申领): issued at once if every precondition is met.

    If there is a valid one already, that is the answer.
    """
    del key
    return await service.claim(work, person, body.registration_id)


@doctor.get(
    "/{licence_id}.pdf",
    operation_id="downloadLicence",
    response_class=Response,
    responses=_file("application/pdf"),
)
async def download_licence(person: CurrentDoctor, work: CurrentWork, licence_id: UUID) -> Response:
    """The signed PDF with photo, seal and permanent code. It stays genuine for ever: what counts is a scan of it."""
    content = await service.read_document(work, person, licence_id)
    headers = {"Content-Disposition": 'attachment; filename="licence.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


@doctor.get("/{licence_id}", operation_id="getMyLicence")
async def get_my_licence(person: CurrentDoctor, work: CurrentWork, licence_id: UUID) -> LicenceRead:
    """One version of mine."""
    return await service.read_own(work, person, licence_id)


@doctor.get(
    "/{licence_id}/photo",
    operation_id="getMyLicencePhoto",
    response_class=Response,
    responses=_file("image/jpeg"),
)
async def get_my_licence_photo(person: CurrentDoctor, work: CurrentWork, licence_id: UUID) -> Response:
    """The photo on my valid licence."""
    content = await service.read_photo(work, person, licence_id)
    return Response(content, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=300"})


@doctor.post("/{licence_id}/presentation", status_code=201, operation_id="presentLicence")
async def present_licence(person: CurrentDoctor, work: CurrentWork, licence_id: UUID) -> Presentation:
    """Shows the licence (亮照): a code for thirty seconds, while the registration is valid. Each is recorded."""
    return await service.present(work, person, licence_id)


@public.post("/verifications", operation_id="verifyLicence")
async def verify_licence(work: CurrentWork, body: LicenceVerification) -> LicenceVerified:
    """Checks the code of a licence or of a 亮照: what the register says now, and when it was asked."""
    return await verification.verify(work, body.token)


@public.get("/status-lists", operation_id="listLicenceStatusLists")
async def list_licence_status_lists(work: CurrentWork, response: Response) -> LicenceStatusLists:
    """Every status list, for who means to check licences without a network."""
    response.headers["Cache-Control"] = publishing.LISTS_FOR
    return LicenceStatusLists(status_lists=await publishing.status_lists(work))


@public.get(
    "/status-lists/{list_id}",
    operation_id="getLicenceStatusList",
    response_class=Response,
    responses=_file(MEDIA_TYPE),
)
async def get_licence_status_list(
    work: CurrentWork, list_id: ListId, if_none_match: IfNoneMatch = None
) -> Response:
    """Which licences of a list have ended, signed: a Token Status List (IETF) as CWT, good for five minutes."""
    return await publishing.status_list(work, list_id, if_none_match)


@keys.get(
    "/jwks.json", operation_id="getJwks", response_class=Response, responses=_file("application/jwk-set+json")
)
async def get_jwks(request: Request, if_none_match: IfNoneMatch = None) -> Response:
    """The keys that licences are or were signed with, and their certificates (RFC 7517)."""
    return publishing.jwk_set(request.app.state.system, if_none_match)


@keys.get(
    "/cose-keys",
    operation_id="getCoseKeys",
    response_class=Response,
    responses=_file("application/cose-key-set"),
)
async def get_cose_keys(request: Request, if_none_match: IfNoneMatch = None) -> Response:
    """The same keys for small verifiers, as a COSE key set (RFC 9052 7)."""
    return publishing.cose_key_set(request.app.state.system, if_none_match)
