"""Bodies of the session operations."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from registry_api.captchas.service import HumanProof
from registry_api.kit.roles import Realm, Role

Delivery = Literal["cookie", "bearer"]
NextStep = Literal["verify_identity", "verify_phone", "activate"]
FactorMethod = Literal["totp", "passkey", "sms"]
ProofMethod = Literal["totp", "passkey", "sms", "password"]

TicketToken = Annotated[str, Field(min_length=1, max_length=128)]
Code = Annotated[str, Field(min_length=1, max_length=16)]
Credential = Annotated[
    dict[str, Any],
    Field(description="What `navigator.credentials` gave, as JSON with base64url (WebAuthn level 3)."),
]


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class SessionCreate(Body):
    """Login name, or a doctor's verified phone, and password; `delivery`: whether a browser or a program signs in."""

    realm: Realm
    login_name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=128)]
    delivery: Delivery = "cookie"
    human_proof: HumanProof | None = None


class Challenge(Body):
    """The challenge that a sign-in was answered with."""

    challenge: TicketToken


class FactorProof(Body):
    """A second factor: `code` for an authenticator or an SMS, `assertion` for a passkey."""

    method: FactorMethod
    code: Code | None = None
    assertion: Credential | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.assertion if self.method == "passkey" else self.code) is None:
            raise PydanticCustomError("incomplete_proof", "give what the method asks for")
        return self


class SecondFactorCreate(FactorProof):
    """The answer to a challenge. `remember_device`: this browser or program needs none the next time."""

    challenge: TicketToken
    remember_device: bool = False


class StepUp(Body):
    """A fresh proof of who is there."""

    method: ProofMethod
    code: Code | None = None
    assertion: Credential | None = None
    password: Annotated[str, Field(min_length=1, max_length=128)] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        given = {"passkey": self.assertion, "password": self.password}.get(self.method, self.code)
        if given is None:
            raise PydanticCustomError("incomplete_proof", "give what the method asks for")
        return self


class Refresh(Body):
    """A refresh token; it is good once."""

    refresh_token: TicketToken


class Office(BaseModel):
    """Institution or authority of a staff account."""

    id: UUID
    name: str


class Account(BaseModel):
    """Who is signed in; numbers are masked."""

    id: UUID
    realm: Realm
    role: Role
    login_name: str
    name: str
    id_number_masked: str | None
    phone_masked: str | None
    phone_verified: bool
    email_masked: str | None
    email_verified: bool
    wechat_bound: bool
    office: Office | None


class Me(BaseModel):
    """The account and what it has to do next."""

    account: Account
    next_step: NextStep | None
    certificate_number_masked: str | None = None
    """Of the 资格证书 with which the account was activated."""


class Session(Me):
    """A new session. Tokens only for `delivery=bearer`; `expires_at` is then that of the access token."""

    access_token: str | None = None
    token_type: Literal["Bearer"] | None = None
    expires_at: datetime
    refresh_token: str | None = None
    refresh_expires_at: datetime | None = None
    device_token: str | None = None
    """Goes into `X-Registry-Device` at the next sign-in; a browser has it as a cookie."""


class SessionItem(BaseModel):
    """A session that lives."""

    id: UUID
    current: bool
    user_agent: str
    address_masked: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    known_device: bool


class SessionList(BaseModel):
    """The account's sessions, newest first."""

    items: list[SessionItem]


class Token(BaseModel):
    """RFC 6749 5.1."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 (RFC 6750)
    expires_in: int
    scope: str
