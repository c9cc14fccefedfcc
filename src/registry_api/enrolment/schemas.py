"""Bodies of the registration of accounts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from registry_api.accounts.schemas import Body
from registry_api.captchas.service import HumanProof

PersonName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""No character of a name is refused; control characters are none."""
TypedIdNumber = Annotated[str, Field(min_length=1, max_length=40)]
Typed = Annotated[str, Field(min_length=1, max_length=254, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""Longer than any rule admits, so that the rule says what is wrong."""


class RegistrationStart(Body):
    """Name and ID number as on the identity card, and the version of the privacy policy that was read."""

    name: PersonName
    id_number: TypedIdNumber
    human_proof: HumanProof | None = None
    privacy_policy_version: Annotated[str, Field(min_length=1, max_length=20)]


class RegistrationStarted(BaseModel):
    """The ticket for the second page, good once and until `expires_at` (UTC)."""

    registration_ticket: str
    expires_at: datetime


class AccountCreate(Body):
    """The second page: how to reach the person, and how the person will sign in."""

    registration_ticket: Annotated[str, Field(min_length=1, max_length=128)]
    phone: Typed
    email: Typed | None = None
    login_name: Typed
    password: Annotated[str, Field(min_length=1, max_length=128)]
    password_confirmation: Annotated[str, Field(min_length=1, max_length=128)]


class AccountCreated(BaseModel):
    """The new account, and a ticket by which the success page binds WeChat until `expires_at` (UTC)."""

    account_id: UUID
    login_name: str
    wechat_binding_ticket: str
    expires_at: datetime


class LoginNameCheck(Body):
    """A login name that somebody would like to have."""

    login_name: Typed
    human_proof: HumanProof | None = None


class LoginNameChecked(BaseModel):
    """Whether the login name is free now."""

    available: bool


class PrivacyPolicy(BaseModel):
    """The policy in force, as Markdown in the caller's language."""

    version: str
    text: str
