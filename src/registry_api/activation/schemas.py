"""Bodies of verification and activation."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from registry_api.accounts.schemas import Body

Outcome = Literal["matched", "name_differs", "not_found", "taken"]
CertificateNumber = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""资格证书编码 as typed; case, width and outer spaces make no difference."""


class Contact(BaseModel):
    """The office that issued the certificate."""

    name: str
    phone: str
    address: str


class IdentityVerification(BaseModel):
    """What 医师信息自动校验 came to, in words, and whom to ask where the register knows it."""

    outcome: Outcome
    message: str
    contact: Contact | None


class PhoneCodeRequest(Body):
    """Empty, or `phone`: another number, for who mistyped it and has never verified one."""

    phone: Annotated[str, Field(min_length=1, max_length=40)] | None = None


class PhoneVerification(Body):
    """The six digits that were sent."""

    code: Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Activation(Body):
    """资格证书编码."""

    qualification_code: CertificateNumber


class Watch(BaseModel):
    """A certificate that is waited for; `told_at` is when it arrived and its holder was told (UTC)."""

    id: UUID
    qualification_code_masked: str
    created_at: datetime
    told_at: datetime | None


class WatchList(BaseModel):
    """All of them, the newest first: at most ten."""

    items: list[Watch]
