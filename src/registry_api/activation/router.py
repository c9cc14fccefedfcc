"""From the first sign-in to the activated account: identity, phone, certificate."""

from uuid import UUID

from fastapi import APIRouter, Response

from registry_api.accounts.me import read_me
from registry_api.accounts.principals import CurrentDoctor
from registry_api.accounts.schemas import Me
from registry_api.activation import certificate, identity, phone, watches
from registry_api.activation.schemas import (
    Activation,
    IdentityVerification,
    PhoneCodeRequest,
    PhoneVerification,
    Watch,
    WatchList,
)
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork, IdempotencyKey

router = APIRouter(prefix=f"{API_PREFIX}/me", tags=["doctor"], route_class=TransactionalRoute)


@router.post("/identity-verification", operation_id="verifyIdentity")
async def verify_identity(doctor: CurrentDoctor, work: CurrentWork) -> IdentityVerification:
    """医师信息自动校验 against the qualification register: matched, or why not and whom to ask. Safe to repeat."""
    return await identity.verify_identity(work, doctor)


@router.post("/phone/codes", status_code=204, response_class=Response, operation_id="sendPhoneCode")
async def send_phone_code(
    doctor: CurrentDoctor, work: CurrentWork, body: PhoneCodeRequest | None = None
) -> None:
    """Sends six digits to the phone: good for five minutes, once a minute, ten a day for a number."""
    await phone.send_phone_code(work, doctor, body.phone if body else None)


@router.post("/phone/verification", operation_id="verifyPhone")
async def verify_phone(doctor: CurrentDoctor, work: CurrentWork, body: PhoneVerification) -> Me:
    """Enters the code; five tries. 409 `phone_taken` if another account has verified this number."""
    return await read_me(work, await phone.verify_phone(work, doctor, body.code))


@router.post("/activation", operation_id="activateAccount")
async def activate_account(
    doctor: CurrentDoctor, work: CurrentWork, body: Activation, key: IdempotencyKey
) -> Me:
    """账户激活 by 资格证书编码; five tries a day.

    `certificate_not_found` (then a watch helps), `certificate_not_yours`, `certificate_revoked`.
    """
    del key
    return await read_me(work, await certificate.activate(work, doctor, body))


@router.post("/qualification-watches", status_code=201, operation_id="watchQualification")
async def watch_qualification(doctor: CurrentDoctor, work: CurrentWork, body: Activation) -> Watch:
    """Has the doctor told by notice, SMS and mail when the own certificate arrives in the register."""
    return await watches.add_watch(work, doctor, body.qualification_code)


@router.get("/qualification-watches", operation_id="listQualificationWatches")
async def list_qualification_watches(doctor: CurrentDoctor, work: CurrentWork) -> WatchList:
    """What the doctor waits for, and what has arrived."""
    return await watches.list_watches(work, doctor)


@router.delete(
    "/qualification-watches/{watch_id}",
    status_code=204,
    response_class=Response,
    operation_id="deleteQualificationWatch",
)
async def delete_qualification_watch(doctor: CurrentDoctor, work: CurrentWork, watch_id: UUID) -> None:
    """Waits no longer."""
    await watches.delete_watch(work, doctor, watch_id)
