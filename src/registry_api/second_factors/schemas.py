"""Bodies of the operations on one's own second factors."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from registry_api.accounts.schemas import Body, Code, Credential

FactorName = Annotated[str, Field(min_length=1, max_length=40)]


class SecondFactor(BaseModel):
    """An authenticator or a passkey that counts."""

    id: UUID
    kind: Literal["totp", "passkey"]
    name: str
    created_at: datetime
    last_used_at: datetime | None


class SecondFactorList(BaseModel):
    """One's own second factors, oldest first."""

    items: list[SecondFactor]


class TotpCreate(Body):
    """A new authenticator."""

    name: FactorName | None = None


class TotpEnrolment(BaseModel):
    """A secret for an authenticator; it counts once a code confirms it, and is not shown again."""

    id: UUID
    secret: str
    uri: str
    qr_svg: str


class TotpConfirmation(Body):
    """The code that the authenticator shows now."""

    code: Code


class PasskeyCreate(Body):
    """A new passkey, made with the options given before."""

    name: FactorName | None = None
    credential: Credential
