"""Puts a doctor's own licences, and whether one can be claimed, into the shapes of the contract."""

from dataclasses import dataclass
from typing import Any, cast

from registry_api.accounts.principals import Doctor, practitioner_of
from registry_api.kit.checks import Finding
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.licences import queries
from registry_api.licences.eligibility import is_eligible, judge
from registry_api.licences.issuing import CLAIMS_PLACE, sex_title
from registry_api.licences.queries import Holding, LicenceRow
from registry_api.licences.schemas import (
    EndReason,
    LicenceEligibilities,
    LicenceEligibility,
    LicenceRead,
    Licences,
    LicenceStatus,
)
from registry_api.photos.current import CurrentPhoto, current_photo
from registry_api.printing.licence import TITLE


@dataclass(frozen=True, slots=True)
class Judged:
    """What a licence would be made of, and what speaks against it."""

    holding: Holding | None
    photo: CurrentPhoto | None
    findings: list[Finding]


async def judge_holding(work: Work, holding: Holding | None) -> Judged:
    """Judges the preconditions as they are now."""
    photo = await current_photo(work, holding.registration_id) if holding is not None else None
    return Judged(holding, photo, judge(holding, photo))


async def list_eligibility(work: Work, doctor: Doctor) -> LicenceEligibilities:
    """Whether the doctor can claim a licence, and every reason. Raises NotActivated."""
    holding = await work.tx.find(queries.HELD_BY, practitioner_id=practitioner_of(doctor))
    judged = await judge_holding(work, holding)
    valid = None
    if holding is not None:
        valid = await work.tx.find(queries.VALID_OF, registration_id=holding.registration_id)
    return LicenceEligibilities(
        items=[
            LicenceEligibility(
                registration_id=holding.registration_id if holding else None,
                institution_name=holding.institution if holding else None,
                eligible=is_eligible(judged.findings),
                licence_id=valid,
                checks=[finding.say(work.language) for finding in judged.findings],
            )
        ]
    )


async def list_own(work: Work, doctor: Doctor) -> Licences:
    """Every version of the doctor's licences, the latest first. Raises NotActivated."""
    rows = await work.tx.fetch_all(queries.OWN, practitioner_id=practitioner_of(doctor))
    return Licences(items=[describe(work, row) for row in rows])


def describe(work: Work, row: LicenceRow) -> LicenceRead:
    """A version as its holder reads it."""
    says: dict[str, Any] = work.system.sealer.open_json(row.claims_sealed, CLAIMS_PLACE, row.id)
    language = work.language
    return LicenceRead(
        id=row.id,
        registration_id=row.registration_id,
        number=row.number,
        version=row.version,
        title=TITLE,
        status=cast("LicenceStatus", row.status),
        status_title=text(f"licence_status.{row.status}", language),
        issued_at=row.issued_at,
        ended_at=row.ended_at,
        end_reason=cast("EndReason | None", row.end_reason),
        end_reason_title=text(f"licence_end.{row.end_reason}", language) if row.end_reason else None,
        name=says["name"],
        sex_title=sex_title(says["sex"], language),
        certificate_number_masked=says["certificate_number_masked"],
        institution_name=says["institution"],
        authority_name=says["authority"],
        techniques=says["techniques"],
        conditions=says["conditions"],
        presentable=row.status == "valid" and row.registration_status == "valid",
    )
