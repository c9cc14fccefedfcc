"""How long the proofs of a decided case are kept, as the privacy policy says (个人信息保护法 19, 47)."""

from datetime import timedelta

from sqlalchemy import bindparam, func, select, update

from registry_api.identity_cases.models import IdentityCase
from registry_api.kit.db import Statement, unread
from registry_api.kit.work import Work
from registry_api.outbox.service import event

EVIDENCE_KEPT = timedelta(days=365)
"""From the decision: within it lie the terms for asking for a review and for suing (行政复议法 20, 行政诉讼法 46)."""
BATCH = 100

_DUE = Statement(
    select(IdentityCase.id, IdentityCase.evidence)
    .where(IdentityCase.decided_at < bindparam("before"), func.jsonb_array_length(IdentityCase.evidence) > 0)
    .order_by(IdentityCase.decided_at)
    .limit(BATCH)
    .with_for_update(skip_locked=True),
    lambda *row: row,
)
_EMPTY = Statement(
    update(IdentityCase).where(IdentityCase.id == bindparam("case_id")).values(evidence=[]), unread
)


async def expire_evidence(work: Work) -> int:
    """Takes the proofs from some cases whose time has passed and has their files removed; gives how many cases.

    The case itself stays: what was decided, by whom and why.
    """
    cases = await work.tx.fetch_all(_DUE, before=work.now - EVIDENCE_KEPT)
    for case_id, keys in cases:
        removals = [event(work, "evidence.removed", {"storage_key": key}) for key in keys]
        await work.tx.run_together((_EMPTY, {"case_id": case_id}), *removals)
    return len(cases)
