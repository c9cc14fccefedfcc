"""Bodies of the WeChat operations."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from registry_api.accounts.schemas import Body, Session
from registry_api.wechat.models import StoredStatus

Purpose = Literal["sign_in", "bind"]
Token = Annotated[str, Field(min_length=20, max_length=64)]
LoginStatus = Literal[StoredStatus, "expired"]


class SignInOptions(BaseModel):
    """What the sign-in pages offer here."""

    wechat: bool


class WechatLoginCreate(Body):
    """`bind` from the success page of registration needs its ticket; who is signed in uses `POST /me/wechat`."""

    purpose: Purpose
    wechat_binding_ticket: Token | None = None


class WechatLogin(BaseModel):
    """A QR code of two minutes, and the secret by which this browser asks what became of it."""

    id: UUID
    poll_token: str
    qr_url: str
    qr_svg: str
    expires_at: datetime


class WechatPoll(Body):
    """`remember_device` makes this browser known, as after a second factor."""

    poll_token: Token
    remember_device: bool = False


class WechatProgress(BaseModel):
    """How far it is, and words for it. `session` comes once: with the first answer after a sign-in is confirmed."""

    status: LoginStatus
    message: str
    session: Session | None = None


class WechatScan(Body):
    """What the QR code holds behind its `#`."""

    scan_token: Token


class WechatAuthorisation(BaseModel):
    """Where the phone's browser goes next."""

    authorisation_url: str


class WechatConfirmationLookup(Body):
    """The token that the callback gave to the phone's browser."""

    confirm_token: Token


class WechatConfirmation(BaseModel):
    """What the person with the phone is asked, in whole sentences."""

    purpose: Purpose
    question: str
    person: str
    network: str
    started_at: datetime


class WechatDecision(Body):
    """Yes or no."""

    confirm_token: Token
    decision: Literal["confirm", "refuse"]
