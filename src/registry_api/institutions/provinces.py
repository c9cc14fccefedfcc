"""Which province an authority belongs to, and whether it is the one that speaks for it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select

from registry_api.institutions.models import Authority
from registry_api.kit.db import Statement
from registry_api.kit.problems import Problem
from registry_api.kit.work import Work


class NotTheProvince(Problem):
    """Only the authority of a province settles what holds in the whole province, or consents for it."""

    status, code = 403, "not_the_province"


@dataclass(frozen=True, slots=True)
class Office:
    """Level and place of an authority."""

    level: str
    division_code: str

    @property
    def speaks_for_province(self) -> bool:
        """Whether it is the authority of a province."""
        return self.level == "province"

    @property
    def province_code(self) -> str:
        """Six-digit code of its province (GB/T 2260)."""
        return self.division_code[:2] + "0000"


_OFFICE = Statement(
    select(Authority.level, Authority.division_code).where(Authority.id == bindparam("authority_id")), Office
)


async def read_office(work: Work, authority_id: UUID) -> Office:
    """An authority that exists."""
    return await work.tx.get(_OFFICE, authority_id=authority_id)
