"""Bodies of the staff operations."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, EmailStr, Field, model_validator

from registry_api.accounts.schemas import Body, Code, Credential
from registry_api.kit.paging import Total
from registry_api.kit.roles import Realm, Role, StaffRole

StaffStatus = Literal["active", "invited", "disabled"]
StaffAction = Literal["change_role", "disable", "enable", "invite", "hand_over"]
Afterwards = Literal["handler", "approver", "disabled"]

Name = Annotated[str, Field(min_length=1, max_length=50)]
Phone = Annotated[str, Field(min_length=11, max_length=30, description="A mainland mobile number.")]
Email = Annotated[EmailStr, Field(max_length=254)]
Token = Annotated[str, Field(min_length=20, max_length=100)]


class Contacts(Body):
    """Where an invitation goes: to the e-mail address if there is one, else to the phone."""

    phone: Phone | None = None
    email: Email | None = None


class PersonCreate(Body):
    """Somebody to invite. The ID number is needed for the rule that nobody decides on their own case."""

    name: Name
    id_number: Annotated[str, Field(min_length=15, max_length=30)]
    phone: Phone
    email: Email | None = None


class StaffCreate(PersonCreate):
    """Somebody to invite to the own office, and as what."""

    role: StaffRole


class AdministratorCreate(PersonCreate):
    """The administrator of an office under the caller's.

    With `replace` those that it has are disabled: they have left, and no colleague takes over.
    """

    replace: bool = False


class RoleChange(Body):
    """Another role; `seen_role` is the one that the caller saw, so that two changes do not overwrite each other."""

    role: StaffRole
    seen_role: StaffRole


class HandOver(Body):
    """Who becomes administrator, and what becomes of who was."""

    to_account_id: UUID
    afterwards: Afterwards


class StaffRead(BaseModel):
    """An account of an office; numbers are masked."""

    id: UUID
    role: StaffRole
    role_title: str
    name: str
    login_name: str | None
    """None until the invitation is accepted."""
    status: StaffStatus
    status_title: str
    status_since: datetime
    id_number_masked: str | None
    phone_masked: str | None
    email_masked: str | None
    created_at: datetime
    last_signed_in_at: datetime | None
    invitation_expires_at: datetime | None
    """Of the open invitation; None where there is none or it has ended."""
    is_self: bool
    available_actions: list[StaffAction]


class StaffPage(BaseModel):
    """Accounts of an office, the oldest first; `total` only on the first page."""

    items: list[StaffRead]
    next_cursor: str | None
    total: Total | None


class Invitation(BaseModel):
    """A link that is good once. It is shown here and nowhere again."""

    link: str
    expires_at: datetime
    sent_to: str
    """Masked phone or address to which the link was sent as well."""


class StaffInvited(BaseModel):
    """The invited account with its link."""

    account: StaffRead
    invitation: Invitation


class SupervisedOffice(BaseModel):
    """An office whose administrator the caller's authority appoints."""

    id: UUID
    kind: Literal["institution", "authority"]
    name: str
    division_name: str
    administrators: int
    """Active ones."""
    invited: int
    """Administrators who have not accepted yet."""


class SupervisedOfficePage(BaseModel):
    """A page of offices by id."""

    items: list[SupervisedOffice]
    next_cursor: str | None


class InvitationLookup(Body):
    """The token from the link's fragment."""

    token: Token


class InvitationRead(BaseModel):
    """Who is invited to what; shown before anything is asked."""

    realm: Realm
    name: str
    office: str
    role: Role
    role_title: str
    login_name: str | None
    """The former login name of somebody who is invited again."""
    expires_at: datetime


LoginName = Annotated[
    str,
    Field(
        min_length=4,
        max_length=32,
        pattern=r"^[A-Za-z][A-Za-z0-9._-]*$",
        description="Unique in its realm; case makes no difference.",
    ),
]


class FactorStart(Body):
    """The token, and the login name for the label that an authenticator shows."""

    token: Token
    login_name: LoginName


class InvitationTotp(BaseModel):
    """An authenticator to add: it counts once its code is shown with the acceptance."""

    secret: str
    uri: str
    qr_svg: str
    """The QR code of `uri` as an SVG document."""


class InvitationPasskey(BaseModel):
    """What `navigator.credentials.create` needs (WebAuthn, as JSON)."""

    options: dict[str, Any]


class InvitationAccept(Body):
    """Login name, password, and either the code of the authenticator or a passkey."""

    token: Token
    login_name: LoginName
    password: Annotated[str, Field(min_length=1, max_length=128)]
    password_confirmation: Annotated[str, Field(min_length=1, max_length=128)]
    totp_code: Code | None = None
    credential: Credential | None = None

    @model_validator(mode="after")
    def _one_factor(self) -> Self:
        if (self.totp_code is None) == (self.credential is None):
            raise ValueError("either a code or a passkey")
        return self


class Joined(BaseModel):
    """The account is ready to sign in."""

    realm: Realm
    login_name: str
