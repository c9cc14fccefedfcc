"""How an approval becomes an entry of the register: the same for every type about a registration that is held."""

from typing import Any
from uuid import UUID

from registry_api.applications.types.spec import Approval
from registry_api.kit.work import Work
from registry_api.register.service import enter


async def enter_approved(work: Work, approval: Approval, kind: str, **details: Any) -> UUID:
    """Enters what was approved, once and by this decision; gives the registration concerned."""
    await enter(
        work,
        registration_id=approval.registration_id,
        kind=kind,
        details=details,
        application_id=approval.application_id,
        recorded_by=approval.decided_by,
    )
    return approval.registration_id
