"""本院医师信息审核: photos of the institution's own doctors."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from registry_api.accounts.principals import CurrentInstitution
from registry_api.kit.paging import Cursor, Limit
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey
from registry_api.photo_reviews import service
from registry_api.photo_reviews.schemas import (
    ApprovalOutcomes,
    PhotoApprovals,
    PhotoDecision,
    PhotoReview,
    PhotoReviewPage,
    ReviewStatus,
)
from registry_api.photos.answers import JPEG, picture

router = APIRouter(prefix=f"{API_PREFIX}/institution", tags=["institution"], route_class=TransactionalRoute)


@router.get("/photo-reviews", operation_id="listPhotoReviews")
async def list_photo_reviews(
    staff: CurrentInstitution,
    work: CurrentWork,
    status: Annotated[ReviewStatus, Query(description="What waits, or what was decided here.")] = "pending",
    name: Annotated[
        str | None, Query(max_length=60, pattern=r"^[^\x00]*$", description="Beginning of the doctor's name.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PhotoReviewPage:
    """Photos of the doctors whose main institution this is; decided ones are those that this institution decided."""
    return await service.list_reviews(work, staff, status=status, name=name, limit=limit, cursor=cursor)


@router.get(
    "/photo-reviews/{photo_id}/content",
    operation_id="getPhotoReviewContent",
    response_class=Response,
    responses=JPEG,
)
async def get_photo_review_content(staff: CurrentInstitution, work: CurrentWork, photo_id: UUID) -> Response:
    """The photo itself; `current_photo_id` of a review is answered as well."""
    return picture(await service.read_content(work, staff, photo_id))


@router.post("/photo-reviews/{photo_id}/decisions", operation_id="decidePhotoReview")
async def decide_photo_review(
    staff: CurrentInstitution,
    work: CurrentWork,
    photo_id: UUID,
    body: PhotoDecision,
    key: IdempotencyKey,
) -> PhotoReview:
    """Approves or rejects; an approved photo is the current one from then on. The first decision counts."""
    del key
    return await service.decide(work, staff, photo_id, body.action, body.reason)


@router.post("/photo-reviews/approvals", operation_id="approvePhotoReviews")
async def approve_photo_reviews(
    staff: CurrentInstitution, work: CurrentWork, body: PhotoApprovals, key: IdempotencyKey
) -> ApprovalOutcomes:
    """Approves several that somebody has looked at; of each that cannot be approved it says why."""
    del key
    return await service.approve_together(work, staff, body.ids)
