"""What an authority settles for its office or its province."""

from fastapi import APIRouter

from registry_api.accounts.principals import CurrentAuthority
from registry_api.audit.service import record
from registry_api.institutions.authority_settings import SettingChange, Settings, list_settings, settle
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey
from registry_api.practitioners.consents import ConsentCreate, ConsentRead, record_consent
from registry_api.staff.access import AuthorityAdministrator

router = APIRouter(prefix=f"{API_PREFIX}/authority", tags=["authority"], route_class=TransactionalRoute)


@router.get("/settings", operation_id="listProvinceSettings")
async def list_province_settings(staff: CurrentAuthority, work: CurrentWork) -> Settings:
    """What the rules leave to the province or to the authority, as it holds here, with every period."""
    return await list_settings(work, staff.authority_id)


@router.post("/settings", operation_id="updateProvinceSettings")
async def update_province_settings(
    staff: AuthorityAdministrator, work: CurrentWork, body: SettingChange, key: IdempotencyKey
) -> Settings:
    """Settles a choice from a day on. Administrators only; what holds in a province, its authority settles."""
    del key
    await settle(work, staff.authority_id, staff.account_id, body)
    await record(
        work,
        staff,
        "authority_setting.settled",
        object_type="authority",
        object_id=staff.authority_id,
        details={"name": body.name, "value": body.value, "from": body.valid_from.isoformat()},
    )
    return await list_settings(work, staff.authority_id)


@router.post("/consents", status_code=201, operation_id="recordConsent")
async def record_cross_province_consent(
    staff: CurrentAuthority, work: CurrentWork, body: ConsentCreate, key: IdempotencyKey
) -> ConsentRead:
    """Records that the province consents to practice by somebody who was assessed elsewhere (Order 15 Art. 27)."""
    del key
    made = await record_consent(work, staff.authority_id, body)
    await record(work, staff, "consent.recorded", object_type="practitioner", object_id=made.practitioner_id)
    return made
