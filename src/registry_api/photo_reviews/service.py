"""The main institution lists, shows and decides the photos of its doctors (manual, 医疗机构审核照片).

Which institution that is, the register says on the day of the decision: after a 变更 it is the new one.
"""

from typing import Any
from uuid import UUID

from registry_api.accounts.principals import InstitutionStaff
from registry_api.applications.problems import OwnCase
from registry_api.audit.service import record, record_refusal
from registry_api.kit.paging import read_cursor, total_of, write_cursor
from registry_api.kit.problems import Forbidden, InvalidBody, NotFound, Problem, problem_document
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.licences.following import photo_changed
from registry_api.outbox.service import event
from registry_api.photo_reviews import queries
from registry_api.photo_reviews.queries import ReviewRow
from registry_api.photo_reviews.schemas import (
    Action,
    ApprovalOutcome,
    ApprovalOutcomes,
    PhotoReview,
    PhotoReviewPage,
    ReasonTemplate,
    ReviewStatus,
)
from registry_api.photos.current import supersede
from registry_api.photos.own import GONE, REASON_PLACE
from registry_api.photos.problems import PhotoClosed, PhotoRegistrationNotValid
from registry_api.photos.reasons import REASONS
from registry_api.photos.schemas import PhotoAdvice
from registry_api.practitioners.identity import mask_code, mask_id_number, normalise_name


async def list_reviews(
    work: Work,
    staff: InstitutionStaff,
    *,
    status: ReviewStatus,
    name: str | None,
    limit: int,
    cursor: str | None,
) -> PhotoReviewPage:
    """A page of photos of a status; `name` is the beginning of a doctor's name. Raises CursorRefused, Forbidden."""
    _require_person(staff)
    pending, by_name = status == "pending", bool(name)
    values: dict[str, Any] = {"scope": staff.institution_id}
    if not pending:
        values["status"] = status
    if name:
        values["name"] = normalise_name(name)
    total = None
    if cursor is None:
        total = total_of(await work.tx.get(queries.count(pending=pending, by_name=by_name), **values))
    else:
        (values["last_id"],) = read_cursor(cursor, UUID)
    statement = queries.page(pending=pending, by_name=by_name, after=cursor is not None)
    rows = await work.tx.fetch_all(statement, **values, limit=limit + 1)
    shown = rows[:limit]
    return PhotoReviewPage(
        items=[_read(work, staff, row) for row in shown],
        next_cursor=write_cursor(shown[-1].id) if len(rows) > limit else None,
        total=total,
        reasons=[
            ReasonTemplate(code=code, text=text(f"photo_reason.{code}", work.language)) for code in REASONS
        ],
    )


async def read_content(work: Work, staff: InstitutionStaff, photo_id: UUID) -> bytes:
    """The JPEG of a photo to review, of the current one, or of one decided here. Raises NotFound, Forbidden."""
    _require_person(staff)
    row = await work.tx.find(queries.REVIEW, photo_id=photo_id, scope=staff.institution_id)
    if row is None or row.status in GONE:
        raise NotFound
    return await work.system.storage.get(row.storage_key)


def _require_person(staff: InstitutionStaff) -> None:
    """A program's scope is about applications; portraits are for the people who review them."""
    if staff.scopes is not None:
        raise Forbidden


async def decide(
    work: Work, staff: InstitutionStaff, photo_id: UUID, action: Action, reason: str
) -> PhotoReview:
    """Approves the photo, which then is the current one, or rejects it with a reason; the first decision counts.

    Raises NotFound, OwnCase, PhotoClosed, PhotoRegistrationNotValid, InvalidBody.
    """
    row = await work.tx.find(queries.LOCKED, photo_id=photo_id, scope=staff.institution_id)
    if row is None:
        raise NotFound
    _require_decidable(work, staff, row)
    if action == "reject" and not reason:
        raise InvalidBody([{"pointer": "/reason", "code": "missing"}])
    if action == "approve":
        await supersede(work, row.registration_id)
    sealed = work.system.sealer.seal(reason, REASON_PLACE, photo_id) if action == "reject" else None
    new_status = "approved" if action == "approve" else "rejected"
    await work.tx.run(
        queries.DECIDE,
        photo_id=photo_id,
        new_status=new_status,
        now=work.now,
        account_id=staff.account_id,
        decider=staff.name,
        scope=staff.institution_id,
        sealed=sealed,
    )
    if action == "approve":
        await photo_changed(work, staff, row.registration_id)
    await work.tx.run_together(event(work, "photo.moved", {"photo_id": str(photo_id), "to": new_status}))
    await record(
        work,
        staff,
        f"photo.{new_status}",
        object_type="photo",
        object_id=photo_id,
        details={"registration_id": str(row.registration_id)},
    )
    return _read(
        work, staff, await work.tx.get(queries.REVIEW, photo_id=photo_id, scope=staff.institution_id)
    )


