"""A doctor's photos: 信息维护 → 更新个人信息."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, UploadFile

from registry_api.accounts.principals import CurrentDoctor
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey
from registry_api.photos import own
from registry_api.photos.answers import JPEG, picture
from registry_api.photos.schemas import MyPhotos, PhotoRead

router = APIRouter(prefix=f"{API_PREFIX}/doctor", tags=["doctor"], route_class=TransactionalRoute)


@router.post("/photos", status_code=201, operation_id="uploadPhoto")
async def upload_photo(
    person: CurrentDoctor,
    work: CurrentWork,
    registration_id: Annotated[UUID, Form(description="A valid registration of one's own.")],
    # `format` as OpenAPI 3.0 had it: generators do not know 3.1's `contentMediaType` alone as a file.
    file: Annotated[
        UploadFile, File(description="JPEG or PNG, at most 5 MB.", json_schema_extra={"format": "binary"})
    ],
    key: IdempotencyKey,
) -> PhotoRead:
    """Uploads a photo for a registration; its main institution decides, and until then the one before it counts.

    A pending photo is replaced. Advice is not refusal.
    """
    del key
    return await own.upload(work, person, registration_id, await file.read())


@router.get("/photos", operation_id="listMyPhotoReviews")
async def list_my_photo_reviews(person: CurrentDoctor, work: CurrentWork) -> MyPhotos:
    """My registrations, each with its current and pending photo, and what was decided on earlier ones and why."""
    return await own.list_own(work, person)


@router.get("/photos/{photo_id}", operation_id="getMyPhoto", response_class=Response, responses=JPEG)
async def get_my_photo(person: CurrentDoctor, work: CurrentWork, photo_id: UUID) -> Response:
    """The photo itself."""
    return picture(await own.content_of(work, person, photo_id))


@router.delete("/photos/{photo_id}", status_code=204, response_class=Response, operation_id="withdrawPhoto")
async def withdraw_photo(person: CurrentDoctor, work: CurrentWork, photo_id: UUID) -> None:
    """Withdraws a photo on which the institution has not decided; its file is removed."""
    await own.withdraw(work, person, photo_id)
