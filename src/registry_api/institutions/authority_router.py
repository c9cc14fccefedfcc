"""What an authority settles for its office or its province."""

from uuid import UUID

from fastapi import APIRouter

from registry_api.accounts.principals import AuthorityStaff, CurrentAuthority
from registry_api.audit.service import record
from registry_api.institutions import settling
from registry_api.institutions.authority_settings import SettingChange, Settings, list_settings
from registry_api.kit.paging import Cursor, Limit
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey, Work
from registry_api.practitioners import consenting
from registry_api.practitioners.consenting import (
    CertificateHolder,
    ConsentCreate,
    ConsentWithdrawal,
    HolderSearch,
)
from registry_api.practitioners.consents import ConsentPage, ConsentRead, list_consents
from registry_api.staff.access import (
    ADMINISTRATORS,
    CONSENT_KEEPERS,
    AuthorityAdministrator,
    ConsentKeeper,
    has_duty,
)

router = APIRouter(prefix=f"{API_PREFIX}/authority", tags=["authority"], route_class=TransactionalRoute)


@router.get("/settings", operation_id="listProvinceSettings")
async def list_province_settings(staff: CurrentAuthority, work: CurrentWork) -> Settings:
    """What the rules leave to the province or to the authority, as it holds here, with every period."""
    return await _settings(work, staff)


@router.post("/settings", operation_id="updateProvinceSettings")
async def update_province_settings(
    staff: AuthorityAdministrator, work: CurrentWork, body: SettingChange, key: IdempotencyKey
) -> Settings:
    """Settles a choice from a day on. Administrators only; what holds in a province, its authority settles."""
    del key
    await settling.settle(work, staff.authority_id, staff.account_id, body)
    await record(
        work,
        staff,
        "authority_setting.settled",
        object_type="authority",
        object_id=staff.authority_id,
        details={"name": body.name, "value": body.value, "from": body.valid_from.isoformat()},
    )
    return await _settings(work, staff)


@router.delete("/settings/{setting_id}", operation_id="takeBackProvinceSetting")
async def take_back_province_setting(
    staff: AuthorityAdministrator, work: CurrentWork, setting_id: UUID
) -> Settings:
    """Takes back a setting that has not begun; what it would have ended goes on. Administrators only."""
    planned = await settling.take_back(work, staff.authority_id, setting_id)
    await record(
        work,
        staff,
        "authority_setting.taken_back",
        object_type="authority",
        object_id=staff.authority_id,
        details={"name": planned.name, "from": planned.valid_from.isoformat()},
    )
    return await _settings(work, staff)


async def _settings(work: Work, staff: AuthorityStaff) -> Settings:
    return await list_settings(work, staff.authority_id, administers=has_duty(staff, ADMINISTRATORS))


@router.get("/consents", operation_id="listConsents")
async def list_cross_province_consents(
    staff: CurrentAuthority, work: CurrentWork, limit: Limit = 50, cursor: Cursor = None
) -> ConsentPage:
    """Whom the own province lets practise there though assessed elsewhere, with withdrawn consents; newest first."""
    keeps = has_duty(staff, CONSENT_KEEPERS)
    return await list_consents(work, staff.authority_id, keeps=keeps, limit=limit, cursor=cursor)


@router.post("/consent-holders", operation_id="findConsentHolder")
async def find_consent_holder(
    staff: ConsentKeeper, work: CurrentWork, body: HolderSearch
) -> CertificateHolder:
    """Whose certificate a number is, to compare with the document before the consent is recorded. It is audited."""
    found = await consenting.find_holder(work, staff.authority_id, body.certificate_number)
    await record(
        work,
        staff,
        "practitioner.searched",
        object_type="practitioner",
        object_id=found.practitioner_id,
        details={"by": "certificate_number", "found": 1},
    )
    return found


@router.post("/consents", status_code=201, operation_id="recordConsent")
async def record_cross_province_consent(
    staff: ConsentKeeper, work: CurrentWork, body: ConsentCreate, key: IdempotencyKey
) -> ConsentRead:
    """Records that the province consents to practice by somebody who was assessed elsewhere (Order 15 Art. 27)."""
    del key
    made = await consenting.record_consent(work, staff.authority_id, body)
    await record(work, staff, "consent.recorded", object_type="practitioner", object_id=made.practitioner_id)
    return made


@router.post("/consents/{consent_id}/withdrawal", operation_id="withdrawConsent")
async def withdraw_cross_province_consent(
    staff: ConsentKeeper, work: CurrentWork, consent_id: UUID, body: ConsentWithdrawal, key: IdempotencyKey
) -> ConsentRead:
    """Withdraws a consent of the province: nothing new begins by it, and what is registered stays registered."""
    del key
    ended = await consenting.withdraw_consent(work, staff.authority_id, consent_id, body)
    await record(
        work, staff, "consent.withdrawn", object_type="practitioner", object_id=ended.practitioner_id
    )
    return ended
