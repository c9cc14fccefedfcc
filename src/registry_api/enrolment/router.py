"""账户注册, open to everybody."""

from fastapi import APIRouter

from registry_api.enrolment import service
from registry_api.enrolment.privacy import CURRENT_VERSION, policy_text
from registry_api.enrolment.schemas import (
    AccountCreate,
    AccountCreated,
    LoginNameCheck,
    LoginNameChecked,
    PrivacyPolicy,
    RegistrationStart,
    RegistrationStarted,
)
from registry_api.kit.route import API_PREFIX, TransactionalRoute
from registry_api.kit.work import CurrentWork

router = APIRouter(prefix=API_PREFIX, tags=["accounts"], route_class=TransactionalRoute)


@router.get("/privacy-policy", operation_id="getPrivacyPolicy")
async def get_privacy_policy(work: CurrentWork) -> PrivacyPolicy:
    """The privacy policy in force; its version goes with the registration."""
    return PrivacyPolicy(version=CURRENT_VERSION, text=policy_text(work.language))


@router.post("/accounts/registrations", status_code=201, operation_id="startAccountRegistration")
async def start_account_registration(work: CurrentWork, body: RegistrationStart) -> RegistrationStarted:
    """First page of 账户注册: name and ID number as on the card, somebody who is there, the policy that was read.

    Answers 409 `already_registered` only to who gives both name and number of an account: how to recover login name
    or password, or to dispute. Otherwise the answer says nothing of whether the number has an account.
    """
    return await service.start_registration(work, body)


@router.post("/accounts", status_code=201, operation_id="completeAccountRegistration")
async def complete_account_registration(work: CurrentWork, body: AccountCreate) -> AccountCreated:
    """Second page: phone, e-mail, login name, password twice. The phone is verified after the first sign-in.

    Errors of fields leave the ticket good; a used or expired one is 410 `ticket_gone`. 409 `already_registered` if
    the ID number has an account by now, or had one under another name.
    """
    return await service.complete_registration(work, body)


@router.post("/accounts/login-name-checks", operation_id="checkLoginName")
async def check_login_name(work: CurrentWork, body: LoginNameCheck) -> LoginNameChecked:
    """Whether a login name is free: five a day, after a proof that somebody is there."""
    return await service.check_login_name(work, body)
