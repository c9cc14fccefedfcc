"""Bodies of the operations on what the system knows about a person."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from registry_api.accounts.password_change import Password
from registry_api.accounts.schemas import Body


class EventRead(BaseModel):
    """Something that was done under the account, or tried."""

    id: UUID
    action: str
    title: str
    outcome: Literal["done", "refused"]
    occurred_at: datetime
    address_masked: str | None
    user_agent: str | None


class EventPage(BaseModel):
    """A page of events, the newest first."""

    items: list[EventRead]
    next_cursor: str | None


class ViewRead(BaseModel):
    """That somebody of an office opened an application of mine on a day; told once a day and person."""

    day: date
    office: str
    role_title: str
    application_number: str | None
    viewed_at: datetime


class ViewPage(BaseModel):
    """A page of views, the newest first."""

    items: list[ViewRead]
    next_cursor: str | None


class AccountClosure(Body):
    """The password, and that the consequences were read: the account goes, the practice registration stays."""

    password: Password
    understood: Literal[True]