async def approve_together(work: Work, staff: InstitutionStaff, ids: list[UUID]) -> ApprovalOutcomes:
    """Approves each that can be approved now, and says of the others why not; one does not hinder another."""
    outcomes = {}
    # In one order, whatever was asked for: two who approve the same at once must not wait for each other.
    for photo_id in sorted(set(ids)):
        try:
            await decide(work, staff, photo_id, "approve", "")
            outcomes[photo_id] = ApprovalOutcome(id=photo_id, approved=True, code=None, message=None)
        except Problem as refused:
            if isinstance(refused, OwnCase):
                # This request does not roll back, with which a refusal otherwise is written.
                await _record_own(work, staff, photo_id)
            said = problem_document(refused, work.language)
            outcomes[photo_id] = ApprovalOutcome(
                id=photo_id, approved=False, code=refused.code, message=said["detail"]
            )
    return ApprovalOutcomes(items=[outcomes[photo_id] for photo_id in dict.fromkeys(ids)])


async def _record_own(work: Work, staff: InstitutionStaff, photo_id: UUID) -> None:
    details = {"code": OwnCase.code}
    await record(
        work,
        staff,
        "photo.decision_refused",
        object_type="photo",
        object_id=photo_id,
        outcome="refused",
        details=details,
    )


def _require_decidable(work: Work, staff: InstitutionStaff, row: ReviewRow) -> None:
    refusal = _refusal(work, staff, row)
    if isinstance(refusal, OwnCase):
        record_refusal(
            work,
            staff,
            "photo.decision_refused",
            object_type="photo",
            object_id=row.id,
            details={"code": refusal.code},
        )
    if refusal is not None:
        raise refusal


def _refusal(work: Work, staff: InstitutionStaff, row: ReviewRow) -> Problem | None:
    """Why this person cannot decide on the photo now."""
    if row.status != "pending":
        return PhotoClosed()
    if staff.id_number_index is not None and staff.id_number_index == row.person_index:
        return OwnCase()
    if row.registration_status != "valid":
        status = text(f"registration_status.{row.registration_status}", work.language)
        return PhotoRegistrationNotValid(values={"status": status})
    return None


def _read(work: Work, staff: InstitutionStaff, row: ReviewRow) -> PhotoReview:
    open_text = work.system.sealer.open_text
    refusal = _refusal(work, staff, row)
    hindrance = None
    if row.status == "pending" and refusal is not None:
        hindrance = problem_document(refusal, work.language)["detail"]
    sealed = row.reason_sealed
    return PhotoReview(
        id=row.id,
        status=row.status,
        status_title=text(f"photo_status.{row.status}", work.language),
        name=row.name,
        id_number_masked=mask_id_number(
            open_text(row.id_number_sealed, "practitioner.id_number", row.practitioner_id)
        ),
        certificate_number_masked=mask_code(
            open_text(row.certificate_sealed, "registration.certificate_number", row.registration_id)
        ),
        uploaded_at=row.uploaded_at,
        advice=[PhotoAdvice(code=code, message=text(f"photo.{code}", work.language)) for code in row.advice],
        has_content=row.status not in GONE,
        current_photo_id=row.current_id if row.current_id != row.id else None,
        decided_at=row.decided_at,
        decided_by=row.decider_name,
        reason=None if sealed is None else open_text(sealed, REASON_PLACE, row.id),
        available_actions=["approve", "reject"] if refusal is None else [],
        hindrance=hindrance,
    )
