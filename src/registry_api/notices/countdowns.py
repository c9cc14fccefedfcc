"""Terms that end: the two years of 备案, and the last day of an additional practice. Told in good time, each once.

Nothing here changes the register: it says by dates what holds, and nobody is deregistered silently.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from sqlalchemy import Date, and_, bindparam, or_, select

from registry_api.accounts.models import Account
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.notices.service import tell_as_chosen
from registry_api.register.models import Practice, Registration
from registry_api.register.state import last_day_of_filing

FILING_STAGES = (("filing_over", -1), ("filing_ends_soon", 30), ("filing_ends", 90))
PRACTICE_STAGES = (("practice_over", -1), ("practice_ends_soon", 30))
"""Days left at which something is said for the first time; the nearest stage is told."""
LOOK_BACK = timedelta(days=30)
"""A worker that stood still so long still tells."""
_NAMESPACE = UUID("6f1c5e0e-6a52-4c53-9a43-0b6d5c2f7a10")


@dataclass(frozen=True, slots=True)
class _Term:
    subject_id: UUID
    account_id: UUID
    day: date


_active = Account.status == "active"
_FILINGS = Statement(
    select(Registration.id, Account.id, Registration.filed_on)
    .join(
        Account,
        and_(
            _active,
            or_(
                Account.practitioner_id == Registration.practitioner_id,
                and_(
                    Account.authority_id == Registration.authority_id,
                    or_(*(Account.role == role for role in ("authority_handler", "authority_approver"))),
                ),
            ),
        ),
    )
    .where(
        Registration.status == "filed",
        Registration.filed_on <= bindparam("before", type_=Date),
        Registration.filed_on >= bindparam("after", type_=Date),
    ),
    _Term,
)
_PRACTICES = Statement(
    select(Practice.id, Account.id, Practice.valid_to)
    .join(
        Account,
        and_(
            _active,
            or_(
                Account.practitioner_id == Practice.practitioner_id,
                Account.institution_id == Practice.institution_id,
            ),
        ),
    )
    .where(
        Practice.kind == "additional",
        Practice.ended_on.is_(None),
        Practice.valid_to <= bindparam("before", type_=Date),
        Practice.valid_to >= bindparam("after", type_=Date),
    ),
    _Term,
)


async def tell_countdowns(work: Work) -> None:
    """Tells doctor and authority of a 备案, doctor and institution of an additional practice, how long it still is."""
    two_years = last_day_of_filing(work.today) - work.today
    longest = timedelta(days=FILING_STAGES[-1][1] + 1)
    for term in await work.tx.fetch_all(
        _FILINGS, before=work.today - two_years + longest, after=work.today - two_years - LOOK_BACK
    ):
        await _tell(work, term, last_day_of_filing(term.day), FILING_STAGES)
    for term in await work.tx.fetch_all(
        _PRACTICES,
        before=work.today + timedelta(days=PRACTICE_STAGES[-1][1]),
        after=work.today - LOOK_BACK,
    ):
        await _tell(work, term, term.day, PRACTICE_STAGES)


async def _tell(work: Work, term: _Term, last_day: date, stages: tuple[tuple[str, int], ...]) -> None:
    left = (last_day - work.today).days
    stage = next((name for name, days in stages if left <= days), None)
    if stage is not None:
        event_id = uuid5(_NAMESPACE, f"{term.subject_id} {stage} {last_day}")
        await tell_as_chosen(work, term.account_id, event_id, stage, day=last_day.isoformat())
