"""Bodies of the session operations."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from registry_api.kit.roles import Realm, Role


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class SessionCreate(Body):
    """Login name and password; `delivery` says whether a browser or a program signs in."""

    realm: Realm
    login_name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=128)]
    delivery: Literal["cookie", "bearer"] = "cookie"


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
    office: Office | None


class Me(BaseModel):
    """The account and what it has to do next."""

    account: Account
    next_step: Literal["verify_identity", "verify_phone", "activate"] | None


class Session(Me):
    """A new session. `access_token` only for `delivery=bearer`."""

    access_token: str | None = None
    token_type: Literal["Bearer"] | None = None
    expires_at: datetime


class Token(BaseModel):
    """RFC 6749 5.1."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 (RFC 6750)
    expires_in: int
    scope: str
