"""What an application held when it was sent back, beside what it holds now."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from registry_api.applications.corrections import changed_places, places_of
from registry_api.applications.detail import Detail
from registry_api.applications.models import ApplicationStep
from registry_api.applications.payloads import join_payload
from registry_api.applications.queries import Case
from registry_api.applications.types import TYPES
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.photos import service as photos
from registry_api.workflow.table import Action

PAYLOAD_PLACE = "application_step.payload"
SUBMITTING: tuple[Action, ...] = ("submit", "resubmit", "resubmit_for_endorsement")


@dataclass(frozen=True, slots=True)
class _SentBack:
    """The payload as it was when a correction was asked for."""

    step_id: UUID
    payload_sealed: bytes | None


_LAST = Statement(
    select(ApplicationStep.id, ApplicationStep.payload_sealed)
    .where(
        ApplicationStep.application_id == bindparam("application_id"),
        ApplicationStep.action == "request_correction",
    )
    .order_by(ApplicationStep.version.desc())
    .limit(1),
    _SentBack,
)


_COPY = Statement(
    select(ApplicationStep.payload_sealed).where(ApplicationStep.id == bindparam("step_id")),
    lambda copy: copy,
)


def whole_payload(work: Work, case: Case) -> dict[str, Any]:
    """The payload as the applicant gave it."""
    return join_payload(work, TYPES[case.type], case.payload, case.form_sealed, case.id)


async def copy_of(work: Work, case: Case) -> dict[str, Any]:
    """The payload with the names of the proofs: what is kept of an application that goes back."""
    return whole_payload(work, case) | {"attachments": await photos.proofs(work, case.id)}


async def changes(work: Work, case: Case) -> list[str]:
    """Places that differ from what was sent back; all of them where no copy was kept."""
    sent_back = await work.tx.find(_LAST, application_id=case.id)
    before: dict[str, Any] = {}
    if sent_back is not None and sent_back.payload_sealed is not None:
        before = work.system.sealer.open_json(sent_back.payload_sealed, PAYLOAD_PLACE, sent_back.step_id)
    return changed_places(before, await copy_of(work, case))


async def previous_values(work: Work, row: Detail) -> dict[str, Any]:
    """What stood at each place that the last correction changed; null where there was nothing.

    The copy is the one that the correction was compared with: of the last request before the last submission.
    """
    if not row.changed_places:
        return {}
    steps = iter(reversed(row.steps))
    # The first look uses up the steps down to that submission, the second goes on from there.
    submitted = any(step.action in SUBMITTING for step in steps)
    asked = (
        next((step.id for step in steps if step.action == "request_correction"), None) if submitted else None
    )
    before: dict[str, Any] = {}
    if asked is not None and (sealed := await work.tx.find(_COPY, step_id=asked)) is not None:
        before = places_of(work.system.sealer.open_json(sealed, PAYLOAD_PLACE, asked))
    return {place: before.get(place) for place in row.changed_places}
