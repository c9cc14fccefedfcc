"""Operations on one's own phone and e-mail."""

from fastapi import APIRouter, Response

from registry_api.accounts.me import read_me
from registry_api.accounts.principals import CurrentDoctor
from registry_api.accounts.schemas import Me
from registry_api.contacts import email, phone
from registry_api.contacts.schemas import (
    EmailConfirmed,
    EmailShown,
    EmailToken,
    EmailVerificationStart,
    NewPhone,
    NewPhoneCode,
    OldPhoneCode,
    PhoneChangeStart,
    PhoneChangeTicket,
)
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork

router = APIRouter(prefix=API_PREFIX, tags=["doctor"], route_class=TransactionalRoute)
links = APIRouter(prefix=API_PREFIX, tags=["public"], route_class=TransactionalRoute)
"""What a link in a mail leads to: whoever has the link need not be signed in."""


@router.post("/me/phone/changes", status_code=204, response_class=Response, operation_id="startPhoneChange")
async def start_phone_change(doctor: CurrentDoctor, work: CurrentWork, body: PhoneChangeStart) -> None:
    """Sends a code to the phone that is verified now. Needs a proof of the last ten minutes."""
    del body
    await phone.start_change(work, doctor)


@router.post("/me/phone/changes/old", operation_id="confirmOldPhone")
async def confirm_old_phone(
    doctor: CurrentDoctor, work: CurrentWork, body: OldPhoneCode
) -> PhoneChangeTicket:
    """Takes the code of the old phone, gives a ticket of ten minutes."""
    return await phone.confirm_old(work, doctor, body.code)


@router.post(
    "/me/phone/changes/new", status_code=204, response_class=Response, operation_id="sendNewPhoneCode"
)
async def send_new_phone_code(doctor: CurrentDoctor, work: CurrentWork, body: NewPhone) -> None:
    """Sends a code to the new phone."""
    await phone.send_to_new(work, doctor, body)


@router.post("/me/phone/changes/completion", operation_id="completePhoneChange")
async def complete_phone_change(doctor: CurrentDoctor, work: CurrentWork, body: NewPhoneCode) -> Me:
    """Takes the code of the new phone, which is the account's from then on; no second change within 24 hours."""
    await phone.complete_change(work, doctor, body)
    return await read_me(work, doctor)


@router.post(
    "/me/email/verifications",
    status_code=202,
    response_class=Response,
    operation_id="requestEmailVerification",
)
async def request_email_verification(
    doctor: CurrentDoctor, work: CurrentWork, body: EmailVerificationStart
) -> None:
    """Sends a link to the address: 24 hours, one use. The address counts once the link is confirmed."""
    await email.start_verification(work, doctor, body)


@links.post("/email-verifications/lookups", operation_id="lookUpEmailVerification")
async def look_up_email_verification(work: CurrentWork, body: EmailToken) -> EmailShown:
    """What a link would verify; changes nothing, so that a mail scanner verifies nothing."""
    return await email.show_verification(work, body.token)


@links.post("/email-verifications", operation_id="confirmEmail")
async def confirm_email(work: CurrentWork, body: EmailToken) -> EmailConfirmed:
    """Verifies the address and uses the link up. Signs nobody in."""
    return await email.confirm_email(work, body.token)
